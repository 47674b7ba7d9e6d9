// Runs: start them, watch them, steer them.

import type { RunFilter, RunState, StepState } from '@millrace/dispatch'
import type { JsonObject } from '@millrace/stdx'
import { Type } from 'typebox'
import type { Caller, Rooms } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import { idempotencyKeyLettersMax, pathPartLettersMax } from '../limits.ts'
import { pagedJson, pageOf, pageQuery } from './page.ts'
import {
  AnyObject,
  pageShape,
  RunDetailShape,
  RunShape,
  RunStates,
  RunStepDetailShape,
  RunStepShape,
  runDetailJson,
  runJson,
  StepStates,
  stepDetailJson,
  stepJson,
} from './shapes.ts'
import { startedAnswer, waitQuery } from './waiting.ts'

const Word = Type.String({ minLength: 1, maxLength: pathPartLettersMax })
const RunId = Type.Object({ id: Word })

const StartBody = Type.Object(
  {
    playbook: Type.String({ minLength: 1, maxLength: pathPartLettersMax, description: 'Its name.' }),
    version: Type.Optional(Type.Integer({ minimum: 1, description: 'The latest when absent.' })),
    inputs: Type.Optional(AnyObject),
    key: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: idempotencyKeyLettersMax,
        description: 'Same playbook and key: same run, started once. The header `Idempotency-Key` says the same.',
      }),
    ),
  },
  { additionalProperties: false },
)

export interface StartArguments {
  readonly playbook: string
  readonly version?: number | null | undefined
  readonly inputs?: JsonObject | null | undefined
  readonly key?: string | null | undefined
}

export function startRun(rooms: Rooms, caller: Caller, args: StartArguments, kind: 'manual' | 'api') {
  return rooms.dispatch.startRun({
    environment: caller.environment,
    playbook: args.playbook,
    inputs: args.inputs ?? {},
    trigger: { kind },
    by: caller.principal.name,
    ...(args.version ? { version: args.version } : {}),
    ...(args.key ? { key: args.key } : {}),
  })
}

/** The header and the body's `key` say the same thing; saying two different things is refused. */
export function keyOf(header: string | string[] | undefined, key: string | undefined): string | undefined {
  if (header === undefined) return key
  if (typeof header !== 'string' || header === '' || header.length > idempotencyKeyLettersMax) {
    throw apiErrors.request_invalid(
      `The header Idempotency-Key needs 1 to ${idempotencyKeyLettersMax} characters, once.`,
    )
  }
  if (key !== undefined && key !== header) {
    throw apiErrors.request_invalid('The header Idempotency-Key and `key` in the body differ. Send one of them.')
  }
  return header
}

export interface FilterArguments {
  readonly playbook?: string | null | undefined
  readonly states?: readonly string[] | null | undefined
  readonly search?: string | null | undefined
  readonly createdAfter?: number | null | undefined
  readonly createdBefore?: number | null | undefined
}

export function runFilter(args: FilterArguments): RunFilter {
  return {
    ...(args.playbook ? { playbook: args.playbook } : {}),
    ...(args.states ? { states: statesOf(args.states, RunStates) } : {}),
    ...(args.search ? { search: args.search } : {}),
    ...(args.createdAfter == null ? {} : { createdAfter: args.createdAfter }),
    ...(args.createdBefore == null ? {} : { createdBefore: args.createdBefore }),
  }
}

export function stepFilter(args: { task?: string | null | undefined; states?: readonly string[] | null | undefined }): {
  task?: string
  states?: readonly StepState[]
} {
  return {
    ...(args.task ? { task: args.task } : {}),
    ...(args.states ? { states: statesOf(args.states, StepStates) } : {}),
  }
}

function statesOf<T extends RunState | StepState>(given: readonly string[], known: readonly T[]): readonly T[] {
  return given.map((state) => {
    const found = known.find((one) => one === state)
    if (found === undefined) {
      throw apiErrors.request_invalid(`"${state.slice(0, 40)}" is not a state. The states are ${known.join(', ')}.`)
    }
    return found
  })
}

function atMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text)
}

export function runRoutes(rooms: Rooms): readonly Route[] {
  return [...startRoutes(rooms), ...readRoutes(rooms), ...stepRoutes(rooms), ...steerRoutes(rooms)]
}

