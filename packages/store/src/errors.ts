import { errorCatalog } from '@millrace/stdx'

export const storeErrors = errorCatalog('store', {
  locked: {
    kind: 'conflict',
    means: 'The data directory of the embedded store belongs to another running process.',
    todo: 'Stop the other Millrace, or start this one with another `--data` directory.',
  },
  unreachable: {
    kind: 'busy',
    means: 'The database does not answer.',
    todo: 'Check that it runs and that `store:` in the configuration is right; `millrace doctor` shows which part fails.',
  },
  conflict: {
    kind: 'conflict',
    means: 'Two transactions wanted the same rows at the same time.',
    todo: 'Do it again; Millrace itself retries where that is safe.',
    retryable: true,
  },
  statement_failed: {
    kind: 'broken',
    means: 'A statement of Millrace itself was refused by the database.',
    todo: 'Read the message; if the database is as Millrace made it, report this.',
  },
  transaction_too_long: {
    kind: 'broken',
    means: 'A transaction stayed open longer than its limit and was rolled back.',
    todo: 'Report this: a transaction of Millrace waits for nothing but the database.',
  },
  disk_full: {
    kind: 'busy',
    means: 'The disk that holds the store is full.',
    todo: 'Free space; nothing that was acknowledged is lost.',
  },
  migration_changed: {
    kind: 'broken',
    means: 'The database was made by another version of Millrace whose schema this one does not know.',
    todo: 'Start the Millrace version that made it, or a newer one.',
  },
})
