// Packages of code steps: each distinct set is installed once, into a directory of its own that never changes afterwards.
//
//   asked ──▶ there? use it · being installed? wait with the others · else: install into <set>.<random>, rename to <set>
//
// The rename makes it whole or absent, also when two workers install the same set into one directory at the same time.

import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { pluginErrors } from '@millrace/plugin'
import { installMsMax, packageSetsMax, packagesMax } from '../limits.ts'
import { attend, type LineSink } from '../process/attend.ts'
import { startProgram } from '../process/program.ts'
import type { ProgramCall, Workshop } from '../process/workshop.ts'
import type { Language } from './outcome.ts'

export interface PackageCache {
  /** A directory for `sys.path`. `interpreter` is part of the key: compiled packages fit one version only. */
  python(interpreter: string, packages: readonly string[], call: ProgramCall): Promise<string>
  /** A directory that holds `node_modules`. */
  node(packages: readonly string[], call: ProgramCall): Promise<string>
  stop(): Promise<void>
}

/** One way to install, with the command that does it. */
interface Installer {
  readonly language: Language
  readonly command: string
  /** Part of the key: compiled packages fit one version of the interpreter only. */
  readonly interpreter: string
  argumentsFor(directory: string): readonly string[]
}

/** Exact versions only: a set is installed once, so a range would mean another version on each worker. */
const pinned: Readonly<Record<Language, { pattern: RegExp; example: string }>> = {
  python: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[A-Za-z0-9._-]+(?:,[A-Za-z0-9._-]+)*\])?==[A-Za-z0-9][A-Za-z0-9.!+_-]*$/,
    example: 'requests==2.32.3',
  },
  node: {
    pattern: /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*@\d+\.\d+\.\d+[A-Za-z0-9.+-]*$/,
    example: 'lodash@4.17.21',
  },
}

/** What an installer may know of the worker's environment: where packages come from, and how to get there. */
const installerVariables =
  /^(?:PIP_\w+|npm_config_(?:registry|userconfig|cache|cafile|proxy|https_proxy|noproxy|strict_ssl)|https?_proxy|no_proxy|all_proxy|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|NODE_EXTRA_CA_CERTS|HOME)$/i

/** An installer is no step: it may compile. */
const installBounds = { memoryBytes: 2 * 1024 ** 3, processesMax: 256, printedBytesMax: 16 * 1024 ** 2 }

interface Installing {
  readonly done: Promise<void>
  /** Who waits hears what the installer says. */
  readonly listeners: Set<LineSink>
}

export function createPackageCache(workshop: Workshop, root: string): PackageCache {
  const installing = new Map<string, Installing>()
  const stopped = new AbortController()

  const share = (installer: Installer, directory: string): Installing => {
    const known = installing.get(directory)
    if (known !== undefined) return known
    const listeners = new Set<LineSink>()
    const line: LineSink = (...said) => {
      for (const listener of listeners) listener(...said)
    }
    const done = install(workshop, installer, directory, line, stopped.signal)
      .then(() => dropOldest(root, directory))
      .finally(() => installing.delete(directory))
    done.catch(() => undefined)
    installing.set(directory, { done, listeners })
    return { done, listeners }
  }

  const ensure = async (installer: Installer, packages: readonly string[], call: ProgramCall) => {
    check(installer.language, packages)
    const names = [...packages].sort()
    const key = createHash('sha256').update(JSON.stringify([installer.interpreter, ...names]))
    const directory = join(root, `${installer.language}-${key.digest('hex').slice(0, 24)}`)
    if ((await stat(directory).catch(() => undefined)) !== undefined) {
      const now = new Date()
      await utimes(directory, now, now)
      return directory
    }
    call.log('info', `Installing ${names.join(', ')} (once for this worker)`)
    const { done, listeners } = share(installer, directory)
    listeners.add(call.line)
    try {
      await untilAborted(done, call.signal)
    } finally {
      listeners.delete(call.line)
    }
    return directory
  }

  return {
    python: (interpreter, packages, call) => ensure(pip(interpreter, packages), packages, call),
    node: (packages, call) => ensure(npm(packages), packages, call),
    async stop() {
      stopped.abort(new Error('the worker is stopping'))
      await Promise.allSettled([...installing.values()].map((one) => one.done))
    },
  }
}

