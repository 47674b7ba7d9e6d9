// `kill -9` at random moments, again and again, over runs in flight. What was acknowledged must be there, every run must
// end, no call may have two outcomes, and the rows must be exact.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient } from '@millrace/app'
import type { Fact } from '@millrace/playbook'
import { seededRandom } from '@millrace/stdx'
import { openPglite } from '@millrace/store/pglite'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('../packages/app/bin/millrace.mjs', import.meta.url))
const kills = Number(process.env['KILLS'] ?? 50)
const itemsEach = 3

const playbook = `
apiVersion: millrace.io/v1
kind: Playbook
metadata: { name: killed }
inputs: { key: { type: string } }
tasks:
  make:
    steps:
      - { id: list, plugin: transform, with: { value: "{{ [1..${itemsEach}] }}" } }
      - { id: shell, plugin: bash, with: { script: "echo $MILLRACE_RUN_ID" }, retry: { attempts: 5, delay: 100ms } }
  write:
    needs: [make]
    forEach: { in: "{{ tasks.make.steps.list.output }}", as: item, concurrency: 2 }
    steps:
      - id: row
        plugin: dataset.write
        with: { dataset: killed, events: [{ key: "{{ inputs.key }}", item: "{{ item }}" }] }
        retry: { attempts: 10, delay: 50ms }
outputs: { written: "{{ $sum(tasks.write.output.stored) }}" }
`

interface Server {
  readonly address: string
  kill(): Promise<void>
  stop(): Promise<void>
}

async function startServer(data: string): Promise<Server> {
  const child = spawn(
    process.execPath,
    [program, 'up', '--json', '--port', '0', '--examples', 'false', '--data', data],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4000)
  })
  const gone = once(child, 'exit')
  const first = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    gone.then(() => Promise.reject(new Error(`the platform did not start: ${complaints}`))),
  ])
  const { address } = JSON.parse(String(first[0])) as { address: string }
  const end = (signal: NodeJS.Signals) => async () => {
    child.kill(signal)
    await gone
  }
  return { address, kill: end('SIGKILL'), stop: end('SIGTERM') }
}

/** Starts runs until the server is gone; answers the keys whose start was acknowledged. */
async function startRuns(address: string, nextKey: () => string, alive: () => boolean): Promise<string[]> {
  const client = createClient({ server: address })
  const acknowledged: string[] = []
  const caller = async () => {
    while (alive()) {
      const key = nextKey()
      const accepted = await client.post('/v1/runs', { playbook: 'killed', inputs: { key }, key }).then(
        () => true,
        () => false,
      )
      if (accepted) acknowledged.push(key)
      else return
    }
  }
  await Promise.all([caller(), caller(), caller()])
  return acknowledged
}

test(`${kills} kills at random moments lose nothing and double nothing`, { timeout: 1_200_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-kill-'))
  const random = seededRandom(Number(process.env['SEED'] ?? 1))
  const acknowledged = new Set<string>()
  let serial = 0
  try {
    const first = await startServer(directory)
    await createClient({ server: first.address }).post('/v1/playbooks', { text: playbook })
    await first.stop()
    for (let round = 0; round < kills; round++) {
      const server = await startServer(directory)
      let alive = true
      const starting = startRuns(
        server.address,
        () => `k${serial++}`,
        () => alive && acknowledged.size < 20 * kills,
      )
      await delay(100 + random.next() * 700)
      await server.kill()
      alive = false
      for (const key of await starting) acknowledged.add(key)
    }
    expect(acknowledged.size).toBeGreaterThan(kills)
    const written = await finishAndCount(directory, acknowledged)
    await checkHistories(directory, written)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

interface RunJson {
  readonly id: string
  readonly state: string
  readonly endedAt?: string
  readonly error?: { readonly message: string }
}

/** Every run ends well, and every row of every run is there once. Answers how many runs there are. */
async function finishAndCount(directory: string, acknowledged: ReadonlySet<string>): Promise<number> {
  const server = await startServer(directory)
  try {
    const client = createClient({ server: server.address })
    const runs = await allEnded(client)
    expect(
      runs.filter((run) => run.state !== 'completed').map((run) => `${run.id} ${run.state} ${run.error?.message}`),
    ).toEqual([])
    const { rows } = await client.post<{ rows: [string, number, number][] }>('/v1/query', {
      sql: 'SELECT key, count() AS rows, uniqExact(item) AS items FROM killed GROUP BY key',
    })
    // A start that was not acknowledged may have happened all the same; a row may belong to it.
    expect(rows).toHaveLength(runs.length)
    expect(rows.filter(([, count, items]) => count !== itemsEach || items !== itemsEach)).toEqual([])
    const keys = new Set(rows.map(([key]) => key))
    expect([...acknowledged].filter((key) => !keys.has(key))).toEqual([])
    return runs.length
  } finally {
    await server.stop()
  }
}

async function allEnded(client: ReturnType<typeof createClient>): Promise<RunJson[]> {
  const until = Date.now() + 240_000
  for (;;) {
    const runs: RunJson[] = []
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page: { items: RunJson[]; next?: string } = await client.get('/v1/runs', { limit: 500, cursor })
      runs.push(...page.items)
      cursor = page.next
    }
    const open = runs.filter((run) => run.endedAt === undefined)
    if (open.length === 0) return runs
    if (Date.now() > until) throw new Error(`${open.length} runs never ended: ${open.slice(0, 3).map((run) => run.id)}`)
    await delay(250)
  }
}

/** Read from the store itself, past the engine: one end a run, one outcome a call. */
async function checkHistories(directory: string, runs: number): Promise<void> {
  const store = await openPglite({ directory: join(directory, 'store') })
  try {
    const rows = await store.query<{ run_id: string; facts: string }>(
      'SELECT run_id, facts FROM dispatch.history ORDER BY run_id, seq',
    )
    const histories = new Map<string, Fact[]>()
    for (const row of rows)
      histories.set(row.run_id, [...(histories.get(row.run_id) ?? []), ...(JSON.parse(row.facts) as Fact[])])
    expect(histories.size).toBe(runs)
    for (const facts of histories.values()) {
      const outcomes = facts.flatMap((fact) =>
        fact.type === 'step.completed' || fact.type === 'step.failed'
          ? [`${fact.task}/${fact.item}/${fact.step}/${fact.round}/${fact.attempt}`]
          : [],
      )
      expect(new Set(outcomes).size).toBe(outcomes.length)
      expect(facts.filter((fact) => fact.type === 'run.completed')).toHaveLength(1)
    }
  } finally {
    await store.close()
  }
}
