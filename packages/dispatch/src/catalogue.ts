// Published playbooks: immutable versions, parsed once and kept while they are used.

import { type Playbook, type PluginDescription, parse, playbookErrors } from '@millrace/playbook'
import { type Clock, type Complaint, type JsonObject } from '@millrace/stdx'
import type { Store } from '@millrace/store'
import type { Page, Paged, PlaybookVersion } from './contract.ts'
import { dispatchErrors } from './errors.ts'
import { dispatchLimits } from './limits.ts'
import { type Lru, lru } from './lru.ts'
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

export interface CatalogueOptions {
  readonly store: Store
  readonly clock: Clock
  readonly plugins: ReadonlyMap<string, PluginDescription>
}

interface Shelf extends CatalogueOptions {
  readonly kept: Lru<Playbook>
  /** The latest version of a name, so that starting a run asks the database nothing; publishing here keeps it true. */
  readonly latest: Lru<number>
}

export function createCatalogue(options: CatalogueOptions): Catalogue {
  const kept = lru<Playbook>(dispatchLimits.playbooksKeptMax)
  const shelf: Shelf = { ...options, kept, latest: lru<number>(dispatchLimits.playbooksKeptMax) }
  const { store, plugins } = options
  return {
    validate: (text) => parse(text, { plugins }).complaints,
    publish: (request) => publish(shelf, request),
    parsed: (environment, name, version) => parsed(shelf, environment, name, version),
    get: async (environment, name, version) => versionOf(await oneRow(store, environment, name, version)),
    list: (environment, page) =>
      listed(
        store,
        `SELECT DISTINCT ON (name) ${columns} FROM dispatch.playbook WHERE environment = $1 AND name > $2
         ORDER BY name, version DESC LIMIT $3`,
        [environment, cursorRead(page.cursor) ?? ''],
        limitOf(page),
        (found) => found.name,
      ),
    versions: (environment, name, page) =>
      listed(
        store,
        `SELECT ${columns} FROM dispatch.playbook WHERE environment = $1 AND name = $2 AND version < $3
         ORDER BY version DESC LIMIT $4`,
        [environment, name, Number(cursorRead(page.cursor) ?? 2 ** 31 - 1)],
        limitOf(page),
        (found) => String(found.version),
      ),
  }
}

async function listed(
  store: Store,
  sql: string,
  values: readonly (string | number)[],
  limit: number,
  cursorOf: (row: Row) => string,
): Promise<Paged<PlaybookVersion>> {
  const rows = await store.query<Row>(sql, [...values, limit + 1])
  const last = rows[limit - 1]
  const next = rows.length > limit && last !== undefined ? cursorWrite(cursorOf(last)) : undefined
  return { items: rows.slice(0, limit).map(versionOf), next }
}

async function oneRow(store: Store, environment: string, name: string, version?: number): Promise<Row> {
  const rows = await store.query<Row>(
    `SELECT ${columns} FROM dispatch.playbook WHERE environment = $1 AND name = $2 AND ($3::integer IS NULL OR version = $3)
     ORDER BY version DESC LIMIT 1`,
    [environment, name, version ?? null],
  )
  const found = rows[0]
  if (found !== undefined) return found
  const what = version === undefined ? `"${name}"` : `"${name}" version ${version}`
  throw dispatchErrors.playbook_not_found(`No playbook ${what} is published in environment ${environment}.`)
}

const publishSql = `
  WITH last AS (
    SELECT ${columns} FROM dispatch.playbook WHERE environment = $1 AND name = $2 ORDER BY version DESC LIMIT 1
  ), added AS (
    INSERT INTO dispatch.playbook (${columns})
    SELECT $1, $2, coalesce((SELECT version FROM last), 0) + 1, $3, $4::jsonb, $5::jsonb, $6::jsonb, $7, $8, $9
    WHERE $7 IS DISTINCT FROM (SELECT text FROM last)
    ON CONFLICT DO NOTHING
    RETURNING ${columns}
  )
  SELECT ${columns} FROM added UNION ALL SELECT ${columns} FROM last ORDER BY version DESC LIMIT 1`

/** Two publishers of one name at once: the primary key lets one through, the other comes again. */
async function publish(
  shelf: Shelf,
  request: { environment: string; text: string; by: string },
): Promise<PlaybookVersion> {
  const { environment, text, by } = request
  const { playbook, complaints } = parse(text, { plugins: shelf.plugins })
  if (playbook === undefined || complaints.length > 0) throw refusal(complaints)
  const values = [
    environment,
    playbook.name,
    playbook.description,
    JSON.stringify(playbook.labels),
    JSON.stringify(inputsSchema(playbook)),
    JSON.stringify(webhooksOf(playbook)),
    text,
    shelf.clock.now(),
    by,
  ]
  for (let tries = 0; tries < dispatchLimits.publishTriesMax; tries++) {
    const [row] = await shelf.store.query<Row>(publishSql, values)
    if (row?.text !== text) continue
    shelf.kept.set(`${environment}/${row.name}/${row.version}`, playbook)
    shelf.latest.set(`${environment}/${row.name}`, row.version)
    return versionOf(row)
  }
  throw dispatchErrors.publish_conflict(`Others publish "${playbook.name}" at the same time.`)
}

async function parsed(
  shelf: Shelf,
  environment: string,
  name: string,
  wanted?: number,
): Promise<{ playbook: Playbook; version: number }> {
  const known = wanted ?? shelf.latest.get(`${environment}/${name}`)
  const cached = known === undefined ? undefined : shelf.kept.get(`${environment}/${name}/${known}`)
  if (known !== undefined && cached !== undefined) return { playbook: cached, version: known }
  const found = await oneRow(shelf.store, environment, name, wanted)
  const { playbook, complaints } = parse(found.text, { plugins: shelf.plugins })
  if (playbook === undefined) throw refusal(complaints)
  shelf.kept.set(`${environment}/${name}/${found.version}`, playbook)
  if (wanted === undefined) shelf.latest.set(`${environment}/${name}`, found.version)
  return { playbook, version: found.version }
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
