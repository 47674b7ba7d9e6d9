// What one statement, and all connections together, may take.

export const limits = {
  /** Beyond that, a result is data to move with `dataset.write` or COPY, not the output of a step. */
  rowsMax: 1_000_000,
  /** What a step gets without asking: enough to look at, few enough to hold. */
  rowsDefault: 10_000,
  /** Connections to one database from one worker; PostgreSQL's default allows 100 in all. */
  connectionsMax: 16,
  /** Different databases one worker keeps connections to; the one used least recently is closed. */
  databasesMax: 64,
  /** A database that has not answered the handshake by then is down; waiting on only delays the retry. */
  connectMsMax: 10_000,
  /** Longer than the pause between two steps of a run, shorter than most servers' own idle limit. */
  idleMsMax: 30_000,
  /** The step's own timeout strikes first; the server's strikes when the worker is no longer there to cancel. */
  timeoutSlackMs: 2_000,
  /** A worker must stop within 3 s, all of its plugins together. */
  closeMsMax: 500,
  /** Prepared statements a MySQL session keeps; the server's default is 16,382 over all sessions. */
  statementsMax: 100,
  /** A double carries any decimal of so many digits there and back unchanged. */
  digitsMax: 15,
  /** Beginning of a ClickHouse exception that is read; stack traces follow it. */
  exceptionBytesMax: 16 * 1024,
} as const