function startRoutes(rooms: Rooms): readonly Route[] {
  const started = {
    200: { description: 'It ended within `wait`.', schema: RunDetailShape, headers: { Location: 'Where the run is.' } },
    202: { description: 'It is durable and goes on.', schema: RunShape, headers: { Location: 'Where the run is.' } },
  }
  return [
    route({
      method: 'POST',
      path: '/v1/runs',
      action: 'run.start',
      inEnvironment: true,
      summary: 'Start a run.',
      description: 'Answers when the run is durable: it then survives whatever happens to the server.',
      query: Type.Object(waitQuery, { additionalProperties: false }),
      body: { json: StartBody },
      answers: started,
      async handle(call) {
        const body = call.body as { playbook: string; version?: number; inputs?: JsonObject; key?: string }
        const key = keyOf(call.request.headers['idempotency-key'], body.key)
        return startedAnswer(rooms, call, await startRun(rooms, call, { ...body, key }, 'api'), call.query.wait)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/runs/{id}/rerun',
      action: 'run.start',
      inEnvironment: true,
      summary: 'Run the same version again, with the same inputs or others.',
      params: RunId,
      query: Type.Object(waitQuery, { additionalProperties: false }),
      body: { json: Type.Object({ inputs: Type.Optional(AnyObject) }, { additionalProperties: false }) },
      answers: started,
      async handle(call) {
        const { inputs } = (call.body ?? {}) as { inputs?: JsonObject }
        const key = keyOf(call.request.headers['idempotency-key'], undefined)
        const run = await rooms.dispatch.rerun({
          environment: call.environment,
          id: call.params.id,
          by: call.principal.name,
          ...(inputs === undefined ? {} : { inputs }),
          ...(key === undefined ? {} : { key }),
        })
        return startedAnswer(rooms, call, run, call.query.wait)
      },
    }),
  ]
}

function readRoutes({ dispatch }: Rooms): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/runs',
      action: 'run.read',
      inEnvironment: true,
      summary: 'Runs, newest first.',
      query: Type.Object(
        {
          ...pageQuery,
          playbook: Type.Optional(Word),
          state: Type.Optional(Type.Array(Type.Enum([...RunStates]), { description: 'One or more, by commas.' })),
          search: Type.Optional(
            Type.String({ maxLength: pathPartLettersMax, description: 'Part of an id, or of a playbook’s name.' }),
          ),
          createdAfter: Type.Optional(Type.String({ format: 'date-time' })),
          createdBefore: Type.Optional(Type.String({ format: 'date-time' })),
        },
        { additionalProperties: false },
      ),
      answers: { 200: { description: 'A page of runs.', schema: pageShape(RunShape) } },
      async handle({ environment, query }) {
        const filter = runFilter({
          ...query,
          states: query.state,
          createdAfter: atMs(query.createdAfter),
          createdBefore: atMs(query.createdBefore),
        })
        return { body: pagedJson(await dispatch.runs(environment, filter, pageOf(query)), runJson) }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/runs/{id}',
      action: 'run.read',
      inEnvironment: true,
      summary: 'One run: its tasks, inputs and outputs.',
      params: RunId,
      answers: { 200: { description: 'The run.', schema: RunDetailShape } },
      handle: async ({ environment, params }) => ({ body: runDetailJson(await dispatch.run(environment, params.id)) }),
    }),
  ]
}

function stepRoutes({ dispatch }: Rooms): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/runs/{id}/steps',
      action: 'run.read',
      inEnvironment: true,
      summary: 'The steps of a run, item by item.',
      params: RunId,
      query: Type.Object(
        { ...pageQuery, task: Type.Optional(Word), state: Type.Optional(Type.Array(Type.Enum([...StepStates]))) },
        { additionalProperties: false },
      ),
      answers: { 200: { description: 'A page of steps.', schema: pageShape(RunStepShape) } },
      async handle({ environment, params, query }) {
        const filter = stepFilter({ task: query.task, states: query.state })
        return { body: pagedJson(await dispatch.steps(environment, params.id, filter, pageOf(query)), stepJson) }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/runs/{id}/steps/{task}/{step}',
      action: 'run.read',
      inEnvironment: true,
      summary: 'One step: its attempts, input and output.',
      params: Type.Object({ id: Word, task: Word, step: Word }),
      query: Type.Object(
        { item: Type.Optional(Type.Integer({ minimum: -1, description: 'Of a `forEach`, from 0.' })) },
        { additionalProperties: false },
      ),
      answers: { 200: { description: 'The step.', schema: RunStepDetailShape } },
      async handle({ environment, params, query }) {
        const at = { task: params.task, item: query.item ?? -1, step: params.step }
        return { body: stepDetailJson(await dispatch.step(environment, params.id, at)) }
      },
    }),
  ]
}

function steerRoutes({ dispatch }: Rooms): readonly Route[] {
  const ReasonBody = Type.Object(
    { reason: Type.Optional(Type.String({ maxLength: 1000 })) },
    { additionalProperties: false },
  )
  const answers = { 200: { description: 'The run, as it is now.', schema: RunShape } }
  const shared = { method: 'POST', inEnvironment: true, params: RunId, answers } as const
  return [
    route({
      ...shared,
      path: '/v1/runs/{id}/cancel',
      action: 'run.cancel',
      summary: 'Cancel a run: steps that run are stopped, the rest never starts.',
      body: { json: ReasonBody },
      async handle({ environment, params, principal, body }) {
        const { reason } = (body ?? {}) as { reason?: string }
        return { body: runJson(await dispatch.cancel(environment, params.id, principal.name, reason)) }
      },
    }),
    route({
      ...shared,
      path: '/v1/runs/{id}/pause',
      action: 'run.pause',
      summary: 'Pause a run: steps that run go on, and no other starts.',
      handle: async ({ environment, params, principal }) => ({
        body: runJson(await dispatch.pause(environment, params.id, principal.name)),
      }),
    }),
    route({
      ...shared,
      path: '/v1/runs/{id}/resume',
      action: 'run.pause',
      summary: 'Resume a paused run.',
      handle: async ({ environment, params, principal }) => ({
        body: runJson(await dispatch.resume(environment, params.id, principal.name)),
      }),
    }),
  ]
}
