// What the publish-time check, the manual and the builder's form know about `blob`.

import type { JsonSchema, PluginDescription } from '@millrace/plugin'
import { limits } from './limits.ts'

/** What one operation needs, and which of the other operations' keys have no meaning with it. */
function operation(
  name: string,
  rule: { required?: readonly string[]; without: readonly string[] } & JsonSchema,
): JsonSchema {
  const { without, ...rest } = rule
  const forbidden = Object.fromEntries(without.map((key) => [key, false]))
  return {
    if: { properties: { operation: { const: name } }, required: ['operation'] },
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's own word
    then: { ...rest, properties: forbidden },
  }
}

/** Never `.` or `..`, because none begins with a dot. */
const part = '[A-Za-z0-9_-][A-Za-z0-9._-]*'

const content = ['json', 'text', 'base64']

export const description: PluginDescription = {
  name: 'blob',
  version: '1.0.0',
  summary: 'Keep bytes under a name, and find them again.',
  about: `Files without a file system: bytes by name, within the environment, kept until they are removed. Every worker sees the
same ones, so a task can leave a file for a later task, or a run for the next run.

| \`operation\` | with | output |
|---|---|---|
| \`put\` | \`name\` and one of \`json\`, \`text\`, \`base64\` | \`{ name, bytes }\` |
| \`get\` | \`name\`, and \`as\`: \`json\`, \`text\` (default) or \`base64\` | \`{ name, bytes, value }\` |
| \`exists\` | \`name\` | \`{ name, exists }\` |
| \`list\` | \`prefix\`, \`namesMax\` | \`{ names, more }\`, sorted |
| \`remove\` | \`name\` | \`{ name }\`, also when there was nothing |

A name is made of letters, digits, \`.\`, \`_\` and \`-\`, in parts divided by \`/\`: \`reports/2026-01.csv\`. Putting the same name again
replaces it whole; a reader sees the old bytes or the new, never a mixture. One blob holds at most ${limits.bytesMax >> 20} MiB here.

Getting what is not there fails with \`plugin.blob_absent\`; ask with \`exists\` first, or give the step \`onError: continue\`.`,
  side: 'worker',
  effect: 'idempotent',
  input: {
    type: 'object',
    additionalProperties: false,
    required: ['operation'],
    properties: {
      operation: {
        type: 'string',
        enum: ['put', 'get', 'exists', 'list', 'remove'],
        description: 'What to do.',
      },
      name: {
        type: 'string',
        minLength: 1,
        maxLength: 400,
        pattern: `^${part}(/${part})*$`,
        description:
          'Name of the blob: parts of letters, digits, `.`, `_`, `-`, divided by `/`; none begins with a dot.',
      },
      json: { description: 'For `put`: a value, kept as JSON.' },
      text: { type: 'string', description: 'For `put`: text, kept as UTF-8.' },
      base64: { type: 'string', description: 'For `put`: bytes in base64.' },
      as: {
        type: 'string',
        enum: ['json', 'text', 'base64'],
        default: 'text',
        description: 'For `get`: how `value` is given.',
      },
      prefix: {
        type: 'string',
        maxLength: 400,
        pattern: `^(${part}/)*(${part})?$`,
        default: '',
        description: 'For `list`: only names that begin like this.',
      },
      namesMax: {
        type: 'integer',
        minimum: 1,
        maximum: limits.namesMax,
        default: limits.namesDefault,
        description: 'For `list`: most names to answer.',
      },
    },
    allOf: [
      operation('put', {
        required: ['name'],
        anyOf: content.map((key) => ({ required: [key] })),
        dependentSchemas: {
          json: { properties: { text: false, base64: false } },
          text: { properties: { base64: false } },
        },
        without: ['as', 'prefix', 'namesMax'],
      }),
      operation('get', { required: ['name'], without: [...content, 'prefix', 'namesMax'] }),
      operation('exists', { required: ['name'], without: [...content, 'as', 'prefix', 'namesMax'] }),
      operation('list', { without: [...content, 'as', 'name'] }),
      operation('remove', { required: ['name'], without: [...content, 'as', 'prefix', 'namesMax'] }),
    ],
  },
  output: {
    type: 'object',
    additionalProperties: false,
    properties: {
      name: { type: 'string', description: 'The name given.' },
      bytes: { type: 'integer', description: 'Size of what was put or got.' },
      value: { description: 'What was got, as `as` asks.' },
      exists: { type: 'boolean', description: 'Whether there is such a blob.' },
      names: { type: 'array', items: { type: 'string' }, description: 'Names found, sorted.' },
      more: { type: 'boolean', description: 'Whether there are more than `namesMax`.' },
    },
  },
  secrets: [],
  literal: [],
  examples: [
    {
      title: 'Keep a report',
      yaml: `id: keep
plugin: blob
with:
  operation: put
  name: reports/{{ run.id }}.json
  json: { rows: 42, checked: true }
`,
    },
    {
      title: 'Read a CSV that an earlier run left',
      yaml: `id: read
plugin: blob
with: { operation: get, name: imports/stations.csv, as: text }
`,
    },
    {
      title: 'What is there?',
      yaml: `id: look
plugin: blob
with: { operation: list, prefix: reports/, namesMax: 100 }
`,
    },
  ],
}
