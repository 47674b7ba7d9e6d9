// Datasets, the tables that SQL may read, and SQL itself.

import { queryOptions } from '@tanstack/react-query'
import { limits } from '../limits.ts'
import { operation, request } from './client.ts'

export interface Column {
  readonly name: string
  readonly type: string
}

export interface Dataset {
  readonly name: string
  readonly table: string
  readonly rows: number
  readonly bytes: number
  readonly columns: readonly Column[]
  readonly updatedAt: number | null
}

export interface Table {
  readonly database: string
  readonly name: string
  readonly rows: number | null
  readonly columns: readonly Column[]
}

export interface QueryResult {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly unknown[])[]
  readonly truncated: boolean
  readonly elapsedMs: number
  readonly rowsRead: number
  readonly bytesRead: number
}

export const datasetsOperation = operation<
  { datasets: readonly Dataset[] },
  { environment: string }
>(`query Datasets($environment: String!) {
  datasets(environment: $environment) { name table rows bytes updatedAt columns { name type } }
}`)

export const tablesOperation = operation<
  { tables: readonly Table[] },
  { environment: string }
>(`query Tables($environment: String!) {
  tables(environment: $environment) { database name rows columns { name type } }
}`)

export const sqlOperation = operation<
  { query: QueryResult },
  { environment: string; sql: string; rowsMax: number }
>(`query Sql($environment: String!, $sql: String!, $rowsMax: Int!) {
  query(environment: $environment, sql: $sql, rowsMax: $rowsMax) {
    columns { name type } rows truncated elapsedMs rowsRead bytesRead
  }
}`)

export function datasetsQuery(environment: string) {
  return queryOptions({
    queryKey: ['datasets', environment],
    queryFn: async ({ signal }) => (await request(datasetsOperation, { environment }, { signal })).datasets,
  })
}

export function tablesQuery(environment: string) {
  return queryOptions({
    queryKey: ['tables', environment],
    queryFn: async ({ signal }) => (await request(tablesOperation, { environment }, { signal })).tables,
    staleTime: 30_000,
  })
}

export async function runSql(environment: string, sql: string, signal: AbortSignal): Promise<QueryResult> {
  const variables = { environment, sql, rowsMax: limits.queryRowsMax }
  return (await request(sqlOperation, variables, { signal, timeMsMax: limits.queryMsMax })).query
}
