// What dispatch and workers say to each other, from the schemas that real messages are held to.

import { type MessageSchema, messageSchemas } from '@millrace/plugin'
import type { JsonObject } from '@millrace/stdx'
import { blocks, code, fenced, slugger, table } from './markdown.ts'
import { type Page, referencePage } from './page.ts'
import { schemaTable } from './schema-rows.ts'

export function messagesPage(): Page {
  const slug = slugger()
  const text = blocks(
    '# Messages between dispatch and workers',
    `Dispatch decides what is to be done, workers do it, and they speak over the journal: [CloudEvents](https://cloudevents.io) 1.0 in
JSON, structured mode. A plugin service in another language speaks the same messages. In this version the journal is in the
process and has no address of its own; the messages are as they will be.`,
    fenced(
      'text',
      `dispatch ── command.<pool>.<plugin>.<run> ──▶ worker        step.run
dispatch ── control.<run> ──────────────────▶ every worker  step.cancel
worker   ── fact.<pool>.<plugin>.<run> ─────▶ dispatch      step.started · step.alive · step.completed · step.failed`,
    ),
    `In a subject, a plugin's name has \`-\` for \`.\`: \`dataset.write\` is \`dataset-write\`. Messages are delivered at least once. A
command that comes twice is answered twice and carried out once, as far as the worker remembers; only the answer to the
latest \`fence\` of a call counts. Keys that a receiver does not know are to be ignored.`,
    table(
      ['message', 'from', 'on', 'says'],
      messageSchemas.map(({ type, sentBy, subject, summary }) => [
        `[${code(type)}](#${slug(type)})`,
        sentBy,
        code(subject),
        summary,
      ]),
    ),
    ...messageSchemas.map(messageSection),
  )
  return referencePage('messages', '`packages/plugin/src/message-schema.ts`', text)
}

function messageSection({ type, summary, schema }: MessageSchema): readonly string[] {
  const { data } = schema['properties'] as { data: JsonObject }
  return [
    `## ${type}`,
    `${summary} The whole message is described in [JSON Schema](generated/${schemaName(type)}); its \`data\` is`,
    schemaTable(data),
  ]
}

function schemaName(type: string): string {
  return `${type}.schema.json`
}

/** The schemas themselves, for programs. */
export function messageSchemaFiles(): readonly Page[] {
  return messageSchemas.map(({ type, schema }) => ({
    path: `docs/reference/generated/${schemaName(type)}`,
    text: `${JSON.stringify(schema, undefined, 2)}\n`,
  }))
}
