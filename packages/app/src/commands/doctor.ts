// `millrace doctor`: what is there, what answers, and what to do about the rest.

import { execFile } from 'node:child_process'
import { access, constants, mkdir, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { messageOf } from '@millrace/stdx'
import type { Client } from '../client.ts'
import type { Config } from '../config.ts'
import { usesMusl } from '../environment-check.ts'
import { exitCodes } from '../exit-code.ts'
import { paint } from '../output.ts'
import { version } from '../version.ts'
import type { Context } from './context.ts'

interface Finding {
  readonly what: string
  readonly state: 'ok' | 'warning' | 'failed'
  readonly found: string
  readonly todo?: string
}

export async function doctor(context: Context): Promise<void> {
  const config = await context.config()
  const client = await context.findClient()
  const findings = [
    nodeFinding(),
    platformFinding(),
    await diskFinding(config),
    ...(await Promise.all([
      toolFinding('python3', ['--version'], 'Steps with `plugin: python` need it.'),
      toolFinding('bash', ['--version'], 'Steps with `plugin: bash` need it.'),
    ])),
    ...(client === undefined ? [await portFinding(config)] : await serverFindings(client)),
  ]
  if (context.output.json) context.output.data({ version, findings })
  else for (const finding of findings) context.output.line(lineOf(finding))
  if (findings.some((it) => it.state === 'failed')) context.exit(exitCodes.failed)
}

function lineOf({ what, state, found, todo }: Finding): string {
  const sign = { ok: paint('green', '✓'), warning: paint('yellow', '!'), failed: paint('red', '✗') }[state]
  return `${sign} ${what.padEnd(10)} ${found}${todo === undefined ? '' : `\n             ${paint('gray', todo)}`}`
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const fits = major > 20 || (major === 20 && minor >= 19)
  return {
    what: 'node',
    state: fits ? 'ok' : 'failed',
    found: process.versions.node,
    ...(fits ? {} : { todo: 'Millrace needs Node 20.19 or newer.' }),
  }
}

function platformFinding(): Finding {
  const musl = usesMusl()
  const fits = !musl && process.platform !== 'win32'
  const todo = 'Use Linux with glibc or macOS; on Windows, WSL 2.'
  return {
    what: 'platform',
    state: fits ? 'ok' : 'failed',
    found: `${process.platform} ${process.arch}${musl ? ' (musl)' : ''}`,
    ...(fits ? {} : { todo }),
  }
}

const freeBytesWanted = 1024 ** 3

async function diskFinding(config: Config): Promise<Finding> {
  try {
    await mkdir(config.data, { recursive: true })
    await access(config.data, constants.W_OK)
    const { bavail, bsize } = await statfs(config.data)
    const free = bavail * bsize
    const found = `${config.data}, ${(free / 1024 ** 3).toFixed(1)} GB free`
    if (free >= freeBytesWanted) return { what: 'data', state: 'ok', found }
    return {
      what: 'data',
      state: 'warning',
      found,
      todo: 'Less than 1 GB is free; writes are refused when the disk is full.',
    }
  } catch (cause) {
    return {
      what: 'data',
      state: 'failed',
      found: messageOf(cause),
      todo: 'Choose a directory that can be written with `--data`.',
    }
  }
}

function toolFinding(command: string, args: readonly string[], todo: string): Promise<Finding> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 5000 }, (failed, out) => {
      if (failed === null) resolve({ what: command, state: 'ok', found: out.split('\n')[0] ?? '' })
      else resolve({ what: command, state: 'warning', found: 'not found', todo })
    })
  })
}

/** Nobody answers: then at least the port should be free. */
function portFinding(config: Config): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const todo = 'Start with another `--port`, or stop what listens there.'
      resolve({
        what: 'server',
        state: 'failed',
        found: `not running, and port ${config.port} is ${cause.code ?? 'taken'}`,
        todo,
      })
    })
    server.listen(config.port, config.host, () => {
      server.close(() =>
        resolve({
          what: 'server',
          state: 'warning',
          found: `not running; port ${config.port} is free`,
          todo: 'Start it with `millrace up`.',
        }),
      )
    })
  })
}

interface PlatformJson {
  readonly memories: readonly {
    readonly kind: string
    readonly adapter: string
    readonly healthy: boolean
    readonly detail?: string
  }[]
}

async function serverFindings(client: Client): Promise<Finding[]> {
  const server: Finding = { what: 'server', state: 'ok', found: client.server }
  try {
    const { memories } = await client.get<PlatformJson>('/v1/platform')
    return [server, ...memories.map(memoryFinding)]
  } catch (cause) {
    return [{ ...server, state: 'warning', found: `${client.server}: ${messageOf(cause)}` }]
  }
}

function memoryFinding({ kind, adapter, healthy, detail }: PlatformJson['memories'][number]): Finding {
  if (healthy) return { what: kind, state: 'ok', found: adapter }
  return {
    what: kind,
    state: 'failed',
    found: `${adapter}: ${detail ?? 'does not answer'}`,
    todo: `Check \`${kind}\` in the configuration, and that what it names runs.`,
  }
}
