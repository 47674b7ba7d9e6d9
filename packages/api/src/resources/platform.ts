// The platform itself: who one is to it, its environments, its memories, whether it is well.

import { type Action, actions } from '@millrace/access'
import { messageOf } from '@millrace/stdx'
import { Type } from 'typebox'
import type { Caller, Memory, Rooms } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import { pingMsMax } from '../limits.ts'
import { EnvironmentShape, environmentJson, Time } from './shapes.ts'

export interface Me {
  readonly name: string
  readonly open: boolean
  readonly actions: readonly Action[]
  readonly environments: readonly string[]
}

export async function readMe(rooms: Rooms, { principal, environment }: Caller): Promise<Me> {
  const known = principal.kind === 'anonymous' ? [] : await rooms.access.environments()
  return {
    name: principal.name,
    open: principal.kind === 'loopback',
    actions: (Object.keys(actions) as Action[]).filter((action) => principal.may(action, environment)),
    environments: known.map(({ name }) => name),
  }
}

export interface Health {
  readonly memory: Memory
  readonly healthy: boolean
  readonly detail: string | undefined
}

/** Asks every memory at once; one that does not answer in time is not well. */
export function readHealth({ platform, clock }: Pick<Rooms, 'platform' | 'clock'>): Promise<readonly Health[]> {
  return Promise.all(
    platform.memories.map(async (memory) => {
      let cancel = () => {}
      const late = new Promise<never>((_resolve, reject) => {
        cancel = clock.after(pingMsMax, () => reject(new Error(`did not answer within ${pingMsMax / 1000} s`)))
      })
      try {
        await Promise.race([memory.ping(), late])
        return { memory, healthy: true, detail: undefined }
      } catch (cause) {
        return { memory, healthy: false, detail: messageOf(cause) }
      } finally {
        cancel()
      }
    }),
  )
}

export function platformRoutes(rooms: Rooms): readonly Route[] {
  return [...healthRoutes(rooms), ...selfRoutes(rooms)]
}

function healthRoutes(rooms: Rooms): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/healthz',
      action: 'health.read',
      summary: 'Whether the process is alive.',
      answers: { 200: { description: 'It is.', schema: Type.Object({ status: Type.String() }, { $id: 'Alive' }) } },
      handle: async () => ({ body: { status: 'alive' } }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      action: 'health.read',
      summary: 'Whether every memory answers; 503 names those that do not.',
      answers: {
        200: {
          description: 'All answer.',
          schema: Type.Object({ status: Type.String(), memories: Type.Array(Type.String()) }, { $id: 'Ready' }),
        },
      },
      async handle() {
        const health = await readHealth(rooms)
        const ill = health.filter(({ healthy }) => !healthy)
        if (ill.length === 0) return { body: { status: 'ready', memories: health.map(({ memory }) => memory.kind) } }
        // Who may ask this may be anybody: which memory, not where it is or what it said.
        const names = ill.map(({ memory }) => memory.kind)
        throw apiErrors.not_ready(`Not ready: ${names.join(', ')} ${names.length === 1 ? 'does' : 'do'} not answer.`, {
          details: { memories: names },
        })
      },
    }),
  ]
}

const MeShape = Type.Object(
  {
    name: Type.String(),
    open: Type.Boolean({ description: 'On loopback without a token.' }),
    actions: Type.Array(Type.String()),
    environments: Type.Array(Type.String()),
  },
  { $id: 'Me' },
)
const PlatformShape = Type.Object(
  {
    version: Type.String(),
    startedAt: Time,
    roles: Type.Array(Type.String()),
    memories: Type.Array(
      Type.Object({
        kind: Type.String(),
        adapter: Type.String(),
        address: Type.String(),
        healthy: Type.Boolean(),
        detail: Type.Optional(Type.String()),
      }),
    ),
    warnings: Type.Array(Type.String()),
  },
  { $id: 'Platform' },
)

function selfRoutes(rooms: Rooms): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/me',
      action: 'self.read',
      inEnvironment: true,
      summary: 'Who the caller is taken for, and what they may do.',
      answers: { 200: { description: 'The caller.', schema: MeShape } },
      handle: async (call) => ({ body: await readMe(rooms, call) }),
    }),
    route({
      method: 'GET',
      path: '/v1/environments',
      action: 'platform.read',
      summary: 'The environments, by name.',
      answers: {
        200: {
          description: 'All of them.',
          schema: Type.Object({ items: Type.Array(EnvironmentShape) }, { $id: 'Environments' }),
        },
      },
      handle: async () => ({ body: { items: (await rooms.access.environments()).map(environmentJson) } }),
    }),
    route({
      method: 'GET',
      path: '/v1/platform',
      action: 'platform.read',
      summary: 'Version, roles, memories and what to know about them.',
      answers: { 200: { description: 'The platform.', schema: PlatformShape } },
      async handle() {
        const { version, startedAt, roles } = rooms.platform
        const memories = (await readHealth(rooms)).map(({ memory: { kind, adapter, address }, healthy, detail }) => ({
          kind,
          adapter,
          address,
          healthy,
          detail,
        }))
        return {
          body: {
            version,
            startedAt: new Date(startedAt).toISOString(),
            roles,
            memories,
            warnings: rooms.platform.warnings(),
          },
        }
      },
    }),
  ]
}
