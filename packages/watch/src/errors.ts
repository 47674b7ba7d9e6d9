import { errorCatalog } from '@millrace/stdx'

export const watchErrors = errorCatalog('watch', {
  cursor_invalid: {
    kind: 'invalid',
    means: 'The cursor is not one that a page answered.',
    todo: 'Pass the `next` of the page before unchanged, or leave `after` out to begin at the beginning.',
  },
  search_invalid: {
    kind: 'invalid',
    means: 'The search cannot be carried out.',
    todo: 'Mend what the message points at.',
  },
  stopped: {
    kind: 'busy',
    means: 'The platform stops; the records stay in the journal and are stored after the next start.',
    todo: 'Nothing.',
  },
})
