// Published playbooks: immutable versions, parsed once and kept while they are used.

import { type Playbook, type PluginDescription, parse, playbookErrors } from '@millrace/playbook'
import { type Clock, type Complaint, type JsonObject } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import type { Page, Paged, PlaybookVersion } from './contract.ts'
import { dispatchErrors } from './errors.ts'
import { dispatchLimits } from './limits.ts'
import { lru } from './lru.ts'
import { cursorRead, cursorWrite, limitOf } from './page.ts'

export interface Catalogue {
  validate(text: string): readonly Complaint[]
  publish(request: { environment: string; text: string; by: string }): Promise<PlaybookVersion>
  list(environment: string, page: Page): Promise<Paged<PlaybookVersion>>
  versions(environment: string, name: string, page: Page): Promise<Paged<PlaybookVersion>>
  get(environment: string, name: string, version?: number): Promise<PlaybookVersion>
  /** The parsed form of a published version. */
  parsed(environment: string, name: string, version?: number): Promise<{ playbook: Playbook; version: number }>
}

interface Row {
  readonly environment: string
  readonly name: string
  readonly version: number
  readonly description: string
  readonly labels: Record<string, string>
  readonly inputs: JsonObject
  readonly webhooks: readonly string[]
  readonly text: string
  readonly published_at: number
  readonly published_by: string
}

const columns = 'environment, name, version, description, labels, inputs, webhooks, text, published_at, published_by'

export function createCatalogue(options: {
  store: Store
  clock: Clock
  plugins: ReadonlyMap<string, PluginDescription>
}): Catalogue {
  const { store, clock, plugins } = options
  const kept = lru<Playbook>(dispatchLimits.playbooksKeptMax)
  // The latest version of a name, so that starting a run asks the database nothing; publishing here keeps it true.
  const latest = lru<number>(dispatchLimits.playbooksKeptMax)

  const row = async (environment: string, name: string, version?: number): Promise<Row> => {
    const rows = await store.query<Row>(
      `SELECT ${columns} FROM dispatch.playbook WHERE environment = $1 AND name = $2 AND ($3::integer IS NULL OR version = $3)
       ORDER BY version DESC LIMIT 1`,
      [environment, name, version ?? null],
    )
    const found = rows[0]
    if (found === undefined) {
      const what = version === undefined ? `"${name}"` : `"${name}" version ${version}`
      throw dispatchErrors.playbook_not_found(`No playbook ${what} is published in environment ${environment}.`)
    }
    return found
  }

  const publish: Catalogue['publish'] = async ({ environment, text, by }) => {
    const { playbook, complaints } = parse(text, { plugins })
    if (playbook === undefined || complaints.length > 0) throw refusal(complaints)
    const rows = await store.query<Row>(
      // Two publishers at once: one of them meets the primary key and is told to do it again by a conflict.
      `WITH last AS (
         SELECT ${columns} FROM dispatch.playbook WHERE environment = $1 AND name = $2 ORDER BY version DESC LIMIT 1
       ), added AS (
         INSERT INTO dispatch.playbook (${columns})
         SELECT $1, $2, coalesce((SELECT version FROM last), 0) + 1, $3, $4::jsonb, $5::jsonb, $6::jsonb, $7, $8, $9
         WHERE $7 IS DISTINCT FROM (SELECT text FROM last)
         RETURNING ${columns}
       )
       SELECT ${columns} FROM added UNION ALL SELECT ${columns} FROM last ORDER BY version DESC LIMIT 1`,
      [
        environment,
        playbook.name,
        playbook.description,
        JSON.stringify(playbook.labels),
        JSON.stringify(inputsSchema(playbook)),
        JSON.stringify(webhooksOf(playbook)),
        text,
        clock.now(),
        by,
      ],
    )
    const version = versionOf(rows[0] as Row)
    kept.set(`${environment}/${version.name}/${version.version}`, playbook)
    latest.set(`${environment}/${version.name}`, version.version)
    return version
  }

  const parsed: Catalogue['parsed'] = async (environment, name, wanted) => {
    const known = wanted ?? latest.get(`${environment}/${name}`)
    const cached = known === undefined ? undefined : kept.get(`${environment}/${name}/${known}`)
    if (known !== undefined && cached !== undefined) return { playbook: cached, version: known }
    const found = await row(environment, name, wanted)
    const { playbook, complaints } = parse(found.text, { plugins })
    if (playbook === undefined) throw refusal(complaints)
    kept.set(`${environment}/${name}/${found.version}`, playbook)
    if (wanted === undefined) latest.set(`${environment}/${name}`, found.version)
    return { playbook, version: found.version }
  }

  const listed = async (
    sql: string,
    values: (string | number | null)[],
    limit: number,
    cursorOf: (row: Row) => string,
  ) => {
    const rows = await store.query<Row>(sql, values)
    const items = rows.slice(0, limit).map(versionOf)
    const last = rows[limit - 1]
    return { items, next: rows.length > limit && last !== undefined ? cursorWrite(cursorOf(last)) : undefined }
  }

  return {
    validate: (text) => parse(text, { plugins }).complaints,
    publish,
    parsed,
    async get(environment, name, version) {
      const found = await row(environment, name, version)
      return versionOf(found)
    },
    list: (environment, page) =>
      listed(
        `SELECT DISTINCT ON (name) ${columns} FROM dispatch.playbook WHERE environment = $1 AND name > $2
         ORDER BY name, version DESC LIMIT $3`,
        [environment, cursorRead(page.cursor) ?? '', limitOf(page) + 1],
        limitOf(page),
        (found) => found.name,
      ),
    versions: (environment, name, page) =>
      listed(
        `SELECT ${columns} FROM dispatch.playbook WHERE environment = $1 AND name = $2 AND version < $3
         ORDER BY version DESC LIMIT $4`,
        [environment, name, Number(cursorRead(page.cursor) ?? 2 ** 31 - 1), limitOf(page) + 1],
        limitOf(page),
        (found) => String(found.version),
      ),
  }
}

function refusal(complaints: readonly Complaint[]) {
  const first = complaints[0]
  const where = first?.line === undefined ? '' : ` (line ${first.line}, column ${first.column ?? 1})`
  const rest = complaints.length > 1 ? ` And ${complaints.length - 1} more.` : ''
  return playbookErrors.invalid(
    `The playbook cannot be published: ${first?.message ?? 'it has faults.'}${where}${rest}`,
    { complaints },
  )
}

function versionOf(row: Row): PlaybookVersion {
  return {
    environment: row.environment,
    name: row.name,
    version: row.version,
    description: row.description,
    labels: row.labels,
    text: row.text,
    publishedAt: row.published_at,
    publishedBy: row.published_by,
    inputs: row.inputs,
    webhooks: row.webhooks,
  }
}

function webhooksOf(playbook: Playbook): string[] {
  return [...playbook.triggers.values()].filter((trigger) => trigger.kind === 'webhook').map((trigger) => trigger.name)
}

/** The inputs as one JSON Schema object: what the run form is made from. */
export function inputsSchema(playbook: Playbook): JsonObject {
  const inputs = [...playbook.inputs.values()]
  return {
    type: 'object',
    properties: Object.fromEntries(inputs.map((input) => [input.name, input.schema])),
    required: inputs.filter((input) => input.required).map((input) => input.name),
    additionalProperties: false,
  }
}
