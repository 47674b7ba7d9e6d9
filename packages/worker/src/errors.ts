import { errorCatalog } from '@millrace/stdx'

export const workerErrors = errorCatalog('worker', {
  plugin_twice: {
    kind: 'conflict',
    means: 'Two plugins of one worker have the same name.',
    todo: 'Remove one of them, or rename it.',
  },
  reports_waiting: {
    kind: 'busy',
    means: 'More reports wait for the journal than the worker holds.',
    todo: 'See whether the journal is full or away.',
  },
})
