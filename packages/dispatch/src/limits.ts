// Every bound of dispatch, with its reason.

export const dispatchLimits = {
  /** Runs of one group commit: a statement of some hundred kilobytes, a few milliseconds of the database. */
  commitRunsMax: 500,
  /** Turns waiting for their commit; beyond it new runs are refused with `dispatch.overloaded`. */
  commitWaitingMax: 50_000,
  /** Runs that have not ended, all in memory: about 5 kB each. */
  runsActiveMax: 200_000,
  /** Ended runs kept folded for screens that look at them. */
  runsEndedKeptMax: 32,
  /** A run of more facts than this is folded again when somebody looks: it is megabytes. */
  factsKeptMax: 50_000,
  /** Publishers of one name that may come between before it is given up. */
  publishTriesMax: 5,
  /** Parsed playbook versions kept; parsing takes milliseconds. */
  playbooksKeptMax: 500,
  /** What a value may weigh to stay inside a fact; above, it goes to blob. */
  inlineBytesMax: 64 * 1024,
  inputsBytesMax: 1024 * 1024,
  /** One evaluation of one expression; a run is decided by one thread, so this is how long it may hold the others. */
  expressionMsMax: 1000,
  /** A worker that is silent for this long has lost its call. */
  leaseMs: 30_000,
  /** How often one attempt is handed out before it counts as failed: a call that takes every worker down must end. */
  fencesMax: 20,
  /** How often the mark is written up to which all spans are in the journal; after a crash, what is newer is told again. */
  markMs: 1_000,
  /** While the database is away: how long to wait before a turn is tried again, doubling up to the maximum. */
  retryMs: 100,
  retryMsMax: 5_000,
  /** Turns of one run that may fail in a row for a reason that waiting does not mend. */
  turnFailuresMax: 5,
  /** Decisions taken in one go before other work gets the thread. */
  asksPerSlice: 500,
  pageMax: 500,
  /** Spans gathered while the journal is busy; beyond it they are dropped and counted, because telemetry never stops runs. */
  spansWaitingMax: 200_000,
  /** Records of one append to the journal. */
  recordsPerAppendMax: 1_000,
  /** How long the clock goes unlooked at while runs wait for a moment. */
  timerLookMs: 1_000,
  /** How often runs past their retention are looked for, and how soon after a start: not while it is busy starting. */
  sweepMs: 3_600_000,
  sweepFirstMs: 60_000,
  /** Runs (and names of one run) removed at a time, and how many times in a row before others have their turn again. */
  sweepRunsMax: 500,
  sweepBatchesMax: 1_000,
  /** Input or output shown on a screen; larger ones are cut. */
  shownBytesMax: 256 * 1024,
  reportsBatchMax: 1000,
  reportsInFlightMax: 20_000,
} as const
