import { errorCatalog } from '@millrace/stdx'

export const olapErrors = errorCatalog('olap', {
  locked: {
    kind: 'conflict',
    means: 'The data directory of the embedded column store belongs to another running process.',
    todo: 'Stop the other Millrace, or start this one with another `--data` directory.',
  },
  unreachable: {
    kind: 'busy',
    means: 'The column store does not answer.',
    todo: 'Check `olap:` in the configuration.',
  },
  busy: {
    kind: 'busy',
    means: 'Too many queries wait for the column store already.',
    todo: 'Try again shortly; send fewer at once.',
  },
  platform_unsupported: {
    kind: 'broken',
    means: 'The embedded column store has no build for this platform (Linux with glibc and macOS have one).',
    todo: 'Use a supported platform, or point `olap:` at a ClickHouse server with `clickhouse+http://…`.',
  },
  sql_invalid: { kind: 'invalid', means: 'The SQL is wrong.', todo: 'Mend it where the message points.' },
  denied: {
    kind: 'denied',
    means:
      'The SQL reads or does something that a query may not: only SELECT over the environment’s own tables is open.',
    todo: 'Read the tables that `SHOW TABLES` lists.',
  },
  time_limit: {
    kind: 'invalid',
    means: 'The query ran longer than its limit.',
    todo: 'Ask for less: a shorter time range, fewer columns, an aggregate.',
  },
  cancelled: {
    kind: 'conflict',
    means: 'The query was cancelled before it had ended.',
    todo: 'Ask again, if the answer is still wanted.',
  },
  rows_limit: { kind: 'invalid', means: 'The result has more rows than its limit.', todo: 'Add LIMIT, or aggregate.' },
  memory_limit: {
    kind: 'invalid',
    means: 'The query needs more memory than its limit.',
    todo: 'Aggregate over fewer groups, or a shorter range.',
  },
  result_limit: {
    kind: 'invalid',
    means: 'The result is larger than its limit of bytes.',
    todo: 'Select fewer columns or rows.',
  },
  insert_failed: {
    kind: 'broken',
    means: 'The column store refused rows.',
    todo: 'Read the message: a value does not fit its column.',
  },
  disk_full: {
    kind: 'busy',
    means: 'The disk that holds the columns is full.',
    todo: 'Free space; the rows are kept in the journal until then.',
  },
})
