// Every setting, declared once: the file's schema, the environment variable, the flag and the manual come from here.

export interface ConfigKey {
  readonly name: string
  readonly kind: 'text' | 'whole' | 'yes' | 'list' | 'map' | 'span'
  readonly default: string
  /** One or two sentences for the manual and `--help`. */
  readonly about: string
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly string[]
  /** Only in the file. */
  readonly fileOnly?: boolean
}

export const configKeys = [
  {
    name: 'host',
    kind: 'text',
    default: '127.0.0.1',
    about: 'Address to listen on. Anything but loopback needs the administrator’s token to be set.',
  },
  {
    name: 'port',
    kind: 'whole',
    default: '4400',
    min: 0,
    max: 65535,
    about: 'Port of the console and the API; 0 takes any free one.',
  },
  {
    name: 'data',
    kind: 'text',
    default: './data',
    about: 'Directory of the embedded stores, of scratch space and of caches.',
  },
  {
    name: 'store',
    kind: 'text',
    default: 'pglite:{data}/store',
    about: 'Rows: `pglite:<directory>` or `postgres://user:password@host/database`.',
  },
  {
    name: 'journal',
    kind: 'text',
    default: 'file:{data}/journal',
    about: 'Records in order: `file:<directory>` or `memory:`.',
  },
  {
    name: 'olap',
    kind: 'text',
    default: 'chdb:{data}/olap',
    about: 'Columns: `chdb:<directory>` or `clickhouse+http://user:password@host:8123`.',
  },
  { name: 'blob', kind: 'text', default: 'file:{data}/blob', about: 'Bytes by name: `file:<directory>`.' },
  {
    name: 'roles',
    kind: 'list',
    default: 'api,dispatch,worker,refine,watch',
    choices: ['api', 'dispatch', 'worker', 'refine', 'watch'],
    about: 'What this process does. In this version one process does all of it.',
  },
  {
    name: 'environments',
    kind: 'list',
    default: 'dev',
    about:
      'Environments that exist besides `dev`: walls that playbooks, runs and rows do not cross. Removing one here removes nothing.',
  },
  {
    name: 'open',
    kind: 'yes',
    default: 'true',
    about: 'Whoever is at this machine needs no token. Holds on a loopback address only.',
  },
  {
    name: 'slots',
    kind: 'whole',
    default: '64',
    min: 1,
    max: 1024,
    about: 'Calls of plugins that a worker carries out at once.',
  },
  {
    name: 'keepRuns',
    kind: 'span',
    default: '90d',
    about:
      'How long a run is kept after its end, with its facts and outputs. What it wrote to datasets and telemetry stays.',
  },
  {
    name: 'examples',
    kind: 'yes',
    default: 'true',
    about: 'Publish the example playbooks at the first start, and run the first one.',
  },
  {
    name: 'logLevel',
    kind: 'text',
    default: 'info',
    choices: ['debug', 'info', 'warn', 'error'],
    about: 'What the process writes to standard error about itself.',
  },
  {
    name: 'logFormat',
    kind: 'text',
    default: 'auto',
    choices: ['auto', 'json', 'text'],
    about: '`auto`: text on a terminal, JSON otherwise.',
  },
  {
    name: 'env',
    kind: 'map',
    default: '',
    fileOnly: true,
    about: 'Variables that expressions read as `env.NAME`. Not for secrets.',
  },
] as const satisfies readonly ConfigKey[]

/** `logLevel` → `MILLRACE_LOG_LEVEL`. */
export function variableOf(key: ConfigKey): string {
  return `MILLRACE_${key.name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** `logLevel` → `--log-level`. */
export function flagOf(key: ConfigKey): string {
  return `--${key.name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
