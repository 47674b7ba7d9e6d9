// Webhooks: an address that starts a run. `/v1/hooks/<playbook>` calls the playbook's only webhook trigger,
// `/v1/hooks/<playbook>/<trigger>` names one. What came with the call is `trigger` in the playbook's expressions.

import type { IncomingHttpHeaders } from 'node:http'
import type { PlaybookVersion } from '@millrace/dispatch'
import { type Json, type JsonObject, nearest } from '@millrace/stdx'
import { Type } from 'typebox'
import type { Caller, Rooms } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import { pathPartLettersMax } from '../limits.ts'
import { keyOf } from './runs.ts'
import { RunDetailShape, RunShape } from './shapes.ts'
import { startedAnswer, waitQuery } from './waiting.ts'

const Word = Type.String({ minLength: 1, maxLength: pathPartLettersMax })
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** What a caller proves itself with is for us, not for the playbook, its log lines and its outputs. */
const secretHeader = /authorization|cookie|token|secret|passw|api-?key|^sec-|^proxy-/

export function openHeaders(headers: IncomingHttpHeaders): JsonObject {
  const open: Record<string, Json> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !secretHeader.test(name)) open[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return open
}

function triggerOf(playbook: PlaybookVersion, asked: string | undefined): string {
  const [first, ...others] = playbook.webhooks
  if (first === undefined) {
    throw apiErrors.hook_not_found(
      `The playbook "${playbook.name}" has no webhook. Give it a trigger, for example \`triggers: { called: { webhook: {} } }\`, and publish it.`,
    )
  }
  if (asked === undefined && others.length === 0) return first
  if (asked !== undefined && playbook.webhooks.includes(asked)) return asked
  const meant = asked === undefined ? undefined : nearest(asked, playbook.webhooks)
  throw apiErrors.hook_not_found(
    `${asked === undefined ? `The playbook "${playbook.name}" has several webhooks; name one` : `The playbook "${playbook.name}" has no webhook "${asked}"`}: ${playbook.webhooks.map((name) => `/v1/hooks/${playbook.name}/${name}`).join(', ')}.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
  )
}

async function call(
  rooms: Rooms,
  caller: Caller,
  hook: { playbook: string; trigger: string | undefined; payload: JsonObject; key: string | undefined },
) {
  const playbook = await rooms.dispatch.playbook(caller.environment, hook.playbook)
  return rooms.dispatch.startRun({
    environment: caller.environment,
    playbook: playbook.name,
    version: playbook.version,
    inputs: {},
    trigger: { kind: 'webhook', name: triggerOf(playbook, hook.trigger), payload: hook.payload },
    by: caller.principal.name,
    ...(hook.key === undefined ? {} : { key: hook.key }),
  })
}

export function hookRoutes(rooms: Rooms): readonly Route[] {
  const Query = Type.Object(waitQuery, { additionalProperties: true })
  const shared = {
    method: methods,
    action: 'hook.call',
    inEnvironment: true,
    query: Query,
    body: { any: true },
    answers: {
      200: { description: 'The run ended within `wait`.', schema: RunDetailShape },
      202: { description: 'The run is durable and goes on.', schema: RunShape, headers: { Location: 'Where it is.' } },
    },
  } as const
  const handle = async (
    given: Caller & {
      query: { wait?: number }
      body: unknown
      request: { method: string; headers: IncomingHttpHeaders }
    },
    playbook: string,
    trigger: string | undefined,
  ) => {
    const { wait, ...query } = given.query
    const payload: JsonObject = {
      method: given.request.method,
      body: (given.body ?? null) as Json,
      query: query as JsonObject,
      headers: openHeaders(given.request.headers),
    }
    const key = keyOf(given.request.headers['idempotency-key'], undefined)
    return startedAnswer(rooms, given, await call(rooms, given, { playbook, trigger, payload, key }), wait)
  }
  return [
    route({
      ...shared,
      path: '/v1/hooks/{playbook}',
      summary: 'Call the only webhook of a playbook.',
      description:
        'Starts a run whose `trigger` holds `method`, `body`, `query` and `headers` of the call. Headers that carry secrets are left out.',
      params: Type.Object({ playbook: Word }),
      handle: (given) => handle(given, given.params.playbook, undefined),
    }),
    route({
      ...shared,
      path: '/v1/hooks/{playbook}/{trigger}',
      summary: 'Call one webhook of a playbook, by the name of its trigger.',
      params: Type.Object({ playbook: Word, trigger: Word }),
      handle: (given) => handle(given, given.params.playbook, given.params.trigger),
    }),
  ]
}
