/** The limits of the api, each with its reason. */

/** A playbook, a query, a run's inputs: what a person or a program writes by hand. */
export const bodyBytesMax = 1024 * 1024
/** Events come in batches that a program made; larger ones cost more memory than they save in requests. */
export const eventBodyBytesMax = 64 * 1024 * 1024
/** One insert of this many rows is as fast per row as any larger one. */
export const eventsMax = 100_000
/** Deeper than data gets; recursion over it stays far from the end of the stack. */
export const jsonDepthMax = 100
/** A page of a list: what a screen shows and a program takes in one piece. */
export const pageItemsMax = 500
export const pageItemsUsual = 100
/** Names, ids and cursors in addresses. */
export const pathPartLettersMax = 200
export const idempotencyKeyLettersMax = 200
/** Bytes of an upload may come slowly over a bad line, and not for ever. */
export const requestMsMax = 300_000
/** Between requests of one connection: longer than the usual proxy's own (60 s), so that it is never ours that ends first. */
export const keepAliveMsMax = 72_000
/** The whole process stops in under three seconds; the api takes less than one of them. */
export const stopMsMax = 800
/** While stopping: how soon a connection is closed once its last answer has left. */
export const stopSweepMs = 20
/** A request that waits for a run holds a connection; callers with more patience ask again. */
export const waitSecondsMax = 300
/** Requests that wait for runs, all together. */
export const waitersMax = 1000
/** A memory that does not answer within this is not ready, whatever it is doing. */
export const pingMsMax = 2000

/** Wrong tokens of one address per minute, before it has to wait: people mistype, programs loop. */
export const authenticationFailuresMax = 20
export const authenticationFailuresMsWindow = 60_000

/** A person's query: long enough for a scan of a month, short enough to be noticed. */
export const queryMsUsual = 30_000
export const queryMsMax = 300_000
export const queryRowsUsual = 10_000
/** What a browser's grid still scrolls; larger results belong in a file or a playbook. */
export const queryRowsMax = 1_000_000
export const queryMemoryBytesMax = 2 * 1024 ** 3
/** The result is held in memory while it is written. */
export const queryResultBytesMax = 256 * 1024 ** 2
export const queryLettersMax = 256 * 1024
/** Columns a schema tree shows; more are there and can be queried. */
export const columnsListedMax = 20_000

/** Tokens of a GraphQL document: the console's largest has about 300. */
export const documentTokensMax = 2000
/** Levels of a GraphQL selection: the deepest screen has six. */
export const documentDepthMax = 12
/** Calls of resolvers that one query may come to: a page of 500 runs with three loaded fields each, and some. */
export const documentCostMax = 3000
/** A list without `first` is counted as this long. */
export const listItemsAssumed = 10
/** Parsed and compiled documents kept; the console has a few dozen. */
export const documentsKept = 500

/** Browsers open one connection per tab. */
export const socketsMax = 1000
/** A page has three or four. */
export const subscriptionsPerSocketMax = 50
/** Subscribe messages are small documents. */
export const socketMessageBytesMax = 256 * 1024
/** A client that does not say hello within this is no client of ours. */
export const socketHelloMsMax = 5000
/** A connection that does not answer a ping is gone; its subscriptions should be too. */
export const socketPingMs = 15_000

/** Ten messages a second: faster is flicker to people and load to browsers; the first change goes out at once. */
export const changesEveryMs = 100
/** Steps of one message; more changed at once: `more`, and the screen loads them again. */
export const stepsPerMessageMax = 500
/** Runs of one message; older changes are dropped, the next page load has them. */
export const runsPerMessageMax = 500
/** Log lines waiting for one slow reader; beyond it the oldest go, and a line says how many. */
export const logLinesWaitingMax = 5000
export const logLinesPerMessageMax = 1000

/** Lines remembered to tell those of the table from those that pass by: more than can be in both at once. */
export const linesToldApartMax = 50_000
/** From the journal to the table a line takes up to a fifth of a second. */
export const linesStoredMs = 300
/** The last lines of a run pass through the journal a moment after the fact of its end. */
export const linesSettleMs = 500

/** The header `Host`, `Origin` and their like, and what is written into log lines of them. */
export const headerLettersShown = 100
