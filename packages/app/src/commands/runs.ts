// `runs`, `logs`, `cancel`.

import { durationFormat } from '@millrace/stdx'
import { type LogJson, logText, type RunJson } from '../run-view.ts'
import { table } from '../table.ts'
import type { Context } from './context.ts'
import { followLogs } from './run.ts'

export interface RunsOptions {
  readonly playbook?: string
  readonly state?: string
  readonly limit: string
}

export async function runs({ client, output }: Context, options: RunsOptions): Promise<void> {
  const query = { limit: options.limit, playbook: options.playbook, state: options.state }
  const { items } = await (await client()).get<{ items: RunJson[] }>('/v1/runs', query)
  if (output.json) return void items.forEach((item) => output.data(item))
  if (items.length === 0) return output.say('No run fits. Start one: `millrace run hello`.')
  output.line(
    table(
      ['RUN', 'PLAYBOOK', 'VERSION', 'STATE', 'CREATED', 'TOOK', 'STEPS', 'ERROR'],
      items.map((it) => [
        it.id,
        it.playbook,
        it.version,
        it.state,
        it.createdAt,
        it.endedAt === undefined ? '' : durationFormat(Date.parse(it.endedAt) - Date.parse(it.createdAt)),
        `${it.steps.completed}/${it.steps.total}`,
        it.error?.code,
      ]),
    ),
  )
}

export async function logs({ client, output }: Context, id: string, options: { follow?: boolean }): Promise<void> {
  const server = await client()
  const show = (line: LogJson) => (output.json ? output.data(line) : output.line(logText(line)))
  if (options.follow === true) {
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort())
    return await followLogs(server, id, stop.signal, show)
  }
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page: { items: LogJson[]; next?: string } = await server.get(`/v1/runs/${id}/logs`, { limit: 500, cursor })
    page.items.forEach(show)
    cursor = page.next
  }
}

export async function cancel({ client, output }: Context, id: string, options: { reason?: string }): Promise<void> {
  const reason = options.reason === undefined ? {} : { reason: options.reason }
  const run = await (await client()).post<RunJson>(`/v1/runs/${id}/cancel`, reason)
  if (output.json) output.data(run)
  else output.line(`${run.id} ${run.state}`)
}
