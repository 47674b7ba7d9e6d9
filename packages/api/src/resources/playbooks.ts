// Playbooks: publish, read, check. The text a person wrote is the truth; everything else is read from it.

import { inputsSchema, type PlaybookVersion } from '@millrace/dispatch'
import { type Outline, parse } from '@millrace/playbook'
import type { Complaint, JsonObject } from '@millrace/stdx'
import { Type } from 'typebox'
import type { Caller, Rooms } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { refuseNul, type TextBody } from '../http/body.ts'
import { type Route, route } from '../http/route.ts'
import { pathPartLettersMax } from '../limits.ts'
import { pagedJson, pageOf, pageQuery } from './page.ts'
import { ComplaintShape, PlaybookShape, pageShape, playbookJson } from './shapes.ts'

export interface Validation {
  readonly complaints: readonly Complaint[]
  readonly outline: Outline
  /** JSON Schema of the inputs, when the text is a playbook. */
  readonly inputs: JsonObject | undefined
}

/** What publishing would say, and as much of the graph as can be made out. */
export function validatePlaybook(rooms: Rooms, text: string): Validation {
  const plugins = new Map(rooms.plugins.map((plugin) => [plugin.name, plugin]))
  const { playbook, complaints, outline } = parse(text, { plugins })
  return { complaints, outline, inputs: playbook === undefined ? undefined : inputsSchema(playbook) }
}

export function publishPlaybook(rooms: Rooms, caller: Caller, text: string): Promise<PlaybookVersion> {
  return rooms.dispatch.publish({ environment: caller.environment, text, by: caller.principal.name })
}

const yamlMediaTypes = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml', 'text/plain']
const TextJson = Type.Object({ text: Type.String() }, { additionalProperties: false })
const body = { json: TextJson, text: yamlMediaTypes }
const Name = Type.Object({ name: Type.String({ maxLength: pathPartLettersMax }) })

function textOf(given: { text: string } | TextBody): string {
  if (given.text.trim() === '')
    throw apiErrors.body_invalid('The body has no text; the YAML of a playbook was expected.')
  refuseNul(given.text)
  return given.text
}

export function playbookRoutes(rooms: Rooms): readonly Route[] {
  return [...writeRoutes(rooms), ...readRoutes(rooms)]
}

function writeRoutes(rooms: Rooms): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/playbooks',
      action: 'playbook.publish',
      inEnvironment: true,
      summary: 'Publish a playbook.',
      description:
        'The YAML itself, or JSON with the YAML as `text`. The same text as the latest version answers that version; anything else becomes the next one. Faults are refused with `playbook.invalid`, each with line and column in `errors`.',
      body,
      answers: {
        201: {
          description: 'The version, new or as it was.',
          schema: PlaybookShape,
          headers: { Location: 'Where the playbook is.' },
        },
      },
      async handle(call) {
        const playbook = await publishPlaybook(rooms, call, textOf(call.body))
        return {
          status: 201,
          headers: { Location: `/v1/playbooks/${encodeURIComponent(playbook.name)}?version=${playbook.version}` },
          body: playbookJson(playbook),
        }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/playbooks/validate',
      action: 'playbook.read',
      summary: 'Check a playbook without publishing it.',
      body,
      answers: {
        200: {
          description: 'Its faults; an empty list means that it can be published.',
          schema: Type.Object({ valid: Type.Boolean(), complaints: Type.Array(ComplaintShape) }, { $id: 'Validation' }),
        },
      },
      async handle(call) {
        const { complaints } = validatePlaybook(rooms, textOf(call.body))
        return { body: { valid: complaints.length === 0, complaints } }
      },
    }),
  ]
}

function readRoutes({ dispatch }: Rooms): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/playbooks',
      action: 'playbook.read',
      inEnvironment: true,
      summary: 'The latest version of each playbook, by name.',
      query: Type.Object(pageQuery, { additionalProperties: false }),
      answers: { 200: { description: 'A page of playbooks.', schema: pageShape(PlaybookShape) } },
      handle: async ({ environment, query }) => ({
        body: pagedJson(await dispatch.playbooks(environment, pageOf(query)), playbookJson),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/playbooks/{name}',
      action: 'playbook.read',
      inEnvironment: true,
      summary: 'One playbook: its latest version, or the one asked for.',
      params: Name,
      query: Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1 })) }, { additionalProperties: false }),
      answers: { 200: { description: 'The playbook.', schema: PlaybookShape } },
      handle: async ({ environment, params, query }) => ({
        body: playbookJson(await dispatch.playbook(environment, params.name, query.version)),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/playbooks/{name}/versions',
      action: 'playbook.read',
      inEnvironment: true,
      summary: 'Every version of one playbook, newest first.',
      params: Name,
      query: Type.Object(pageQuery, { additionalProperties: false }),
      answers: { 200: { description: 'A page of versions.', schema: pageShape(PlaybookShape) } },
      handle: async ({ environment, params, query }) => ({
        body: pagedJson(await dispatch.versions(environment, params.name, pageOf(query)), playbookJson),
      }),
    }),
  ]
}
