// `connection` and `password` → which database, said so that it can be repeated in a message.

import { pluginErrors } from '@millrace/plugin'

export interface Target {
  readonly kind: 'postgres' | 'mysql' | 'clickhouse'
  readonly host: string
  readonly port: number
  readonly user: string | undefined
  readonly password: string | undefined
  readonly database: string | undefined
  /** Encrypted, with the certificate verified. */
  readonly tls: boolean
  /** Scheme, host, port and database: never who, and never the password. */
  readonly shown: string
}

interface Scheme {
  readonly kind: Target['kind']
  readonly port: number
  readonly tls: boolean
}

const schemes: Readonly<Record<string, Scheme>> = {
  'postgres:': { kind: 'postgres', port: 5432, tls: false },
  'postgresql:': { kind: 'postgres', port: 5432, tls: false },
  'mysql:': { kind: 'mysql', port: 3306, tls: false },
  'mariadb:': { kind: 'mysql', port: 3306, tls: false },
  'clickhouse+http:': { kind: 'clickhouse', port: 8123, tls: false },
  'clickhouse+https:': { kind: 'clickhouse', port: 8443, tls: true },
}

/** Names as libpq knows them; `prefer`, which falls back to clear text, is not offered. */
const tlsModes: Readonly<Record<string, boolean>> = {
  disable: false,
  require: true,
  'verify-ca': true,
  'verify-full': true,
}

export function parseConnection(connection: string, password: string | undefined): Target {
  const url = URL.canParse(connection) ? new URL(connection) : undefined
  const scheme = url === undefined ? undefined : schemes[url.protocol]
  if (url === undefined || scheme === undefined || url.hostname === '') {
    const begins = /^[a-z+]{1,20}:\/\//.exec(connection)?.[0]
    throw pluginErrors.input_invalid(
      `\`connection\`${begins === undefined ? '' : `, which begins with ${begins},`} is not the address of a database. ` +
        'Expected postgres://, mysql://, mariadb:// or clickhouse+http(s)://, then user@host:port/database.',
    )
  }
  const port = url.port === '' ? scheme.port : Number(url.port)
  const database = decodeURIComponent(url.pathname.slice(1)) || undefined
  return {
    kind: scheme.kind,
    host: decodeURIComponent(url.hostname.replace(/^\[(.*)\]$/, '$1')),
    port,
    user: decodeURIComponent(url.username) || undefined,
    password: password ?? (decodeURIComponent(url.password) || undefined),
    database,
    tls: tlsOf(url, scheme),
    shown: `${url.protocol}//${url.hostname}:${port}${database === undefined ? '' : `/${database}`}`,
  }
}

function tlsOf(url: URL, scheme: Scheme): boolean {
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'sslmode')
  const mode = url.searchParams.get('sslmode')
  if (unknown !== undefined || (mode !== null && (scheme.kind === 'clickhouse' || tlsModes[mode] === undefined))) {
    throw pluginErrors.input_invalid(
      unknown === undefined
        ? `\`connection\` has sslmode=${mode}. Expected one of ${Object.keys(tlsModes).join(', ')}; for ClickHouse use clickhouse+https://.`
        : `\`connection\` has the parameter ${JSON.stringify(unknown)}. Only sslmode can stand there.`,
    )
  }
  return mode === null ? scheme.tls : (tlsModes[mode] ?? scheme.tls)
}
