// What the tests of this room share: calls without a worker around them, and a look at which processes live.

import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { CodeRequest } from '@millrace/plugin'
import { type CodeRunner, createCodeRunner, type Interpreters } from '../code/runner.ts'
import { workerLimits } from '../limits.ts'
import { createWorkshop, type ProgramCall, type Workshop } from '../process/workshop.ts'

export interface TestCall extends ProgramCall {
  readonly lines: string[]
  readonly logged: string[]
  readonly abort: (reason: Error) => void
  /** What the worker does when a call is over. */
  finish(): void
}

export function testCall(overrides: Partial<ProgramCall> = {}): TestCall {
  const aborting = new AbortController()
  const lines: string[] = []
  const logged: string[] = []
  const afterwards: (() => void)[] = []
  return {
    environment: { MILLRACE_RUN_ID: 'run_1' },
    memoryBytesMax: workerLimits.memoryBytesMax,
    outputBytesMax: workerLimits.outputBytesMax,
    printedBytesMax: workerLimits.printedBytesMax,
    processesMax: workerLimits.processesMax,
    signal: aborting.signal,
    line: (stream, text) => void lines.push(`${stream}: ${text}`),
    log: (severity, text) => void logged.push(`${severity}: ${text}`),
    untimed: (wait) => wait,
    after: (act) => void afterwards.push(act),
    ...overrides,
    lines,
    logged,
    abort: (reason) => aborting.abort(reason),
    finish: () => {
      for (const act of afterwards.splice(0)) act()
    },
  }
}

export interface TestWorkshop {
  readonly root: string
  readonly workshop: Workshop
  readonly code: CodeRunner
  stop(): Promise<void>
}

export async function testWorkshop(interpreters: Partial<Interpreters> = {}): Promise<TestWorkshop> {
  const root = await mkdtemp(join(tmpdir(), 'millrace-worker-'))
  const workshop = createWorkshop(root, 4)
  const code = createCodeRunner(workshop, root, { python: 'python3', node: process.execPath, ...interpreters })
  return {
    root,
    workshop,
    code,
    async stop() {
      await code.stop()
      await workshop.stop()
      await rm(root, { recursive: true, force: true })
    },
  }
}

export function codeOf(language: CodeRequest['language'], code: string, input: CodeRequest['input'] = {}): CodeRequest {
  return { language, code, input, packages: [] }
}

/** Resolves when `truth` holds; fails in the end with what was waited for. */
export async function until(what: string, truth: () => boolean | Promise<boolean>, msMax = 15_000): Promise<void> {
  const deadline = performance.now() + msMax
  while (!(await truth())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for: ${what}`)
    await pause(10)
  }
}

/** Begins the seconds of this process's own `sleep` number `series`: tests of other runs on this machine sleep other times. */
export function nap(series: number): string {
  return `${series}${String(process.pid).padStart(7, '0')}`
}

/** The living naps that begin so. */
export function napping(seconds: string): number[] {
  return processesWith(`sleep\0${seconds}`)
}

/** Processes whose command line, its words separated by NUL, holds the text; zombies left out. */
export function processesWith(text: string): number[] {
  return living().flatMap(({ pid, commandLine }) => (commandLine.includes(text) ? [pid] : []))
}

/** Interpreters that this very process has started. */
export function ownZygotes(): number[] {
  return living().flatMap((one) =>
    one.parent === process.pid && one.commandLine.includes('zygote.py') ? [one.pid] : [],
  )
}

function living(): { pid: number; parent: number; commandLine: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const [state, parent] = readFileSync(`/proc/${name}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
      const commandLine = readFileSync(`/proc/${name}/cmdline`, 'latin1')
      return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), commandLine }]
    } catch {
      return [] // it has ended meanwhile
    }
  })
}
