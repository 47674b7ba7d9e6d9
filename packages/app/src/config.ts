// Configuration: defaults, then the file, then the environment, then flags; each is stronger than the one before.
// Every source is checked strictly, because a setting that is silently ignored is worse than none.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readYaml } from '@millrace/lang'
import { type Complaint, durationParse, isObject, nearest } from '@millrace/stdx'
import { type ConfigKey, configKeys, flagOf, variableOf } from './config-key.ts'
import { appErrors } from './errors.ts'

export interface Config {
  readonly host: string
  readonly port: number
  /** Absolute. */
  readonly data: string
  readonly store: string
  readonly journal: string
  readonly olap: string
  readonly blob: string
  readonly roles: readonly string[]
  readonly environments: readonly string[]
  readonly open: boolean
  readonly slots: number
  /** Milliseconds. */
  readonly keepRuns: number
  readonly examples: boolean
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly logFormat: 'auto' | 'json' | 'text'
  readonly env: Readonly<Record<string, string>>
}

export interface ConfigSources {
  /** `--config`; without it `millrace.yaml` in the working directory, where there is one. */
  readonly file?: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** By key name. */
  readonly flags: Readonly<Record<string, string | undefined>>
  readonly directory: string
}

type Value = string | number | boolean | readonly string[] | Readonly<Record<string, string>>

/** Throws `app.config_invalid` with every complaint found, each saying in which source it stands. */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const complaints: Complaint[] = []
  const values = new Map<string, Value>()
  for (const key of configKeys) values.set(key.name, readText(key, key.default, 'the default', complaints))
  await readFileInto(values, sources, complaints)
  for (const key of configKeys as readonly ConfigKey[]) {
    if (key.fileOnly === true) continue
    const variable = sources.environment[variableOf(key)]
    if (variable !== undefined && variable !== '')
      values.set(key.name, readText(key, variable, variableOf(key), complaints))
    const flag = sources.flags[key.name]
    if (flag !== undefined) values.set(key.name, readText(key, flag, flagOf(key), complaints))
  }
  const first = complaints[0]
  if (first !== undefined) throw appErrors.config_invalid(first.message, { complaints })
  return placed(Object.fromEntries(values) as unknown as Config, sources.directory)
}

async function readFileInto(
  values: Map<string, Value>,
  sources: ConfigSources,
  complaints: Complaint[],
): Promise<void> {
  const path = resolve(sources.directory, sources.file ?? 'millrace.yaml')
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' && sources.file === undefined) return undefined
    throw appErrors.config_invalid(`The configuration file ${path} cannot be read: ${cause.message}.`)
  })
  if (text === undefined) return
  const source = readYaml(text)
  complaints.push(...source.complaints.map((it) => ({ ...it, message: `${path}:${it.line ?? 1}: ${it.message}` })))
  if (source.value === undefined || source.value === null) return
  if (!isObject(source.value)) {
    complaints.push(complaint(`${path}: found ${typeof source.value}; expected keys such as \`port: 4400\`.`))
    return
  }
  for (const [name, value] of Object.entries(source.value)) {
    const { line, column } = source.place(`/${name}`, 'key')
    const where = `${path}:${line}:${column}`
    const key = (configKeys as readonly ConfigKey[]).find((it) => it.name === name)
    if (key === undefined) {
      const near = nearest(
        name,
        configKeys.map((it) => it.name),
      )
      complaints.push({
        ...complaint(
          `${where}: there is no setting \`${name}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
        ),
        line,
        column,
      })
    } else {
      values.set(name, readValue(key, value, where, complaints))
    }
  }
}

function complaint(message: string): Complaint {
  return { code: 'app.config_invalid', message }
}

/** A value of the YAML file. */
function readValue(key: ConfigKey, value: unknown, where: string, complaints: Complaint[]): Value {
  if (key.kind === 'map') {
    if (isObject(value) && Object.values(value).every((it) => typeof it === 'string'))
      return value as Record<string, string>
    complaints.push(
      complaint(`${where}: \`${key.name}\` is ${JSON.stringify(value)}; expected a mapping of names to texts.`),
    )
    return {}
  }
  if (key.kind === 'list' && Array.isArray(value)) return readText(key, value.map(String).join(','), where, complaints)
  if (value === null || typeof value === 'object') {
    complaints.push(complaint(`${where}: \`${key.name}\` is ${JSON.stringify(value)}; expected ${expected(key)}.`))
    return key.default
  }
  return readText(key, String(value), where, complaints)
}

function readText(key: ConfigKey, text: string, where: string, complaints: Complaint[]): Value {
  const wrong = () => {
    complaints.push(complaint(`${where}: \`${key.name}\` is "${text}"; expected ${expected(key)}.`))
    return text
  }
  switch (key.kind) {
    case 'whole': {
      const number = Number(text)
      const fits = /^\d+$/.test(text) && number >= (key.min ?? 0) && number <= (key.max ?? Number.MAX_SAFE_INTEGER)
      return fits ? number : wrong()
    }
    case 'span':
      return durationParse(text) ?? wrong()
    case 'yes':
      return text === 'true' ? true : text === 'false' ? false : wrong()
    case 'list': {
      const items = text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
      return items.length > 0 && items.every((item) => key.choices?.includes(item) ?? true) ? items : wrong()
    }
    case 'map':
      return {}
    default:
      return text !== '' && (key.choices?.includes(text) ?? true) ? text : wrong()
  }
}

function expected(key: ConfigKey): string {
  if (key.choices !== undefined) return `${key.kind === 'list' ? 'some of' : 'one of'} ${key.choices.join(', ')}`
  if (key.kind === 'whole') return `a whole number from ${key.min ?? 0} to ${key.max ?? 'any'}`
  return {
    yes: 'true or false',
    list: 'a list',
    map: 'a mapping',
    text: 'a text',
    span: 'a duration such as 12h or 90d',
  }[key.kind]
}

function placed(config: Config, directory: string): Config {
  const data = resolve(directory, config.data)
  const inData = (address: string) => address.replace('{data}', data)
  return {
    ...config,
    data,
    store: inData(config.store),
    journal: inData(config.journal),
    olap: inData(config.olap),
    blob: inData(config.blob),
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
