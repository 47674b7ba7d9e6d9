// `validate`, `publish`, `playbooks`, `plugins`.

import { parse } from '@millrace/playbook'
import { MillraceError } from '@millrace/stdx'
import { exitCodes } from '../exit-code.ts'
import { readText } from '../input-values.ts'
import { complaintLine, paint, reportError } from '../output.ts'
import { descriptions } from '../plugins.ts'
import { table } from '../table.ts'
import type { Context } from './context.ts'

const plugins = new Map(descriptions.map((it) => [it.name, it]))

/** Needs no server: the checks are the same functions. */
export async function validate({ output, exit }: Context, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const { complaints } = parse(await readText(file), { plugins })
    if (output.json) output.data({ file, valid: complaints.length === 0, complaints })
    else if (complaints.length === 0) output.line(`${paint('green', '✓')} ${file}`)
    else for (const complaint of complaints) output.line(complaintLine(file, complaint))
    if (complaints.length > 0) exit(exitCodes.failed)
  }
}

interface PlaybookJson {
  readonly name: string
  readonly version: number
  readonly description: string
  readonly publishedAt: string
  readonly publishedBy: string
}

export async function publish({ client, output, exit }: Context, files: readonly string[]): Promise<void> {
  const server = await client()
  for (const file of files) {
    try {
      const playbook = await server.post<PlaybookJson>('/v1/playbooks', { text: await readText(file) })
      if (output.json) output.data(playbook)
      else output.line(`${paint('green', '✓')} ${playbook.name} version ${playbook.version}`)
    } catch (cause) {
      if (!(cause instanceof MillraceError) || cause.complaints.length === 0) throw cause
      reportError(output, cause, file)
      exit(exitCodes.failed)
    }
  }
}

export async function playbooks({ client, output }: Context): Promise<void> {
  const { items } = await (await client()).get<{ items: PlaybookJson[] }>('/v1/playbooks', { limit: 500 })
  if (output.json) return void items.forEach((item) => output.data(item))
  if (items.length === 0)
    return output.say('No playbook is published here yet. Publish one: `millrace publish playbook.yaml`.')
  output.line(
    table(
      ['NAME', 'VERSION', 'PUBLISHED', 'BY', 'DESCRIPTION'],
      items.map((it) => [it.name, it.version, it.publishedAt, it.publishedBy, it.description]),
    ),
  )
}

/** Needs no server either. */
export function listPlugins({ output }: Context): void {
  if (output.json) return void descriptions.forEach((it) => output.data(it))
  output.line(
    table(
      ['PLUGIN', 'VERSION', 'RUNS IN', 'EFFECT', 'SUMMARY'],
      descriptions.map((it) => [it.name, it.version, it.side, it.effect, it.summary]),
    ),
  )
}
