// Run scripts: a playbook, what happens to it, and the facts that follow, as text.
//
//   playbook: (YAML up to a line of three dashes)
//   > start {"n": 1}                     what happens; the facts below must follow, one a line
//   run.created
//   step.scheduled a.one {"value": 1}
//   > complete a.one {"ok": true}        also: fail, started, after <duration>, cancel, pause, resume
//
// A step is written task.step, with [item] and ~round where there are any; #attempt and /fence when not 1.

import { durationParse, type Json, seededRandom } from '@millrace/stdx'
import {
  advance,
  answer,
  emit,
  evolve,
  type Fact,
  newRun,
  newTurn,
  parse,
  type PluginDescription,
  type Report,
  type Run,
  type StepAddress,
  type Turn,
} from '../index.ts'
import { decide } from './decide.ts'

const worker = (name: string): [string, PluginDescription] => [
  name,
  { name, side: 'worker', summary: '', input: { type: 'object' }, secrets: [], literal: [] },
]
const engine = (name: string, input: PluginDescription['input']): [string, PluginDescription] => [
  name,
  { name, side: 'engine', summary: '', input, secrets: [], literal: [] },
]

/** `work` is any worker-side plugin. */
export const testPlugins: ReadonlyMap<string, PluginDescription> = new Map([
  worker('work'),
  engine('transform', { type: 'object', properties: { value: {} }, required: ['value'] }),
  engine('wait', { type: 'object', properties: { for: { type: 'string' }, until: { type: 'string' } } }),
])

export interface Played {
  readonly run: Run
  readonly facts: readonly Fact[]
}

/** Plays a script and answers it with the facts that really followed, to be compared with what was written. */
export async function playScript(text: string): Promise<Played & { readonly actual: string }> {
  const [yaml = '', ...rest] = text.split(/^---$/m)
  const { playbook, complaints } = parse(yaml, { plugins: testPlugins })
  if (playbook === undefined) throw new Error(`the script's playbook has faults: ${JSON.stringify(complaints)}`)
  const run = newRun('run_01JZZZZZZZZZZZZZZZZZZZZZZZ', playbook)
  const all: Fact[] = []
  let now = Date.UTC(2026, 0, 1)
  const lines: string[] = []
  for (const line of rest.join('---').split('\n')) {
    if (line.startsWith('#') || line === '') lines.push(line)
    if (!line.startsWith('>')) continue
    const [verb = '', subject = '', argument = ''] = partsOf(line.slice(1).trim())
    if (verb === 'after') now += durationParse(subject) ?? 0
    const turn = newTurn(run, now, seededRandom(1))
    const taken = await happen(turn, verb, subject, argument)
    await decide(run, advance(turn))
    all.push(...turn.facts)
    lines.push(line, ...(taken ? [] : ['(refused)']), ...turn.facts.map(factLine))
  }
  return { run, facts: all, actual: `${yaml}---${lines.join('\n').trimEnd()}\n` }
}

