// SQL over the environment's own tables, read-only and within limits, as JSON, CSV or one JSON object a line.

import { Readable } from 'node:stream'
import { environmentDatabase, type QueryResult } from '@millrace/olap'
import { Type } from 'typebox'
import type { Caller, Rooms } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { preferred } from '../http/accept.ts'
import { type Answer, type Route, route } from '../http/route.ts'
import {
  columnsListedMax,
  queryLettersMax,
  queryMemoryBytesMax,
  queryMsMax,
  queryMsUsual,
  queryResultBytesMax,
  queryRowsMax,
  queryRowsUsual,
} from '../limits.ts'
import { ColumnShape } from './shapes.ts'

export type QueryParameters = Readonly<Record<string, string | number | boolean | null>>

export interface QueryArguments {
  readonly sql: string
  readonly parameters?: QueryParameters | null | undefined
  readonly timeMsMax?: number | undefined
  readonly rowsMax?: number | undefined
}

/** Rows beyond the limit are cut and `truncated` says so; what is over another limit fails with `olap.…_limit`. */
export async function runQuery(rooms: Rooms, caller: Caller, args: QueryArguments): Promise<QueryResult> {
  if (args.sql.length > queryLettersMax) {
    throw apiErrors.too_large(`The SQL has ${args.sql.length} letters; at most ${queryLettersMax} are taken.`)
  }
  const rowsMax = args.rowsMax ?? queryRowsUsual
  if (!(rowsMax >= 1 && rowsMax <= queryRowsMax)) {
    throw apiErrors.request_invalid(`\`rowsMax\` is ${rowsMax}; it must be from 1 to ${queryRowsMax}.`)
  }
  return rooms.olap.query(args.sql, {
    databases: [environmentDatabase(caller.environment)],
    parameters: parametersOf(args.parameters),
    limits: {
      timeMsMax: args.timeMsMax ?? queryMsUsual,
      rowsMax,
      memoryBytesMax: queryMemoryBytesMax,
      resultBytesMax: queryResultBytesMax,
      truncate: true,
    },
  })
}

/** GraphQL's `JSON` lets anything through; a query takes scalars. */
function parametersOf(given: unknown): QueryParameters {
  if (given === undefined || given === null) return {}
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw apiErrors.request_invalid(
      '`parameters` must be an object: `{ "name": value }` for each `{name:Type}` of the SQL.',
    )
  }
  for (const [name, value] of Object.entries(given)) {
    if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) {
      throw apiErrors.request_invalid(`The parameter "${name}" must be a string, a number, true, false or null.`)
    }
  }
  return given as QueryParameters
}

export interface Table {
  readonly database: string
  readonly name: string
  readonly rows: number | undefined
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

/** What a query in this environment may read. */
export async function readTables(rooms: Rooms, caller: Caller): Promise<readonly Table[]> {
  const result = await rooms.olap.query(
    `SELECT c.database, c.table, c.name, c.type, t.total_rows
       FROM system.columns AS c
       LEFT JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
      WHERE c.database = {database:String}
        AND NOT startsWith(c.table, '.') AND t.engine NOT IN ('MaterializedView')
      ORDER BY c.database, c.table, c.position`,
    {
      parameters: { database: environmentDatabase(caller.environment) },
      limits: {
        timeMsMax: queryMsUsual,
        rowsMax: columnsListedMax,
        memoryBytesMax: queryMemoryBytesMax,
        resultBytesMax: queryResultBytesMax,
        truncate: true,
      },
    },
  )
  const tables = new Map<string, Table & { columns: { name: string; type: string }[] }>()
  for (const [database, name, column, type, rows] of result.rows) {
    const key = `${String(database)}.${String(name)}`
    const table = tables.get(key) ?? {
      database: String(database),
      name: String(name),
      rows: rows === null || rows === undefined ? undefined : Number(rows),
      columns: [],
    }
    table.columns.push({ name: String(column), type: String(type) })
    tables.set(key, table)
  }
  return [...tables.values()]
}

const QueryBody = Type.Object(
  {
    sql: Type.String({ minLength: 1, maxLength: queryLettersMax }),
    parameters: Type.Optional(
      Type.Object({}, { additionalProperties: true, description: 'Bound to `{name:Type}` in the SQL.' }),
    ),
    limits: Type.Optional(
      Type.Object(
        {
          timeMs: Type.Optional(Type.Integer({ minimum: 1, maximum: queryMsMax })),
          rows: Type.Optional(Type.Integer({ minimum: 1, maximum: queryRowsMax })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

const QueryResultShape = Type.Object(
  {
    columns: Type.Array(ColumnShape),
    rows: Type.Array(Type.Array(Type.Unknown())),
    truncated: Type.Boolean({ description: 'There were more rows than the limit.' }),
    elapsedMs: Type.Number(),
    rowsRead: Type.Number(),
    bytesRead: Type.Number(),
  },
  { $id: 'QueryResult' },
)

const mediaTypes = ['application/json', 'text/csv', 'application/x-ndjson'] as const

export function queryRoutes(rooms: Rooms): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/query',
      action: 'query.read',
      inEnvironment: true,
      summary: 'Query the environment’s tables by SQL.',
      description:
        'SELECT in the dialect of ClickHouse. `Accept` chooses JSON, CSV (RFC 4180, with a header line) or NDJSON (one object a row). `Millrace-Truncated: true` says that the row limit cut the answer.',
      body: { json: QueryBody },
      answers: { 200: { description: 'The rows.', schema: QueryResultShape, mediaTypes } },
      async handle(call) {
        const mediaType = preferred(call.request.headers.accept, mediaTypes)
        const body = call.body as {
          sql: string
          parameters?: QueryParameters
          limits?: { timeMs?: number; rows?: number }
        }
        const result = await runQuery(rooms, call, {
          sql: body.sql,
          parameters: body.parameters,
          timeMsMax: body.limits?.timeMs,
          rowsMax: body.limits?.rows,
        })
        return resultAnswer(result, mediaType)
      },
    }),
  ]
}

function resultAnswer(result: QueryResult, mediaType: (typeof mediaTypes)[number]): Answer {
  const headers = { 'Millrace-Truncated': String(result.truncated) }
  if (mediaType === 'application/json') return { headers, body: result }
  const lines = mediaType === 'text/csv' ? csvLines(result) : objectLines(result)
  return { headers, mediaType: `${mediaType}; charset=utf-8`, stream: Readable.from(inPieces(lines)) }
}

/** Lines go out some thousand at a time: one write each would cost more than the lines. */
function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = ''
  for (const line of lines) {
    piece += line
    if (piece.length >= 65_536) {
      yield piece
      piece = ''
    }
  }
  if (piece !== '') yield piece
}

function* objectLines({ columns, rows }: QueryResult): Generator<string> {
  for (const row of rows) yield `${JSON.stringify(Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])))}\n`
}

function* csvLines({ columns, rows }: QueryResult): Generator<string> {
  yield `${columns.map(({ name }) => csvField(name)).join(',')}\r\n`
  for (const row of rows) yield `${row.map(csvField).join(',')}\r\n`
}

function csvField(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
