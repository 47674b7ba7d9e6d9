import { errorCatalog } from '@millrace/stdx'

export const playbookErrors = errorCatalog('playbook', {
  invalid: {
    kind: 'invalid',
    means: 'The playbook has faults.',
    todo: 'Mend them where line and column point; `millrace validate` lists them all.',
  },
  unknown_key: {
    kind: 'invalid',
    means: 'A key that the playbook language does not have.',
    todo: 'Use the key suggested, or remove it.',
  },
  missing_key: { kind: 'invalid', means: 'A key that must be there is missing.', todo: 'Add it.' },
  wrong_type: {
    kind: 'invalid',
    means: 'A value is of another kind than its key takes.',
    todo: 'Write what the message expects.',
  },
  value_invalid: {
    kind: 'invalid',
    means: 'A value of the right kind that its key does not take.',
    todo: 'Write what the message expects.',
  },
  keys_together: {
    kind: 'invalid',
    means: 'Keys that do not go together, or of which exactly one must be there.',
    todo: 'Keep the one that is meant.',
  },
  too_many: { kind: 'invalid', means: 'More of something than one playbook may have.', todo: 'Split the playbook.' },
  name_invalid: {
    kind: 'invalid',
    means: 'A name that cannot be one.',
    todo: 'Begin with a letter; then letters, digits, `_` and (not in tasks, steps and inputs) `-`; at most 63.',
  },
  duplicate_step: { kind: 'invalid', means: 'Two steps of one task have the same id.', todo: 'Rename one.' },
  unknown_task: {
    kind: 'invalid',
    means: '`needs` names a task that is not there.',
    todo: 'Use one of the tasks listed.',
  },
  unknown_step: {
    kind: 'invalid',
    means: 'An expression names a step that is not there, or comes later.',
    todo: 'Use an earlier step of the task.',
  },
  unknown_plugin: { kind: 'invalid', means: 'No plugin has this name.', todo: 'Use one of the plugins listed.' },
  unknown_input: {
    kind: 'invalid',
    means: 'An expression names an input that is not declared.',
    todo: 'Declare it under `inputs`.',
  },
  unknown_secret: {
    kind: 'invalid',
    means: 'A secret is used that `secrets` does not declare.',
    todo: 'Add it to `secrets`.',
  },
  secret_place: {
    kind: 'invalid',
    means: 'A secret stands where the plugin takes none.',
    todo: 'Use one of the places listed.',
  },
  not_needed: {
    kind: 'invalid',
    means: 'An expression reads a task that need not have ended by then.',
    todo: 'Add the task to `needs`.',
  },
  cycle: { kind: 'invalid', means: 'Tasks need each other in a circle.', todo: 'Break the circle.' },
  unreachable: { kind: 'invalid', means: 'A task can never run.', todo: 'Check its `needs` and `when`.' },
  with_invalid: {
    kind: 'invalid',
    means: '`with` does not fit the plugin’s schema.',
    todo: 'Mend it where line and column point.',
  },
  not_yet: {
    kind: 'invalid',
    means: 'The playbook needs something that this version of Millrace does not run yet.',
    todo: 'Remove it for now.',
  },
  input_missing: { kind: 'invalid', means: 'An input without a default was not given.', todo: 'Give it.' },
  input_invalid: { kind: 'invalid', means: 'An input does not fit its schema.', todo: 'Mend the value.' },
  input_unknown: {
    kind: 'invalid',
    means: 'An input was given that the playbook does not have.',
    todo: 'Use one of the inputs listed.',
  },
  repeat_exhausted: {
    kind: 'broken',
    means: '`repeat.until` did not become true within `timesMax`.',
    todo: 'Raise `timesMax` or `delay`, or look at the output.',
  },
  pages_exhausted: {
    kind: 'broken',
    means: '`paginate` did not end within `pagesMax`.',
    todo: 'Raise `pagesMax`, or check `next`.',
  },
  items_too_many: {
    kind: 'invalid',
    means: '`forEach.in` yields more items than one run takes.',
    todo: 'Use `batch`, or split the run.',
  },
  timed_out: {
    kind: 'broken',
    means: 'A run, task or step took longer than its `timeout`.',
    todo: 'Raise the timeout, or look at what hangs.',
  },
  if_not_boolean: {
    kind: 'invalid',
    means: 'A condition yields something that is neither true nor false.',
    todo: 'Compare: `{{ x = 1 }}`, `{{ $exists(x) }}`.',
  },
})
