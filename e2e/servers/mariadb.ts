// A throw-away MariaDB on a free port, installed first where there is none and apt can.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { installDebianPackages } from './debian-package.ts'

export interface MariadbServer {
  /** `mariadb://root@127.0.0.1:<port>/test`, an empty database; root has no password. */
  readonly address: string
  readonly port: number
  /** kill -9: what a database that goes away looks like. */
  kill(): Promise<void>
  /** Ends it and removes its files; also after `kill`. */
  stop(): Promise<void>
}

/** Slower than this, initialising or starting has gone wrong. */
const startMsMax = 60_000

/** Its programs, installed first where apt can; throws saying what to do. */
export function obtainMariadb(): { daemon: string; install: string } {
  return { daemon: obtain('mariadbd', 'mysqld'), install: obtain('mariadb-install-db', 'mysql_install_db') }
}

export async function startMariadb(): Promise<MariadbServer> {
  const { daemon, install } = obtainMariadb()
  const directory = await mkdtemp(join(tmpdir(), 'millrace-mariadb-'))
  // mariadbd refuses to be root unless that is said.
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : []
  const common = ['--no-defaults', ...asRoot, `--datadir=${join(directory, 'data')}`]
  try {
    execFileSync(install, [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: startMsMax,
    })
    await writeFile(join(directory, 'init.sql'), 'CREATE DATABASE IF NOT EXISTS test;\n')
    const port = await freePort()
    const server = spawn(
      daemon,
      [
        ...common,
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        `--socket=${join(directory, 's')}`,
        `--pid-file=${join(directory, 'pid')}`,
        '--innodb-buffer-pool-size=32M',
        '--innodb-log-file-size=8M',
        '--performance-schema=off',
        `--init-file=${join(directory, 'init.sql')}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    const atExit = () => server.kill('SIGKILL')
    process.once('exit', atExit)
    await ready(server)
    return {
      port,
      address: `mariadb://root@127.0.0.1:${port}/test`,
      kill: () => end(server, 'SIGKILL'),
      async stop() {
        process.removeListener('exit', atExit)
        await end(server, 'SIGTERM')
        await rm(directory, { recursive: true, force: true })
      },
    }
  } catch (cause) {
    await rm(directory, { recursive: true, force: true })
    throw cause
  }
}

function obtain(...names: string[]): string {
  const found = find(names) ?? (installDebianPackages('mariadb-server') ? find(names) : undefined)
  if (found !== undefined) return found
  throw new Error(`No ${names[0]} was found: install one (\`apt-get install mariadb-server\`).`)
}

function find(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/sbin', '/usr/bin', '/usr/local/bin')
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}

/** It says so on standard error; when it ends before that, its last words are the reason. */
function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => {
      server.kill('SIGKILL')
      reject(new Error(`mariadbd was not ready after ${startMsMax} ms:\n${said}`))
    }, startMsMax)
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000)
      if (!said.includes('ready for connections')) return
      clearTimeout(timer)
      resolve()
    })
    server.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`mariadbd ended with ${code} before it was ready:\n${said}`))
    })
  })
}

function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    server.once('exit', () => resolve())
    server.kill(signal)
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
