// The whole platform with its rows on a real PostgreSQL: the same playbooks, and a database that dies in the middle.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Client, createClient, loadConfig, type RunningPlatform, startPlatform } from '@millrace/app'
import { startPostgres } from '@millrace/e2e/servers/postgres'
import { type MillraceError, quietLogger } from '@millrace/stdx'
import { afterAll, beforeAll, expect, test } from 'vitest'

const header = 'apiVersion: millrace.io/v1\nkind: Playbook\n'

let directory: string
let server: Awaited<ReturnType<typeof startPostgres>>
let platform: RunningPlatform
let client: Client

async function open(): Promise<void> {
  const flags = { data: join(directory, 'data'), port: '0', store: server.address }
  platform = await startPlatform({
    config: await loadConfig({ environment: {}, flags, directory }),
    environment: {},
    logger: quietLogger,
  })
  client = createClient({ server: platform.address })
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-pg-'))
  server = await startPostgres()
  await open()
})
afterAll(async () => {
  await platform?.stop()
  await server?.stop()
  await rm(directory, { recursive: true, force: true })
})

const text = `${header}
metadata: { name: on-postgres }
inputs: { n: { type: integer } }
tasks:
  each:
    forEach: { in: "{{ [1..inputs.n] }}", as: it, concurrency: 4 }
    steps: [{ id: shell, plugin: bash, with: { input: { n: "{{ it }}" }, script: cat } }]
outputs: { sum: "{{ $sum(tasks.each.output.n) }}" }
`

async function start(n: number): Promise<string> {
  return (await client.post<{ id: string }>('/v1/runs', { playbook: 'on-postgres', inputs: { n } })).id
}

test('a playbook runs with its rows on PostgreSQL, and is there after a restart', async () => {
  await client.post('/v1/playbooks', { text })
  const id = await start(5)
  const ended = await platform.dispatch.ended('dev', id, AbortSignal.timeout(60_000))
  expect(ended.error?.message).toBeUndefined()
  await platform.stop()
  await open()
  expect(await client.get(`/v1/runs/${id}`)).toMatchObject({ state: 'completed', outputs: { sum: 15 } })
})

test('a database that is killed in the middle is waited for, and the run ends well', async () => {
  const id = await start(40)
  await delay(100)
  server.kill()
  // While it is away, what needs it says so, and says that coming again helps.
  const said = () =>
    start(1).then(
      () => 'started',
      (cause: MillraceError) => cause.kind,
    )
  await expect.poll(said, { timeout: 20_000 }).toBe('busy')
  await server.restart()
  const until = Date.now() + 60_000
  for (;;) {
    const run = await client
      .get<{ endedAt?: string; state: string; outputs?: unknown }>(`/v1/runs/${id}`)
      .catch(() => undefined)
    if (run?.endedAt !== undefined) {
      expect(run).toMatchObject({ state: 'completed', outputs: { sum: 820 } })
      return
    }
    if (Date.now() > until) throw new Error('the run never ended')
    await delay(200)
  }
})
