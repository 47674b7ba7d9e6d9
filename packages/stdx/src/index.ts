/** What TypeScript lacks. No word of the domain lives here. */
export { type Batcher, batcher } from './batcher.ts'
export { type Cancel, type Clock, type ManualClock, manualClock, systemClock } from './clock.ts'
export { type Deferred, deferred } from './deferred.ts'
export { durationFormat, durationParse } from './duration.ts'
export {
  type Complaint,
  type ErrorEntry,
  type ErrorExtras,
  type ErrorKind,
  errorCatalog,
  errorCatalogs,
  MillraceError,
  messageOf,
  statusOf,
  toMillraceError,
} from './error.ts'
export { idTime, idTimed, newId } from './id.ts'
export { impossible, invariant } from './invariant.ts'
export type { Json, JsonObject } from './json.ts'
export { isObject } from './json.ts'
export { type Logger, quietLogger } from './logger.ts'
export { nearest } from './nearest.ts'
export { type Random, seededRandom, systemRandom } from './random.ts'
export { type Semaphore, semaphore } from './semaphore.ts'
export { type Service, startAll, stopAll } from './service.ts'
