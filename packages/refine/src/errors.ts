import { errorCatalog } from '@millrace/stdx'

export const refineErrors = errorCatalog('refine', {
  batch_too_large: {
    kind: 'invalid',
    means: 'The batch has more events than are taken at once.',
    todo: 'Send it in parts, each with a token of its own.',
  },
  token_invalid: {
    kind: 'invalid',
    means: 'The token that makes a batch count once is missing or too long.',
    todo: 'Give each batch a token of 1 to 512 characters that a repetition repeats.',
  },
  schema_moving: {
    kind: 'busy',
    means: 'Other writers keep changing the dataset’s schema.',
    todo: 'Try again shortly.',
  },
})
