// The peer: DBOS, a durable workflow library on PostgreSQL, doing the same two steps on the same server, in a process of
// its own, so that neither has the other's threads and timers about it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ratePerSecond } from './rate.ts'

const self = fileURLToPath(import.meta.url)

/** Workflows a second from `concurrency` callers, after a warm-up. */
export async function dbosRunsPerSecond(postgres: string, concurrency: number, seconds: number): Promise<number> {
  const child = spawn(process.execPath, [self, postgres, String(concurrency), String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  await once(child, 'close')
  const rate = Number(out.trim().split('\n').at(-1))
  if (!(rate > 0)) throw new Error(`DBOS was not measured: ${out.slice(-500)}`)
  return rate
}

async function measure(postgres: string, concurrency: number, seconds: number): Promise<number> {
  const { DBOS } = await import('@dbos-inc/dbos-sdk')
  const address = new URL(postgres)
  address.pathname = '/dbos_peer'
  const workflow = DBOS.registerWorkflow(
    async () => {
      const one = await DBOS.runStep(() => Promise.resolve(1), { name: 'one' })
      return await DBOS.runStep(() => Promise.resolve(one + 1), { name: 'two' })
    },
    { name: 'two-steps' },
  )
  DBOS.setConfig({ name: 'peer', systemDatabaseUrl: address.href, logLevel: 'error', runAdminServer: false })
  await DBOS.launch()
  await ratePerSecond(workflow, concurrency, 1)
  return await ratePerSecond(workflow, concurrency, seconds)
}

if (process.argv[1] === self) {
  const [postgres = '', concurrency = '1', seconds = '1'] = process.argv.slice(2)
  process.stdout.write(`${await measure(postgres, Number(concurrency), Number(seconds))}\n`)
  process.exit()
}
