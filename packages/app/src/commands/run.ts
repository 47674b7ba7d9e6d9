// `millrace run`: publishes a file if one is given, starts a run, shows it live, and ends as the run ends. Without a server
// it starts the platform for the time of the run, and speaks to it in the same way.

import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { type JsonObject, MillraceError } from '@millrace/stdx'
import type { Client } from '../client.ts'
import { publishExamples } from '../examples.ts'
import { exitCodes } from '../exit-code.ts'
import { readInputs, readText } from '../input-values.ts'
import { createLogger } from '../logger.ts'
import { paint, reportError } from '../output.ts'
import { examplesDirectory } from '../paths.ts'
import { startPlatform } from '../platform.ts'
import { type LiveTree, type LogJson, liveTree, logText, type RunJson, type StepJson } from '../run-view.ts'
import type { Context } from './context.ts'

export interface RunOptions {
  readonly input: readonly string[]
  readonly inputFile?: string
  readonly key?: string
}

interface PlaybookJson {
  readonly name: string
  readonly version: number
  readonly inputs: JsonObject
}

/** How often the tree asks for the run's state. */
const lookMs = 100

export async function run(context: Context, target: string, options: RunOptions): Promise<void> {
  const found = await context.findClient()
  if (found !== undefined) return await runOn(context, found, target, options)
  context.output.say(paint('gray', 'No Millrace runs here; starting one for this run.', process.stderr))
  const config = { ...(await context.config()), port: 0, host: '127.0.0.1', open: true, logLevel: 'warn' as const }
  const platform = await startPlatform({ config, environment: process.env, logger: createLogger(config) })
  try {
    if (config.examples) await publishExamples(platform.dispatch, examplesDirectory(), createLogger(config))
    await runOn(context, context.connect(platform.address), target, options)
  } finally {
    await platform.stop()
    setImmediate(() => process.exit())
  }
}

async function runOn(context: Context, client: Client, target: string, options: RunOptions): Promise<void> {
  const file = existsSync(target) || /\.ya?ml$/.test(target) ? target : undefined
  try {
    const playbook =
      file === undefined
        ? await client.get<PlaybookJson>(`/v1/playbooks/${encodeURIComponent(target)}`)
        : await client.post<PlaybookJson>('/v1/playbooks', { text: await readText(file) })
    const inputs = await readInputs(options.input, options.inputFile, playbook.inputs)
    const key = options.key === undefined ? {} : { key: options.key }
    const { id } = await client.post<{ id: string }>('/v1/runs', {
      playbook: playbook.name,
      version: playbook.version,
      inputs,
      ...key,
    })
    context.exit(await watch(context, client, id))
  } catch (cause) {
    if (!(cause instanceof MillraceError) || file === undefined || cause.complaints.length === 0) throw cause
    reportError(context.output, cause, file)
    context.exit(exitCodes.failed)
  }
}

/** Shows the run until it ends; the exit code tells how. Ctrl-C cancels it. */
export async function watch(context: Context, client: Client, id: string): Promise<number> {
  const { output } = context
  const tree = output.json ? undefined : liveTree()
  const logs = new AbortController()
  // When the server goes away, the question after the run's state is the one that says so.
  const shown = followLogs(client, id, logs.signal, (line) =>
    tree === undefined ? output.data({ log: line }) : tree.log(logText(line)),
  ).catch(() => undefined)
  let interrupted = false
  const cancel = () => {
    if (interrupted) process.exit(exitCodes.interrupted)
    interrupted = true
    void client.post(`/v1/runs/${id}/cancel`, { reason: 'interrupted' }).catch(() => undefined)
  }
  process.on('SIGINT', cancel)
  const run = await untilEnded(client, id, tree)
  // The last lines may still be on their way through the journal.
  await Promise.race([shown, delay(500)])
  logs.abort()
  process.off('SIGINT', cancel)
  await draw(client, tree, run)
  tree?.end()
  tell(context, run)
  if (interrupted) return exitCodes.interrupted
  return run.state === 'completed' ? exitCodes.done : exitCodes.failed
}

async function untilEnded(client: Client, id: string, tree: LiveTree | undefined): Promise<RunJson> {
  for (;;) {
    const run = await client.get<RunJson>(`/v1/runs/${id}`)
    await draw(client, tree, run)
    if (run.endedAt !== undefined) return run
    await delay(lookMs)
  }
}

/** The first steps are what a terminal has room for. */
async function draw(client: Client, tree: LiveTree | undefined, run: RunJson): Promise<void> {
  const path = `/v1/runs/${run.id}/steps`
  const steps = tree?.wantsSteps === true ? (await client.get<{ items: StepJson[] }>(path, { limit: 100 })).items : []
  tree?.draw(run, steps)
}

export async function followLogs(
  client: Client,
  id: string,
  signal: AbortSignal,
  show: (line: LogJson) => void,
): Promise<void> {
  try {
    for await (const line of client.lines<LogJson>(`/v1/runs/${id}/logs?follow=true`, signal)) show(line)
  } catch (cause) {
    if (!signal.aborted) throw cause
  }
}

function tell({ output }: Context, run: RunJson): void {
  if (output.json) return output.data(run)
  if (run.error !== undefined) {
    const where = [run.error.task, run.error.step].filter((it) => it !== undefined).join('.')
    output.say(
      `\n${paint('red', 'failed', process.stderr)} ${where === '' ? '' : `in ${where}: `}${run.error.message} (${run.error.code})`,
    )
  }
  const outputs = Object.entries((run.outputs ?? {}) as Record<string, unknown>)
  if (outputs.length > 0) output.say('')
  for (const [name, value] of outputs) output.line(`${paint('cyan', name)}: ${JSON.stringify(value, undefined, 2)}`)
}
