import { errorCatalog } from '@millrace/stdx'

export const langErrors = errorCatalog('lang', {
  yaml_invalid: { kind: 'invalid', means: 'The text is not YAML.', todo: 'Mend it at the line and column given.' },
  yaml_tab: { kind: 'invalid', means: 'A tab is used for indentation.', todo: 'Indent with spaces.' },
  yaml_duplicate_key: { kind: 'invalid', means: 'The same key stands twice in one mapping.', todo: 'Keep one.' },
  yaml_alias_bomb: {
    kind: 'invalid',
    means: 'Aliases multiply the document beyond its limit.',
    todo: 'Write the values out.',
  },
  yaml_too_large: {
    kind: 'invalid',
    means: 'The document is larger than allowed.',
    todo: 'Split it; keep code and data in files of their own.',
  },
  yaml_too_deep: { kind: 'invalid', means: 'The document is nested deeper than allowed.', todo: 'Flatten it.' },
  yaml_key: {
    kind: 'invalid',
    means: 'A key is not text, or is one that is not allowed.',
    todo: 'Quote it, or rename it.',
  },
  yaml_value: {
    kind: 'invalid',
    means: 'A value that JSON cannot hold, such as `.nan` or one with a tag.',
    todo: 'Quote it if it is text.',
  },
  yaml_several_documents: {
    kind: 'invalid',
    means: 'The text holds more than one document.',
    todo: 'Remove the line `---`, or make it a file of its own.',
  },
  schema_mismatch: {
    kind: 'invalid',
    means: 'A value does not fit its schema.',
    todo: 'Mend it where the pointer says.',
  },
  schema_invalid: {
    kind: 'invalid',
    means: 'A schema is not JSON Schema 2020-12.',
    todo: 'Mend it where the pointer says.',
  },
  expression_invalid: {
    kind: 'invalid',
    means: 'An expression does not parse.',
    todo: 'Mend it at the position given.',
  },
  expressions_too_many: {
    kind: 'invalid',
    means: 'A document holds more expressions, or more patterns in them, than allowed.',
    todo: 'Split it, or do the work in steps.',
  },
  expression_name: {
    kind: 'invalid',
    means: 'An expression uses a name that cannot exist there.',
    todo: 'Use one of the names listed.',
  },
  expression_failed: {
    kind: 'invalid',
    means: 'An expression failed while it was evaluated.',
    todo: 'See the message; check the types of what it works on.',
  },
  expression_endless: {
    kind: 'invalid',
    means: 'An expression took longer, went deeper or made more than allowed.',
    todo: 'Make it simpler, or do the work in a step.',
  },
  nothing: {
    kind: 'invalid',
    means: 'An expression yields nothing where a value is needed.',
    todo: 'Check the name that is missing, or give a default.',
  },
})
