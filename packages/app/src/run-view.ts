// A run as a tree in the terminal: tasks with their states and times, redrawn in place; log lines scroll above it.

import { durationFormat } from '@millrace/stdx'
import { paint } from './output.ts'
import { cell } from './table.ts'

export interface RunJson {
  readonly id: string
  readonly playbook: string
  readonly version: number
  readonly state: string
  readonly createdAt: string
  readonly endedAt?: string
  readonly steps: { readonly total: number; readonly completed: number; readonly failed: number }
  readonly error?: {
    readonly code: string
    readonly message: string
    readonly task?: string
    readonly step?: string
    readonly item?: number
  }
  readonly outputs?: unknown
  readonly tasks: readonly TaskJson[]
}

export interface StepJson {
  readonly task: string
  readonly item: number
  readonly step: string
  readonly state: string
  readonly attempt: number
  readonly startedAt?: string
  readonly endedAt?: string
}

interface TaskJson {
  readonly name: string
  readonly state: string
  readonly startedAt?: string
  readonly endedAt?: string
  readonly items?: { readonly total: number; readonly completed: number; readonly failed: number }
  readonly steps: readonly { readonly id: string; readonly plugin: string }[]
  readonly error?: { readonly message: string }
}

export interface LogJson {
  readonly at: string
  readonly severity: string
  readonly text: string
  readonly task?: string
  readonly step?: string
  readonly item?: number
}

const marks: Readonly<Record<string, readonly [string, 'gray' | 'cyan' | 'green' | 'red' | 'yellow']>> = {
  pending: ['·', 'gray'],
  queued: ['·', 'gray'],
  running: ['▸', 'cyan'],
  paused: ['‖', 'yellow'],
  completed: ['✓', 'green'],
  scheduled: ['·', 'gray'],
  waiting: ['◔', 'yellow'],
  failed: ['✗', 'red'],
  skipped: ['○', 'gray'],
  cancelled: ['–', 'gray'],
}

function mark(state: string): string {
  const [sign, colour] = marks[state] ?? ['?', 'gray']
  return paint(colour, sign, process.stderr)
}

function took(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return ''
  return durationFormat((to === undefined ? Date.now() : Date.parse(to)) - Date.parse(from))
}

/** The tree: the run, its tasks, and below a task without `forEach` its steps. */
export function treeLines(run: RunJson, steps: readonly StepJson[]): string[] {
  const names = run.tasks.flatMap((task) => [task.name, ...task.steps.map((step) => `  ${step.id}`)])
  const width = Math.max(...names.map((name) => name.length), 4)
  const lines = run.tasks.flatMap((task, i) => {
    const isLast = i === run.tasks.length - 1
    const items =
      task.items === undefined ? '' : `  ${task.items.completed + task.items.failed}/${task.items.total} items`
    const times = took(task.startedAt, task.endedAt).padStart(8)
    const head = `${isLast ? '└' : '├'} ${mark(task.state)} ${task.name.padEnd(width)}  ${task.state.padEnd(9)} ${times}${items}`
    return [head, ...stepLines(task, steps, width).map((line) => `${isLast ? ' ' : '│'} ${line}`)]
  })
  const head = `${mark(run.state)} ${run.playbook} v${run.version}  ${run.state}  ${took(run.createdAt, run.endedAt)}`
  return [`${head}  ${paint('gray', run.id, process.stderr)}`, ...lines]
}

function stepLines(task: TaskJson, steps: readonly StepJson[], width: number): string[] {
  if (task.items !== undefined) {
    return [paint('gray', `    ${task.steps.map((step) => step.id).join(' → ')}`, process.stderr)]
  }
  return task.steps.map(({ id, plugin }) => {
    const step = steps.find((it) => it.task === task.name && it.step === id)
    const state = step?.state ?? 'pending'
    const again = step !== undefined && step.attempt > 1 ? `  attempt ${step.attempt}` : ''
    const about = paint('gray', `${plugin}${again}`, process.stderr)
    return `${mark(state)}   ${id.padEnd(width - 2)}  ${state.padEnd(9)} ${took(step?.startedAt, step?.endedAt).padStart(8)}  ${about}`
  })
}

export function logText(line: LogJson): string {
  const where = [line.task, line.step, line.item === undefined || line.item < 0 ? undefined : `#${line.item}`]
    .filter((it) => it !== undefined)
    .join('.')
  const colour = { error: 'red', warn: 'yellow', debug: 'gray' }[line.severity] as 'red' | 'yellow' | 'gray' | undefined
  const text = cell(line.text)
  return `${paint('gray', line.at.slice(11, 23))} ${paint('cyan', where)} ${colour === undefined ? text : paint(colour, text)}`
}

export interface LiveTree {
  log(line: string): void
  draw(run: RunJson, steps: readonly StepJson[]): void
  /** Whether it shows steps; asking for them costs a request. */
  readonly wantsSteps: boolean
  end(): void
}

/** On a terminal the tree stays at the bottom; elsewhere each change of a task's state is one line. */
export function liveTree(): LiveTree {
  return process.stderr.isTTY === true ? terminalTree() : plainTree()
}

function terminalTree(): LiveTree {
  let drawn: string[] = []
  const erase = () => (drawn.length === 0 ? '' : `\u001b[${drawn.length}A\u001b[0J`)
  const fit = (line: string) => line.slice(0, (process.stderr.columns ?? 120) + 40)
  return {
    log(line) {
      process.stderr.write(`${erase()}${line}\n${drawn.map((it) => `${it}\n`).join('')}`)
    },
    wantsSteps: true,
    draw(run, steps) {
      const lines = treeLines(run, steps)
        .slice(0, (process.stderr.rows ?? 40) - 2)
        .map(fit)
      process.stderr.write(`${erase()}${lines.map((it) => `${it}\n`).join('')}`)
      drawn = lines
    },
    end() {
      drawn = []
    },
  }
}

function plainTree(): LiveTree {
  const states = new Map<string, string>()
  return {
    wantsSteps: false,
    log: (line) => void process.stderr.write(`${line}\n`),
    draw(run) {
      for (const task of run.tasks) {
        if (task.state === 'pending' || states.get(task.name) === task.state) continue
        states.set(task.name, task.state)
        process.stderr.write(
          `${task.name}: ${task.state}${task.endedAt === undefined || task.startedAt === undefined ? '' : ` after ${took(task.startedAt, task.endedAt)}`}\n`,
        )
      }
    },
    end() {},
  }
}