function partsOf(line: string): string[] {
  const found = /^(\S+)\s*(\{.*|\S+)?\s*(.*)$/.exec(line)
  return found === null ? [] : found.slice(1).map((it) => it ?? '')
}

async function happen(turn: Turn, verb: string, subject: string, argument: string): Promise<boolean> {
  const { run } = turn
  const parsed = (text: string) => JSON.parse(text === '' ? 'null' : text) as Json
  switch (verb) {
    case 'start': {
      const { name, version = 1 } = { name: run.playbook.name }
      const inputs = (subject === '' ? {} : parsed(subject)) as never
      emit(turn, { type: 'run.created', playbook: name, version, inputs, trigger: { kind: 'manual' }, env: {}, by: 'test' })
      return true
    }
    case 'complete':
      return await report(turn, { ...addressIn(subject), type: 'step.completed', output: { value: parsed(argument) }, tookMs: 5, worker: 'w' })
    case 'fail': {
      const error = { code: 'test.failed', message: 'It failed.', retryable: true, ...(parsed(argument) as object) }
      return await report(turn, { ...addressIn(subject), type: 'step.failed', error, tookMs: 5, worker: 'w' })
    }
    case 'started':
      return await report(turn, { ...addressIn(subject), type: 'step.started', worker: 'w' })
    case 'cancel':
      emit(turn, { type: 'run.cancelRequested', by: 'test' })
      return true
    case 'pause':
      emit(turn, { type: 'run.paused', by: 'test' })
      return true
    case 'resume':
      emit(turn, { type: 'run.resumed', by: 'test' })
      return true
    case 'lost': {
      const at = addressIn(subject)
      emit(turn, { type: 'step.reissued', ...at, fence: at.fence + 1 })
      return true
    }
    case 'after':
      return true
    default:
      throw new Error(`a run script cannot "${verb}"`)
  }
}

function report(turn: Turn, said: Report): Promise<boolean> {
  return decide(turn.run, answer(turn, said))
}

function addressIn(text: string): StepAddress {
  const found = /^(\w+)(?:\[(\d+)\])?\.(\w+)(?:~(\d+))?(?:#(\d+))?(?:\/(\d+))?$/.exec(text)
  if (found === null) throw new Error(`"${text}" is no step`)
  const [, task = '', item, step = '', round, attempt, fence] = found
  const number = (value: string | undefined, otherwise: number) => (value === undefined ? otherwise : Number(value))
  return { task, item: number(item, -1), step, round: number(round, 0), attempt: number(attempt, 1), fence: number(fence, 1) }
}

function addressLine(at: StepAddress): string {
  const item = at.item < 0 ? '' : `[${at.item}]`
  const round = at.round > 0 ? `~${at.round}` : ''
  const attempt = at.attempt > 1 ? `#${at.attempt}` : ''
  const fence = at.fence > 1 ? `/${at.fence}` : ''
  return `${at.task}${item}.${at.step}${round}${attempt}${fence}`
}

export function factLine(fact: Fact): string {
  const held = (it: { value: Json } | { blob: string }) => JSON.stringify('value' in it ? it.value : it)
  switch (fact.type) {
    case 'run.completed':
      return `${fact.type} ${held(fact.outputs)}`
    case 'run.failed':
      return `${fact.type} ${fact.error.code}`
    case 'task.started':
      return `${fact.type} ${fact.task}${fact.items < 0 ? '' : ` ${fact.items} items`}`
    case 'task.skipped':
      return `${fact.type} ${fact.task} (${fact.reason})`
    case 'task.failed':
      return `${fact.type} ${fact.task} ${fact.error.code}`
    case 'task.completed':
    case 'task.cancelled':
      return `${fact.type} ${fact.task}`
    case 'step.skipped':
      return `${fact.type} ${fact.task}${fact.item < 0 ? '' : `[${fact.item}]`}.${fact.step}`
    case 'step.scheduled':
      return `${fact.type} ${addressLine(fact)} ${held(fact.with)}`
    case 'step.completed': {
      const more = fact.more === undefined ? '' : ` more in ${fact.more.at - fact.at}ms${fact.more.cursor === undefined ? '' : ` at ${JSON.stringify(fact.more.cursor)}`}`
      return `${fact.type} ${addressLine(fact)} ${held(fact.output)}${more}`
    }
    case 'step.failed': {
      const again = fact.retryAt === undefined ? '' : ` again in ${fact.retryAt - fact.at}ms`
      return `${fact.type} ${addressLine(fact)} ${fact.error.code}${again}${fact.continued === true ? ' continued' : ''}`
    }
    case 'step.waiting':
      return `${fact.type} ${addressLine(fact)} for ${fact.until - fact.at}ms`
    case 'step.started':
    case 'step.reissued':
    case 'step.cancelled':
      return `${fact.type} ${addressLine(fact)}`
    default:
      return fact.type
  }
}

/** What a fold of `facts` from nothing amounts to, for comparing. */
export function refold(played: Played): Run {
  const run = newRun(played.run.id, played.run.playbook)
  for (const fact of played.facts) evolve(run, fact)
  return run
}
