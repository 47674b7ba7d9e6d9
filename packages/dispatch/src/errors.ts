import { errorCatalog } from '@millrace/stdx'

export const dispatchErrors = errorCatalog('dispatch', {
  playbook_not_found: {
    kind: 'absent',
    means: 'No playbook of this name (or version) is published here.',
    todo: 'See `millrace playbooks`; publish it with `millrace publish`.',
  },
  run_not_found: { kind: 'absent', means: 'No run has this id in this environment.', todo: 'See `millrace runs`.' },
  step_not_found: {
    kind: 'absent',
    means: 'The run has no such step, or it has not begun.',
    todo: 'See the steps of the run.',
  },
  run_ended: { kind: 'conflict', means: 'The run has already ended.', todo: 'Run it again instead.' },
  run_conflict: { kind: 'conflict', means: 'The key was used for a run with other inputs.', todo: 'Use another key.' },
  overloaded: { kind: 'busy', means: 'More runs wait than dispatch takes.', todo: 'Try again later.' },
  inputs_too_large: {
    kind: 'invalid',
    means: 'The inputs are over their limit of bytes.',
    todo: 'Keep large data in blob and pass its name.',
  },
  publish_conflict: { kind: 'busy', means: 'Others publish the same playbook at the same time.', todo: 'Try again.' },
  turn_failed: {
    kind: 'broken',
    means: 'Dispatch itself failed on this run, again and again.',
    todo: 'Report it with the message; run it again.',
  },
  worker_lost: {
    kind: 'busy',
    means: 'A call was handed out again and again, and no worker lived to answer it.',
    todo: 'See whether the step takes its worker down: memory, a crash.',
  },
  closing: { kind: 'busy', means: 'Dispatch is stopping.', todo: 'Try again when the process is up.' },
  cursor_invalid: {
    kind: 'invalid',
    means: 'The cursor is not one that a page gave.',
    todo: 'Start from the first page.',
  },
})
