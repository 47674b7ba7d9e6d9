// Plugins: what a step can call, with schema, documentation and examples.

import type { PluginDescription } from '@millrace/plugin'
import { Type } from 'typebox'
import type { Rooms } from '../contract.ts'
import { type Route, route } from '../http/route.ts'
import { AnyObject } from './shapes.ts'

const PluginShape = Type.Object(
  {
    name: Type.String(),
    version: Type.String(),
    summary: Type.String(),
    about: Type.String({ description: 'Markdown.' }),
    side: Type.Enum(['worker', 'engine']),
    effect: Type.Enum(['pure', 'idempotent', 'once']),
    input: AnyObject,
    output: AnyObject,
    secrets: Type.Array(Type.String()),
    literal: Type.Array(Type.String()),
    examples: Type.Array(Type.Object({ title: Type.String(), yaml: Type.String() })),
  },
  { $id: 'Plugin' },
)

export function pluginsByName(rooms: Rooms): readonly PluginDescription[] {
  return [...rooms.plugins].sort((one, other) => (one.name < other.name ? -1 : 1))
}

export function pluginRoutes(rooms: Rooms): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/plugins',
      action: 'plugin.read',
      summary: 'Every plugin, by name.',
      answers: {
        200: {
          description: 'The plugins.',
          schema: Type.Object({ items: Type.Array(PluginShape) }, { $id: 'Plugins' }),
        },
      },
      handle: async () => ({ body: { items: pluginsByName(rooms) } }),
    }),
  ]
}
