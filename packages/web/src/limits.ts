// What the console holds at once. A browser tab is a small machine: every list, buffer and cache ends somewhere.

export const limits = {
  /** Rows of one page of runs: enough for two screens, small enough to arrive at once. */
  runsPageSize: 200,
  /** Runs kept in the list: 100 pages; filter to see further back. */
  runsHeldMax: 20_000,
  /** The server's own page limit for steps. */
  stepsPageSize: 500,
  /** Steps drawn in one run; beyond, the Gantt asks for a task. */
  stepsHeldMax: 20_000,
  logsPageSize: 500,
  /** Log lines kept in the tab; older ones are dropped first and loaded again by search. */
  logLinesHeldMax: 50_000,
  /** Rows asked of one query: what the grid scrolls without stutter and the tab holds without pain. */
  queryRowsMax: 100_000,
  /** Points a chart draws: four per pixel of a wide screen. */
  chartPointsMax: 8_000,
  /** Queries remembered in this browser. */
  historyLengthMax: 100,
  /** Text length of one remembered query. */
  historyCharactersMax: 20_000,
  /** A link longer than this breaks in chat programs and proxies. */
  linkCharactersMax: 8_000,
  /** Pause in typing after which the server checks the text. */
  validateDelayMs: 250,
  /** Pause in typing after which a search goes to the server. */
  searchDelayMs: 200,
  /** Lines compared by the exact diff; longer texts are compared as a whole. */
  diffLinesMax: 5_000,
  /** Children shown of one JSON value before "show more". */
  treeChildrenMax: 100,
  /** Characters shown of one JSON string before "show all". */
  treeStringCharactersMax: 400,
  /** Rows of an output's table view. */
  tableRowsMax: 1_000,
  /** A request that takes longer is given up; SQL may take longer. */
  requestMsMax: 30_000,
  queryMsMax: 120_000,
  /** How often shared counts are asked for again while runs change. */
  countsRefreshMs: 1_000,
  /** Notices on screen at once. */
  noticesMax: 4,
  noticeMs: 6_000,
} as const
