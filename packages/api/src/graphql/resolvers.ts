// What each field answers. The same functions stand behind REST; here they meet the schema of the screens.

import type { PlaybookVersion, RunDetail, RunSummary } from '@millrace/dispatch'
import { type JsonObject, MillraceError } from '@millrace/stdx'
import type { LogFilter } from '../contract.ts'
import type { LiveLogs } from '../resources/live-logs.ts'
import { severityOf } from '../resources/logs.ts'
import { pageOfFirst } from '../resources/page.ts'
import { readHealth, readMe } from '../resources/platform.ts'
import { publishPlaybook, validatePlaybook } from '../resources/playbooks.ts'
import { pluginsByName } from '../resources/plugins.ts'
import { type QueryArguments, readTables, runQuery } from '../resources/query.ts'
import { type FilterArguments, runFilter, type StartArguments, startRun, stepFilter } from '../resources/runs.ts'
import { callerIn, type GraphContext } from './caller.ts'
import type { Resolve, Resolvers } from './executable.ts'
import { subscriptionResolvers } from './subscriptions.ts'

/** `args` as the schema declares them: absent ones may come as null. */
interface First {
  first: number
  after?: string | null
}

/** Types the pieces of one resolver and forgets them for the table. */
function field<Source, Args>(
  resolve: (source: Source, args: Args, context: GraphContext, environment: string) => unknown,
): Resolve {
  return resolve as Resolve
}

/** Nothing, where a nullable field asks for what is not there. */
async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (cause) {
    if (cause instanceof MillraceError && cause.kind === 'absent') return undefined
    throw cause
  }
}

const queryResolvers: Readonly<Record<string, Resolve>> = {
  me: field((_source, _args, context, environment) => readMe(context.rooms, callerIn(context, environment))),
  platform: field(async (_source, _args, { rooms }) => ({
    version: rooms.platform.version,
    startedAt: rooms.platform.startedAt,
    roles: rooms.platform.roles,
    warnings: rooms.platform.warnings(),
    stores: (await readHealth(rooms)).map(({ memory, healthy, detail }) => ({
      kind: memory.kind,
      adapter: memory.adapter,
      address: memory.address,
      healthy,
      detail,
    })),
  })),
  plugins: field((_source, _args, { rooms }) => pluginsByName(rooms)),
  plugin: field((_source, { name }: { name: string }, { rooms }) => rooms.plugins.find((one) => one.name === name)),
  playbooks: field((_source, args: First, { rooms }, environment) =>
    rooms.dispatch.playbooks(environment, pageOfFirst(args)),
  ),
  playbook: field((_source, args: { name: string; version?: number | null }, { rooms }, environment) =>
    orNothing(rooms.dispatch.playbook(environment, args.name, args.version ?? undefined)),
  ),
  validate: field((_source, { text }: { text: string }, { rooms }) => validatePlaybook(rooms, text)),
  runs: field((_source, args: First & { filter?: FilterArguments | null }, { rooms }, environment) =>
    rooms.dispatch.runs(environment, runFilter(args.filter ?? {}), pageOfFirst(args)),
  ),
  run: field((_source, { id }: { id: string }, { rooms }, environment) =>
    orNothing(rooms.dispatch.run(environment, id)),
  ),
  runCounts: field(async (_source, args: { playbook?: string | null }, { rooms }, environment) => {
    const counts = await rooms.dispatch.runCounts(environment, args.playbook ?? undefined)
    return Object.entries(counts).map(([state, count]) => ({ state, count }))
  }),
  datasets: field((_source, _args, { rooms }, environment) => rooms.refine.datasets(environment)),
  tables: field((_source, _args, context, environment) => readTables(context.rooms, callerIn(context, environment))),
  query: field((_source, args: QueryArguments, context, environment) =>
    runQuery(context.rooms, callerIn(context, environment), args),
  ),
}

