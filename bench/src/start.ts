// How long a warm start takes, and what the process weighs when it then does nothing.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Bench, median } from './row.ts'

const program = fileURLToPath(new URL('../../packages/app/bin/millrace.mjs', import.meta.url))
const idleMs = 3000

interface Started {
  readonly readyMs: number
  readonly residentMb: number
}

async function startOnce(data: string): Promise<Started> {
  const begun = performance.now()
  const child = spawn(process.execPath, [program, 'up', '--json', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(createInterface({ input: child.stdout }), 'line')
  const readyMs = performance.now() - begun
  await delay(idleMs)
  const residentMb = await residentOf(child.pid ?? 0)
  child.kill('SIGTERM')
  await once(child, 'exit')
  return { readyMs, residentMb }
}

/** Megabytes resident, where the system tells (Linux). */
async function residentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024
}

export const start: Bench = {
  name: 'start',
  async *measure(place) {
    const data = join(place.directory, 'start')
    const first = await startOnce(data)
    yield {
      name: 'first start, nothing there',
      value: first.readyMs / 1000,
      unit: 's',
      settings: { installation: 'not counted' },
    }
    const warm = [await startOnce(data), await startOnce(data), await startOnce(data)]
    yield {
      name: 'warm start to ready',
      value: median(warm.map((it) => it.readyMs)) / 1000,
      unit: 's',
      target: 2,
      settings: { counted: 'process start to announcement' },
    }
    yield {
      name: `resident after ${idleMs / 1000} s idle`,
      value: median(warm.map((it) => it.residentMb)),
      unit: 'MB',
      target: 700,
      settings: { stores: 'pglite, chdb, file' },
    }
  },
}
