// One step: its plugin, what the plugin is given, and how often it is done.

import { pointerJoin } from '@millrace/lang'
import { durationParse, isObject, type Json, nearest } from '@millrace/stdx'
import { filled } from './check-shape.ts'
import type { PaginateSpec, RepeatSpec, RetrySpec, StepSpec } from './document.ts'
import { type ExpressionScope, withRoots } from './expression-scope.ts'
import { paginateShape, repeatShape, retryShape, stepShape } from './grammar.ts'
import { withOf } from './parse-with.ts'
import { expressionOf, notYet, type ParseWork } from './parse-work.ts'
import type { PluginDescription } from './plugins.ts'

/** Plugins of the language that later versions bring. */
const plannedPlugins: Readonly<Record<string, string>> = {
  approve: 'Approvals do not run',
  playbook: 'Sub-runs do not run',
  container: 'Containers do not run',
  kubernetes: 'Kubernetes jobs do not run',
}

export function stepOf(work: ParseWork, written: unknown, pointer: string, scope: ExpressionScope): StepSpec {
  const given = filled(stepShape, written)
  const plugin = pluginOf(work, written, pointer)
  const inTurns = checkTurns(work, written, pointer)
  return {
    id: String(given['id'] ?? ''),
    plugin: String(given['plugin'] ?? ''),
    pool: poolOf(work, given['pool'], `${pointer}/pool`),
    with: withOf(work, { value: given['with'] ?? {}, pointer: `${pointer}/with`, step: pointer, plugin, scope }),
    if: expressionOf(work, given['if'], `${pointer}/if`, scope),
    timeoutMs: durationOf(given['timeout']),
    retry: retryOf(work, given['retry'], `${pointer}/retry`, scope),
    onError: given['onError'] as StepSpec['onError'],
    repeat: inTurns === 'paginate' ? undefined : repeatOf(work, given['repeat'], `${pointer}/repeat`, scope),
    paginate: paginateOf(work, given['paginate'], `${pointer}/paginate`, { scope, plugin }),
  }
}

export function durationOf(value: Json | undefined): number {
  return (typeof value === 'string' ? durationParse(value) : undefined) ?? 0
}

/** Pools over the network come later: all steps run in the pool `default` for now. */
export function poolOf(work: ParseWork, value: Json | undefined, pointer: string): string | undefined {
  if (typeof value !== 'string') return undefined
  if (value !== 'default') {
    notYet(
      work,
      pointer,
      `Pools other than \`default\` do not run yet in this version; remove \`pool: ${value}\` to publish.`,
    )
  }
  return value
}

function pluginOf(work: ParseWork, written: unknown, pointer: string): PluginDescription | undefined {
  const name = isObject(written) ? written['plugin'] : undefined
  if (typeof name !== 'string' || name === '') return undefined
  const plugin = work.options.plugins.get(name)
  if (plugin !== undefined) return plugin
  const planned = Object.hasOwn(plannedPlugins, name) ? plannedPlugins[name] : undefined
  const at = pointerJoin(pointer, 'plugin')
  if (planned !== undefined) {
    notYet(work, at, `${planned} yet in this version; remove the step with \`plugin: ${name}\` to publish.`)
    return undefined
  }
  const names = [...work.options.plugins.keys()].sort()
  const meant = nearest(name, names)
  work.complaints.at(at, 'playbook.unknown_plugin', `There is no plugin \`${name}\`.`, {
    found: name,
    expected: `one of ${names
      .slice(0, 40)
      .map((each) => `\`${each}\``)
      .join(', ')}`,
    ...(meant === undefined ? {} : { hint: `Did you mean \`${meant}\`?` }),
  })
  return undefined
}

/** Pages and repetitions both count rounds; which page a repetition belongs to could not be told. */
function checkTurns(work: ParseWork, written: unknown, pointer: string): 'paginate' | undefined {
  if (!isObject(written) || written['repeat'] === undefined || written['paginate'] === undefined) return undefined
  work.complaints.at(
    pointerJoin(pointer, 'repeat'),
    'playbook.keys_together',
    '`repeat` and `paginate` do not go together on one step.',
    { part: 'key', hint: 'Keep one; poll in a step of its own before the one that pages.' },
  )
  return 'paginate'
}

function retryOf(
  work: ParseWork,
  value: Json | undefined,
  pointer: string,
  scope: ExpressionScope,
): RetrySpec | undefined {
  if (value === undefined) return undefined
  const given = filled(retryShape, value)
  return {
    attempts: Number(given['attempts']),
    delayMs: durationOf(given['delay']),
    backoff: given['backoff'] as RetrySpec['backoff'],
    delayMaxMs: durationOf(given['delayMax']),
    jitter: given['jitter'] as RetrySpec['jitter'],
    when: expressionOf(work, given['when'], `${pointer}/when`, withRoots(scope, 'error')),
  }
}

function repeatOf(
  work: ParseWork,
  value: Json | undefined,
  pointer: string,
  scope: ExpressionScope,
): RepeatSpec | undefined {
  if (value === undefined) return undefined
  const given = filled(repeatShape, value)
  const until = expressionOf(work, given['until'], `${pointer}/until`, withRoots(scope, 'output'))
  if (until === undefined) return undefined
  return { until, delayMs: durationOf(given['delay']), timesMax: Number(given['timesMax']) }
}

function paginateOf(
  work: ParseWork,
  value: Json | undefined,
  pointer: string,
  at: { readonly scope: ExpressionScope; readonly plugin: PluginDescription | undefined },
): PaginateSpec | undefined {
  if (value === undefined) return undefined
  const given = filled(paginateShape, value)
  const scope = withRoots(at.scope, 'output')
  const next = expressionOf(work, given['next'], `${pointer}/next`, scope)
  const collect = expressionOf(work, given['collect'], `${pointer}/collect`, scope)
  const into = String(given['into'] ?? '')
  checkInto(work, into, `${pointer}/into`, at.plugin)
  return next === undefined ? undefined : { next, into, pagesMax: Number(given['pagesMax']), collect }
}

function checkInto(work: ParseWork, into: string, pointer: string, plugin: PluginDescription | undefined): void {
  if (into === '') return
  const path = into.split('.')
  if (path.some((part) => part === '' || part === '__proto__')) {
    work.complaints.at(pointer, 'playbook.value_invalid', `\`${into}\` is no path into \`with\`.`, {
      expected: 'names joined by dots, such as `query.cursor`',
      found: into,
    })
    return
  }
  const properties = plugin?.input['properties']
  if (plugin === undefined || !isObject(properties) || plugin.input['additionalProperties'] !== false) return
  const first = path[0] ?? ''
  if (Object.hasOwn(properties, first)) return
  const meant = nearest(first, Object.keys(properties))
  work.complaints.at(pointer, 'playbook.value_invalid', `\`with\` of \`${plugin.name}\` has no key \`${first}\`.`, {
    found: into,
    expected: `one of ${Object.keys(properties)
      .map((each) => `\`${each}\``)
      .join(', ')}`,
    ...(meant === undefined ? {} : { hint: `Did you mean \`${[meant, ...path.slice(1)].join('.')}\`?` }),
  })
}
