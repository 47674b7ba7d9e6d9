// The databases this worker is connected to. Drivers are loaded with the first statement that needs them.

import { parseConnection, type Target } from './connection.ts'
import { limits } from './limits.ts'
import type { Database } from './statement.ts'

export interface Databases {
  /** The same connection and password: the same connections. */
  at(connection: string, password: string | undefined): Promise<Database>
  close(): Promise<void>
}

export function databases(): Databases {
  // In order of last use; a Map keeps it.
  const open = new Map<string, Promise<Database>>()
  const drop = async (key: string) => {
    const database = open.get(key)
    open.delete(key)
    await (await database)?.close()
  }
  return {
    at(connection, password) {
      const key = JSON.stringify([connection, password ?? null])
      const target = parseConnection(connection, password)
      const database = open.get(key) ?? openDatabase(target)
      open.delete(key)
      open.set(key, database)
      const [eldest] = open.keys()
      if (open.size > limits.databasesMax && eldest !== undefined) drop(eldest).catch(() => undefined)
      return database
    },
    async close() {
      await Promise.all([...open.keys()].map(drop))
    },
  }
}

async function openDatabase(target: Target): Promise<Database> {
  switch (target.kind) {
    case 'postgres':
      return (await import('./postgres.ts')).openPostgres(target)
    case 'mysql':
      return (await import('./mysql.ts')).openMysql(target)
    case 'clickhouse':
      return (await import('./clickhouse.ts')).openClickhouse(target)
  }
}
