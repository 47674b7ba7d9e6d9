// What screens hear while they look. Each subscription gathers between its messages, within bounds: what does not fit is
// named (`more`) or dropped, never queued without end.

import type { RunStep, RunSummary } from '@millrace/dispatch'
import type { LogLine } from '../contract.ts'
import {
  changesEveryMs,
  logLinesPerMessageMax,
  logLinesWaitingMax,
  runsPerMessageMax,
  stepsPerMessageMax,
} from '../limits.ts'
import { type Pulse, pulse } from '../pulse.ts'
import type { LiveLogs } from '../resources/live-logs.ts'
import { stepAfter, stepKey } from '../resources/step-change.ts'
import type { GraphContext } from './caller.ts'
import type { Resolve } from './executable.ts'

interface RunChangeMessage {
  readonly run: RunSummary
  readonly steps: readonly RunStep[]
  readonly more: boolean
}

export function subscriptionResolvers(liveLogs: LiveLogs): Readonly<Record<string, Resolve>> {
  return {
    runsChanged: (_source, _args, context, environment) => runsChanged(context, environment),
    runChanged: (_source, args: { id: string }, context, environment) => runChanged(context, environment, args.id),
    runLogs: (_source, args: { id: string }, context, environment) => runLogs(context, environment, args.id, liveLogs),
  } as Readonly<Record<string, Resolve>>
}

function runsChanged({ rooms }: GraphContext, environment: string): Pulse<readonly RunSummary[]> {
  const changed = new Map<string, RunSummary>()
  const drain = () => {
    const runs = [...changed.values()]
    changed.clear()
    return runs.length === 0 ? undefined : runs
  }
  const stop = rooms.dispatch.follow(environment, undefined, ({ run }) => {
    // Taken out first, so that the order is that of the last change and the oldest is the one to drop.
    changed.delete(run.id)
    changed.set(run.id, run)
    if (changed.size > runsPerMessageMax) changed.delete(changed.keys().next().value ?? '')
    messages.ring()
  })
  const messages = pulse(rooms.clock, changesEveryMs, drain, stop)
  return messages
}

/** The first message comes at once and says `more`: whatever changed before it, the screen loads by itself. */
async function runChanged({ rooms }: GraphContext, environment: string, id: string): Promise<Pulse<RunChangeMessage>> {
  const steps = new Map<string, RunStep>()
  const plugins = new Map<string, string>()
  let run: RunSummary | undefined
  let more = true
  const drain = () => {
    if (run === undefined) return undefined
    const message = { run, steps: [...steps.values()], more }
    steps.clear()
    more = false
    return message
  }
  const pluginOf = (task: string, step: string) => plugins.get(`${task}/${step}`) ?? ''
  const stop = rooms.dispatch.follow(environment, id, (change) => {
    run = change.run
    for (const fact of change.facts) {
      const key = 'step' in fact && 'item' in fact && fact.step !== undefined ? stepKey(fact as never) : ''
      const after = stepAfter(id, fact, steps.get(key), pluginOf)
      if (after === undefined) continue
      if (steps.has(key) || steps.size < stepsPerMessageMax) steps.set(key, after)
      else more = true
    }
    messages.ring()
  })
  const messages = pulse(rooms.clock, changesEveryMs, drain, stop)
  try {
    const detail = await rooms.dispatch.run(environment, id)
    for (const task of detail.tasks) for (const step of task.steps) plugins.set(`${task.name}/${step.id}`, step.plugin)
    run ??= detail
    messages.ring()
    return messages
  } catch (cause) {
    stop()
    throw cause
  }
}

async function runLogs(
  { rooms }: GraphContext,
  environment: string,
  id: string,
  liveLogs: LiveLogs,
): Promise<Pulse<readonly LogLine[]>> {
  await rooms.dispatch.run(environment, id)
  let waiting: LogLine[] = []
  let dropped = 0
  const drain = () => {
    const lines = waiting.slice(0, logLinesPerMessageMax)
    waiting = waiting.slice(logLinesPerMessageMax)
    if (waiting.length > 0) queueMicrotask(() => messages.ring())
    if (dropped > 0 && lines[0] !== undefined) lines.unshift(gap(lines[0], dropped))
    dropped = 0
    return lines.length === 0 ? undefined : lines
  }
  let stop = () => {}
  const messages = pulse(rooms.clock, changesEveryMs, drain, () => stop())
  stop = await liveLogs.follow(environment, id, (lines) => {
    for (const line of lines) waiting.push(line)
    if (waiting.length > logLinesWaitingMax) {
      dropped += waiting.length - logLinesWaitingMax
      waiting = waiting.slice(-logLinesWaitingMax)
    }
    messages.ring()
  })
  return messages
}

/** A slow reader is told what it missed, where it missed it. */
export function gap(next: LogLine, dropped: number): LogLine {
  return {
    ...next,
    id: `${next.id}-gap`,
    severity: 'warn',
    text: `${dropped} lines came faster than this screen reads and were left out here; they are in the log.`,
    task: undefined,
    step: undefined,
    item: undefined,
    attempt: undefined,
    attributes: {},
  }
}
