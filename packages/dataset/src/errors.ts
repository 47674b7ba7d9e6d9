import { errorCatalog } from '@millrace/stdx'

export const datasetErrors = errorCatalog('dataset', {
  name_invalid: {
    kind: 'invalid',
    means: 'The name cannot be a dataset’s.',
    todo: 'Use lower-case letters, digits, `-` and `_`, beginning with a letter, at most 63 of them.',
  },
  schema_invalid: {
    kind: 'invalid',
    means: 'The schema is no JSON Schema of an object with columns.',
    todo: 'Mend it where the complaints point.',
  },
  schema_conflict: {
    kind: 'conflict',
    means: 'The schema given narrows, removes or retypes columns that hold rows already.',
    todo: 'Keep those fields as they are, or write to a dataset of another name.',
  },
})