function pip(interpreter: string, packages: readonly string[]): Installer {
  const quietly = ['--no-input', '--disable-pip-version-check', '--progress-bar', 'off']
  return {
    language: 'python',
    command: interpreter,
    interpreter,
    argumentsFor: (directory) => ['-I', '-m', 'pip', 'install', ...quietly, '--target', directory, '--', ...packages],
  }
}

function npm(packages: readonly string[]): Installer {
  const quietly = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock']
  return {
    language: 'node',
    command: 'npm',
    interpreter: process.version,
    argumentsFor: (directory) => ['install', '--prefix', directory, ...quietly, '--', ...packages],
  }
}

/** Whole or not at all. */
async function install(
  workshop: Workshop,
  installer: Installer,
  directory: string,
  line: LineSink,
  stopped: AbortSignal,
): Promise<void> {
  const partial = `${directory}.${randomBytes(4).toString('hex')}`
  const scratch = await workshop.directory()
  try {
    await mkdir(partial, { recursive: true, mode: 0o700 })
    const environment = Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => installerVariables.test(entry[0])),
    )
    const started = await startProgram(workshop, {
      command: installer.command,
      arguments: installer.argumentsFor(partial),
      directory: scratch,
      environment,
    })
    const exit = await attend(workshop.warden, started, {
      ...installBounds,
      signal: AbortSignal.any([stopped, AbortSignal.timeout(installMsMax)]),
      line,
    })
    if (exit.code !== 0) {
      throw notInstalled(installer.command, exit.code, `${exit.standardOutput}\n${exit.standardError}`)
    }
    await rename(partial, directory).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOTEMPTY' && cause.code !== 'EEXIST') throw cause // another worker was faster
    })
  } finally {
    workshop.discard(partial)
    workshop.discard(scratch)
  }
}

function check(language: Language, packages: readonly string[]): void {
  const { pattern, example } = pinned[language]
  const wrong = packages.find((one) => !pattern.test(one))
  if (wrong !== undefined) {
    throw pluginErrors.input_invalid(
      `\`packages\` holds ${JSON.stringify(wrong)}; expected a name with its exact version, such as \`${example}\`.`,
    )
  }
  if (packages.length > packagesMax) {
    throw pluginErrors.input_invalid(
      `\`packages\` holds ${packages.length} entries; at most ${packagesMax} are allowed.`,
    )
  }
}

function notInstalled(command: string, code: number | undefined, said: string) {
  const lines = said.split('\n').filter((line) => /error|not found|no matching/i.test(line))
  const reason = lines.slice(0, 3).join(' ').slice(0, 600)
  return pluginErrors.code_packages(
    `The packages could not be installed (${command.split('/').at(-1)} ended with ${code ?? 'a signal'}). ${reason || 'See its lines in the log.'}`,
    { details: { exitCode: code ?? null } },
  )
}

async function dropOldest(root: string, keep: string): Promise<void> {
  const names = await readdir(root)
  if (names.length <= packageSetsMax) return
  const sets = await Promise.all(
    names.map(async (name) => ({ path: join(root, name), usedMs: (await stat(join(root, name))).mtimeMs })),
  )
  sets.sort((a, b) => a.usedMs - b.usedMs)
  for (const { path } of sets.slice(0, names.length - packageSetsMax)) {
    if (path !== keep) await rm(path, { recursive: true, force: true })
  }
}

function untilAborted(done: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason)
    if (signal.aborted) aborted()
    signal.addEventListener('abort', aborted, { once: true })
    done.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
  })
}
