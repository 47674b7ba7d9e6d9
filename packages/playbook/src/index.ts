export { advance } from './advance.ts'
export { answer, type Report } from './answer.ts'
export { complete } from './complete.ts'
export type { Completion } from './completion.ts'
export type * from './document.ts'
export { playbookErrors } from './errors.ts'
export { evolve } from './evolve.ts'
export type * from './fact.ts'
export { countsMax, playbookShape } from './grammar.ts'
export { hash32, traceIdOf } from './hash.ts'
export { type Hover, hover } from './hover.ts'
export { parse } from './parse.ts'
export { type CheckedInputs, checkInputs } from './parse-inputs.ts'
export { outlineOf } from './parse-outline.ts'
export type { Outline, Parsed, ParseOptions } from './parsed.ts'
export type { PluginDescription } from './plugins.ts'
export {
  addressesOut,
  dueAt,
  type ItemRun,
  isAwaited,
  isEnded,
  newRun,
  type Run,
  type RunPhase,
  type StepPhase,
  type StepRun,
  stepOf,
  type TaskPhase,
  type TaskRun,
} from './run-state.ts'
export { playbookSchema } from './schema.ts'
export { referencesOf, scopeOf, stepOutput } from './scope.ts'
export { type Key, type NameRule, nameRules, type ObjectShape, type Shape } from './shape.ts'
export { callSpanId, type RunSpan, spanOf } from './trace.ts'
export {
  type Answer,
  type Ask,
  type Deciding,
  emit,
  idempotencyKey,
  isFull,
  newTurn,
  type Turn,
  type Viewpoint,
} from './turn.ts'