const mutationResolvers: Readonly<Record<string, Resolve>> = {
  publish: field((_source, { text }: { text: string }, context, environment) =>
    publishPlaybook(context.rooms, callerIn(context, environment), text),
  ),
  startRun: field((_source, args: StartArguments, context, environment) =>
    startRun(context.rooms, callerIn(context, environment), args, 'manual'),
  ),
  cancelRun: field((_source, args: { id: string; reason?: string | null }, { rooms, principal }, environment) =>
    rooms.dispatch.cancel(environment, args.id, principal.name, args.reason ?? undefined),
  ),
  pauseRun: field((_source, { id }: { id: string }, { rooms, principal }, environment) =>
    rooms.dispatch.pause(environment, id, principal.name),
  ),
  resumeRun: field((_source, { id }: { id: string }, { rooms, principal }, environment) =>
    rooms.dispatch.resume(environment, id, principal.name),
  ),
  rerun: field((_source, args: { id: string; inputs?: JsonObject | null }, { rooms, principal }, environment) =>
    rooms.dispatch.rerun({
      environment,
      id: args.id,
      by: principal.name,
      ...(args.inputs ? { inputs: args.inputs } : {}),
    }),
  ),
}

const playbookResolvers: Readonly<Record<string, Resolve>> = {
  versions: field((playbook: PlaybookVersion, args: First, { rooms }, environment) =>
    rooms.dispatch.versions(environment, playbook.name, pageOfFirst(args)),
  ),
  runs: field(async (playbook: PlaybookVersion, args: First, { rooms }, environment) => {
    const page = await rooms.dispatch.runs(environment, { playbook: playbook.name }, pageOfFirst(args))
    return page.items
  }),
}

/** Loaded once for the three fields that want it. */
const details = new WeakMap<RunSummary, Promise<RunDetail>>()

function detailOf(run: RunSummary, { rooms }: GraphContext, environment: string): Promise<RunDetail> {
  if ('tasks' in run) return Promise.resolve(run as RunDetail)
  let detail = details.get(run)
  if (detail === undefined) {
    detail = rooms.dispatch.run(environment, run.id)
    details.set(run, detail)
  }
  return detail
}

const runResolvers: Readonly<Record<string, Resolve>> = {
  inputs: field(
    async (run: RunSummary, _args, context, environment) => (await detailOf(run, context, environment)).inputs,
  ),
  outputs: field(
    async (run: RunSummary, _args, context, environment) => (await detailOf(run, context, environment)).outputs,
  ),
  tasks: field(
    async (run: RunSummary, _args, context, environment) => (await detailOf(run, context, environment)).tasks,
  ),
  stepList: field(
    (run: RunSummary, args: First & { task?: string | null; states?: string[] | null }, { rooms }, environment) =>
      rooms.dispatch.steps(environment, run.id, stepFilter(args), pageOfFirst(args)),
  ),
  step: field((run: RunSummary, at: { task: string; item: number; step: string }, { rooms }, environment) =>
    orNothing(rooms.dispatch.step(environment, run.id, { task: at.task, item: at.item, step: at.step })),
  ),
  logs: field((run: RunSummary, args: First & { filter?: FilterInput | null }, { rooms }, environment) => {
    const page = pageOfFirst(args)
    return rooms.watch.logs({
      environment,
      runId: run.id,
      ...logFilter(args.filter ?? {}),
      limit: page.limit,
      ...(page.cursor === undefined ? {} : { after: page.cursor }),
    })
  }),
  text: field(async (run: RunSummary, _args, { rooms }, environment) => {
    const playbook = await rooms.dispatch.playbook(environment, run.playbook, run.version)
    return playbook.text
  }),
}

interface FilterInput {
  search?: string | null
  task?: string | null
  step?: string | null
  item?: number | null
  severityMin?: string | null
}

function logFilter(given: FilterInput): LogFilter {
  return {
    ...(given.search ? { search: given.search } : {}),
    ...(given.task ? { task: given.task } : {}),
    ...(given.step ? { step: given.step } : {}),
    ...(given.item == null ? {} : { item: given.item }),
    ...(given.severityMin ? { severityMin: severityOf(given.severityMin) } : {}),
  }
}

export function graphResolvers(lines: LiveLogs): Resolvers {
  return {
    Query: queryResolvers,
    Mutation: mutationResolvers,
    Subscription: subscriptionResolvers(lines),
    Playbook: playbookResolvers,
    Run: runResolvers,
  }
}
