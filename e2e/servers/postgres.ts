// A real PostgreSQL for tests: its own data directory, port and socket, fsync on, gone without a trace when stopped.

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { installDebianPackages } from './debian-package.ts'

export interface PostgresServer {
  /** `postgres://…`, of the superuser, over TCP on 127.0.0.1. */
  readonly address: string
  readonly directory: string
  /** Stops it and removes its data. */
  stop(): Promise<void>
  /** `kill -9` of the whole server, as when the machine takes it away. */
  kill(): void
  /** Starts it again on the same address after `kill`, or restarts it; answers when it takes connections. */
  restart(): Promise<void>
}

const run = promisify(execFile)
const readyMsMax = 60_000

/** Installs PostgreSQL where it is missing and this process may do so. */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = await obtainPostgres()
  const owner = await serverOwner()
  const directory = await mkdtemp(join(tmpdir(), 'millrace-postgres-'))
  const data = join(directory, 'data')
  if (owner.uid !== undefined) await chown(directory, owner.uid, owner.gid ?? owner.uid)
  const options = { cwd: directory, ...owner }
  await run(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'millrace', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C.UTF-8'],
    options,
  )
  const port = await freePort()
  await writeFile(join(data, 'postgresql.auto.conf'), settings(port, directory).join('\n'))

  let server = launch()
  function launch(): ChildProcess {
    return spawn(join(binaries, 'postgres'), ['-D', data], { ...options, stdio: ['ignore', 'ignore', 'ignore'] })
  }
  const ready = () => waitUntilReady(join(binaries, 'pg_isready'), port, () => server.exitCode)
  const halt = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill(signal)
    await ended
  }
  const atExit = () => server.kill('SIGKILL')
  process.once('exit', atExit)
  const stop = async () => {
    process.removeListener('exit', atExit)
    await halt('SIGINT')
    await rm(directory, { recursive: true, force: true })
  }
  await ready().catch(async (cause) => {
    await stop()
    throw cause
  })

  return {
    address: `postgres://millrace@127.0.0.1:${port}/postgres`,
    directory,
    stop,
    kill() {
      killWithChildren(server)
    },
    async restart() {
      await halt('SIGINT')
      await rm(join(data, 'postmaster.pid'), { force: true })
      server = launch()
      await ready()
    },
  }
}

/** fsync on, as in earnest; small otherwise, because several of them run beside each other. */
function settings(port: number, socketDirectory: string): string[] {
  return [
    `port = ${port}`,
    `listen_addresses = '127.0.0.1'`,
    `unix_socket_directories = '${socketDirectory}'`,
    'fsync = on',
    'synchronous_commit = on',
    'max_connections = 60',
    `shared_buffers = '64MB'`,
    'restart_after_crash = off',
    '',
  ]
}

/** The postmaster first, so that it cannot notice its children's end and tidy up. */
function killWithChildren(server: ChildProcess): void {
  const children = spawnSync('pgrep', ['-P', String(server.pid)], { encoding: 'utf8' }).stdout ?? ''
  server.kill('SIGKILL')
  for (const pid of children.split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

async function waitUntilReady(pgIsReady: string, port: number, exitCode: () => number | null): Promise<void> {
  const until = Date.now() + readyMsMax
  for (;;) {
    const answers = await run(pgIsReady, ['-h', '127.0.0.1', '-p', String(port), '-q']).then(
      () => true,
      () => false,
    )
    if (answers) return
    if (exitCode() !== null) throw new Error(`PostgreSQL ended with code ${exitCode()} while starting`)
    if (Date.now() > until) throw new Error(`PostgreSQL did not answer within ${readyMsMax / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The directory of its programs, installed first where apt can; throws saying what to do. */
export async function obtainPostgres(): Promise<string> {
  const found = (await lookForBinaries()) ?? (installDebianPackages('postgresql') ? await lookForBinaries() : undefined)
  if (found !== undefined) return found
  throw new Error(
    'PostgreSQL is not installed: put `initdb` and `postgres` into PATH, or `apt-get install postgresql`.',
  )
}

const programs = ['initdb', 'postgres', 'pg_isready']

/** A directory that holds all of them: PATH may have links to some only. */
async function lookForBinaries(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql'
  const versions = (await readdir(root).catch(() => [])).sort((a, b) => Number(b) - Number(a))
  const places = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(root, version, 'bin')),
  ]
  for (const place of places) {
    const names = await readdir(place).catch((): string[] => [])
    if (programs.every((program) => names.includes(program))) return place
  }
  return undefined
}

/** PostgreSQL refuses to run as root; the package brings a user for it. */
async function serverOwner(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
  )
  return { uid: uid ?? 0, gid: gid ?? 0 }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
