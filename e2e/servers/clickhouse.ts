// A ClickHouse that answers over HTTP. Where a recent `clickhouse` is in PATH, it is that server. Elsewhere (Debian's is
// 18.16, too old for half of our SQL) the engine is still ClickHouse, as chDB in a process of its own, and only the HTTP
// front before it is ours: packages/olap/src/testdata/clickhouse-front.ts says what it does and does not do.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { spawnSource } from './source-process.ts'

export interface ClickhouseServer {
  /** `clickhouse+http://user:password@127.0.0.1:<port>`. */
  readonly address: string
  /** What answers: a server, or chDB behind our own front. */
  readonly engine: 'server' | 'chdb'
  /** Ends it at once, without a word to anybody. */
  kill(): void
  /** Ends it and removes its data; also after `kill`. */
  stop(): Promise<void>
}

const user = 'default'
const password = 'p@ss:word/?'
const readyMsMax = 60_000
/** The first version with everything that our tables use. */
const versionMin = 25

export async function startClickhouseHttp(): Promise<ClickhouseServer> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-clickhouse-'))
  const started = hasRecentServer() ? await startServer(directory) : await startFront(directory)
  const { child, port, secret } = started
  const login = `${user}${secret === '' ? '' : `:${encodeURIComponent(secret)}`}`
  const atExit = () => child.kill('SIGKILL')
  process.once('exit', atExit)
  return {
    address: `clickhouse+http://${login}@127.0.0.1:${port}`,
    engine: started.engine,
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      process.removeListener('exit', atExit)
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGTERM')
        await ended
      }
      await rm(directory, { recursive: true, force: true })
    },
  }
}

interface Started {
  readonly child: ChildProcess
  readonly port: number
  readonly secret: string
  readonly engine: 'server' | 'chdb'
}

async function startFront(directory: string): Promise<Started> {
  const script = new URL('../../packages/olap/src/testdata/clickhouse-front.ts', import.meta.url)
  const child = spawnSource(script, [directory, user, password])
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.once('data', (bytes: Buffer) => resolve(Number(bytes.toString('utf8'))))
    child.once('exit', (code) => reject(new Error(`the ClickHouse front ended with ${code} before it said its port`)))
  })
  return { child, port, secret: password, engine: 'chdb' }
}

function hasRecentServer(): boolean {
  const { stdout, status } = spawnSync('clickhouse', ['--version'], { encoding: 'utf8' })
  const year = Number(/version (\d+)\./.exec(stdout ?? '')?.[1] ?? 0)
  return status === 0 && year >= versionMin
}

async function startServer(directory: string): Promise<Started> {
  const port = await freePort()
  const child = spawn(
    'clickhouse',
    [
      'server',
      '--',
      `--path=${directory}/`,
      `--http_port=${port}`,
      '--tcp_port=0',
      '--mysql_port=0',
      '--postgresql_port=0',
    ],
    { cwd: directory, stdio: 'ignore' },
  )
  const until = Date.now() + readyMsMax
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/ping`).catch(() => undefined)
    if (answer?.ok === true) return { child, port, secret: '', engine: 'server' }
    if (child.exitCode !== null || Date.now() > until)
      throw new Error(`clickhouse server did not start (exit ${child.exitCode})`)
    await pause(100)
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
