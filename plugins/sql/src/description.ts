// What the publish-time check, the manual and the builder's form know about `sql`.

import type { PluginDescription } from '@millrace/plugin'
import { limits } from './limits.ts'

export const description: PluginDescription = {
  name: 'sql',
  version: '1.0.0',
  summary: 'Run one SQL statement, with parameters, on PostgreSQL, MySQL, MariaDB, ClickHouse or the platform itself.',
  about: `Runs one statement and answers \`{ columns, rows, rowCount }\`; each row is an object by column name. For a statement
without a result, \`rowCount\` says how many rows it changed.

**Where.** Without \`connection\` (or with \`platform\`) the platform's own columns are asked: datasets, and the logs and traces
of runs, read-only. Otherwise \`connection\` is a URL:

| URL | parameters |
|---|---|
| \`postgres://user@host:5432/db\` | a list, for \`$1\`, \`$2\`, … |
| \`mysql://user@host:3306/db\`, \`mariadb://…\` | a list, for each \`?\` |
| \`clickhouse+http://user@host:8123/db\`, \`clickhouse+https://…\` | by name, for \`{name:Type}\` |
| the platform | by name, for \`{name:Type}\` |

Put the password into \`password: { secret: … }\`, or the whole URL into a secret. \`?sslmode=require\` encrypts and verifies
the certificate (PostgreSQL, MySQL, MariaDB).

**Parameters only.** \`query\` is taken as it stands: \`{{ … }}\` is not an expression in it, so no value is ever pasted into
SQL. Values go into \`parameters\`, where expressions work.

- PostgreSQL: a list of plain values is an array (\`WHERE id = ANY($1)\`); a mapping, or a list of mappings, is JSON
  (\`jsonb_to_recordset($1)\`).
- ClickHouse and the platform: a list is an array (\`WHERE id IN {ids:Array(UInt64)}\`).

**Values.** Whole numbers and decimals are numbers where a number holds them exactly, text where not. Dates and times are ISO
8601; sessions speak UTC. Bytes are base64, JSON is parsed, NaN and infinities are null.

**Failures.** Wrong SQL fails with \`plugin.sql_failed\` and the database's code and position; deadlocks and serialization
failures are retryable, and so is a database that is away (\`plugin.sql_unreachable\`). More than \`rowsMax\` rows fail with
\`plugin.sql_rows\`. When the step is cancelled or its \`timeout\` passes, the statement is cancelled on the server, too.

A step that is tried again runs the statement again: write with keys (\`INSERT … ON CONFLICT DO NOTHING\`).`,
  side: 'worker',
  effect: 'once',
  input: {
    type: 'object',
    additionalProperties: false,
    required: ['query'],
    properties: {
      connection: {
        type: 'string',
        minLength: 1,
        default: 'platform',
        description:
          'URL of the database: `postgres://`, `mysql://`, `mariadb://`, `clickhouse+http://` or `clickhouse+https://`. Without it, or `platform`: the platform’s own columns.',
      },
      password: { type: 'string', description: 'The password, for a `connection` without one. Use a secret.' },
      query: {
        type: 'string',
        minLength: 1,
        description: 'One SQL statement. Taken as it stands: values go into `parameters`.',
      },
      parameters: {
        type: ['array', 'object'],
        description: 'Values for the placeholders: a list for `$1` and `?`, by name for `{name:Type}`.',
      },
      rowsMax: {
        type: 'integer',
        minimum: 1,
        maximum: limits.rowsMax,
        default: limits.rowsDefault,
        description: 'Most rows the result may have.',
      },
    },
  },
  output: {
    type: 'object',
    additionalProperties: false,
    required: ['columns', 'rows', 'rowCount'],
    properties: {
      columns: {
        type: 'array',
        description: 'The columns in order.',
        items: {
          type: 'object',
          required: ['name', 'type'],
          properties: {
            name: { type: 'string', description: 'Name; a repeated one gets `_2`.' },
            type: { type: 'string', description: 'Type in the database’s own words.' },
          },
        },
      },
      rows: { type: 'array', description: 'The rows, by column name.', items: { type: 'object' } },
      rowCount: { type: 'integer', description: 'Rows in the result, or rows changed when there is none.' },
    },
  },
  secrets: ['/connection', '/password'],
  literal: ['/query'],
  examples: [
    {
      title: 'Count what a dataset holds',
      yaml: `id: totals
plugin: sql
with:
  query: |
    SELECT shop, count() AS orders, sum(amount) AS amount
    FROM orders WHERE at >= {since:DateTime64(3)}
    GROUP BY shop ORDER BY amount DESC
  parameters: { since: "2026-01-01T00:00:00Z" }
`,
    },
    {
      title: 'Read from PostgreSQL with a secret password',
      yaml: `id: customers
plugin: sql
with:
  connection: postgres://reader@db.example.com/shop?sslmode=require
  password: { secret: shop_db }
  query: SELECT id, email FROM customer WHERE id = ANY($1)
  parameters: [[17, 18, 19]]
timeout: 30s
retry: { attempts: 3, delay: 1s, backoff: exponential }
`,
    },
    {
      title: 'Write rows to MariaDB, once each',
      yaml: `id: store
plugin: sql
with:
  connection: mariadb://writer@db.example.com/shop
  password: { secret: shop_db }
  query: INSERT IGNORE INTO visit (id, page, at) VALUES (?, ?, ?)
  parameters: ["{{ run.id }}", /welcome, "2026-01-02 03:04:05"]
`,
    },
  ],
}
