import { errorCatalog } from '@millrace/stdx'

export const blobErrors = errorCatalog('blob', {
  name_invalid: {
    kind: 'invalid',
    means: 'The name of a blob has characters or segments that are not allowed.',
    todo: 'Use letters, digits, `.`, `_`, `-` and `/`; no `..`, no leading `/`, at most 512 characters.',
  },
  too_large: { kind: 'invalid', means: 'The bytes are over the limit for one blob.', todo: 'Split them.' },
  disk_full: { kind: 'busy', means: 'The disk that holds the blobs is full.', todo: 'Free space and try again.' },
  unreachable: {
    kind: 'busy',
    means: 'The blob storage does not answer.',
    todo: 'Check `blob:` in the configuration.',
  },
})
