// The fake server's state: playbooks, ten thousand runs, and a clock that makes some of them happen now.

import { parseDocument } from 'yaml'
import { type FakeTask, playbookTexts, plugins } from './fake-playbooks.ts'
import { type FakeRun, random, summary } from './fake-runs.ts'

export interface FakePlaybook {
  readonly name: string
  readonly version: number
  readonly description: string
  readonly labels: unknown
  readonly text: string
  readonly publishedAt: number
  readonly publishedBy: string
  readonly inputs: unknown
  readonly webhooks: readonly string[]
  readonly tasks: readonly FakeTask[]
}

type Mapping = Record<string, unknown>
const mapping = (value: unknown): Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {}

/** What the fake server understands of a playbook: outline, inputs, and a few complaints. */
export function readPlaybook(text: string) {
  const document = parseDocument(text)
  const lineAt = (path: readonly unknown[]) => {
    const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined
    return text.slice(0, node?.range?.[0] ?? 0).split('\n').length
  }
  const complaints: object[] = document.errors.map((error) => ({
    code: 'lang.yaml_invalid',
    message: error.message.split('\n')[0],
    line: error.linePos?.[0].line,
    column: error.linePos?.[0].col,
  }))
  const value = mapping(document.errors.length > 0 ? undefined : document.toJS())
  const names = new Set(plugins.map(({ name }) => name))
  const tasks = Object.entries(mapping(value['tasks'])).map(([name, raw]): FakeTask => {
    const task = mapping(raw)
    const steps = (Array.isArray(task['steps']) ? task['steps'] : []).map((step: Mapping, index: number) => {
      const line = lineAt(['tasks', name, 'steps', index])
      const plugin = String(step['plugin'] ?? '')
      if (!names.has(plugin)) {
        const at = lineAt(['tasks', name, 'steps', index, 'plugin'])
        const column = (text.split('\n')[at - 1]?.indexOf(plugin) ?? 0) + 1
        complaints.push({
          code: 'playbook.unknown_plugin',
          message: `There is no plugin named \`${plugin}\`.`,
          hint: 'Did you mean `http`?',
          pointer: `/tasks/${name}/steps/${index}/plugin`,
          line: at,
          column,
          endLine: at,
          endColumn: column + plugin.length,
          found: plugin,
          expected: [...names].join(', '),
        })
      }
      return { id: String(step['id'] ?? `step${index}`), plugin, line }
    })
    const many = task['forEach'] !== undefined
    const items = many
      ? String(value['metadata'] && mapping(value['metadata'])['name']) === 'embed-images'
        ? 4_998
        : 24
      : 1
    const needs = (Array.isArray(task['needs']) ? task['needs'] : []).map(String)
    return {
      name,
      line: lineAt(['tasks', name]),
      needs,
      when: String(task['when'] ?? 'completed'),
      forEach: many,
      items,
      steps,
    }
  })
  const properties = mapping(value['inputs'])
  const required = Object.keys(properties).filter((name) => !('default' in mapping(properties[name])))
  const metadata = mapping(value['metadata'])
  return {
    name: typeof metadata['name'] === 'string' ? metadata['name'] : null,
    description: String(metadata['description'] ?? ''),
    labels: mapping(metadata['labels']),
    tasks,
    complaints,
    inputs: { type: 'object', properties, required, additionalProperties: false },
  }
}

export function fakePlatform(options: { readonly runs: number; readonly now: number }) {
  const next = random(7)
  const playbooks = new Map<string, FakePlaybook[]>()
  const runs: FakeRun[] = []

  const publish = (text: string, at: number): FakePlaybook => {
    const { name, tasks, description, labels, inputs } = readPlaybook(text)
    const versions = playbooks.get(name ?? '') ?? []
    const version = versions.length + 1
    const made: FakePlaybook = {
      name: name ?? 'unnamed',
      version,
      description,
      labels,
      text,
      publishedAt: at,
      publishedBy: 'administrator',
      inputs,
      webhooks: [],
      tasks,
    }
    playbooks.set(made.name, [...versions, made])
    return made
  }
  const start = (playbook: FakePlaybook, at: number, more: Partial<FakeRun> = {}): FakeRun => {
    const id = `run_${at.toString(36).toUpperCase().padStart(10, '0')}${Math.floor(next() * 1e9)
      .toString(36)
      .toUpperCase()}`
    const failing = playbook.tasks.filter((task) => task.when !== 'failed')
    const run: FakeRun = {
      id,
      playbook: playbook.name,
      version: playbook.version,
      trigger: next() < 0.7 ? 'api' : 'manual',
      createdAt: at,
      inputs: { feed: 'https://earthquake.example/week.json', magnitudeMin: 2.5 },
      seed: Math.floor(next() * 2 ** 31),
      tasks: playbook.tasks,
      failsIn: next() < 0.08 ? failing[Math.floor(next() * failing.length)]?.name : undefined,
      slow: 1,
      pausedMs: 0,
      ...more,
    }
    runs.unshift(run)
    return run
  }

  for (const text of playbookTexts) {
    publish(text.replace('concurrency: 16', 'concurrency: 8'), options.now - 9 * 86_400_000)
    if (text !== playbookTexts[3]) publish(text, options.now - 3_600_000 * 30)
  }
  const light = [...playbooks.values()]
    .map((versions) => versions.at(-1))
    .filter((one) => one !== undefined && one.name !== 'embed-images')
  for (let index = options.runs; index > 0; index--) {
    const at = options.now - 60_000 - Math.floor((index ** 1.35 / options.runs ** 1.35) * 4 * 86_400_000)
    const playbook = light[Math.floor(next() * light.length)]
    if (playbook === undefined) continue
    const run = start(playbook, at)
    if (next() < 0.02) run.cancelledAt = at + 40
  }
  return {
    playbooks,
    runs,
    publish,
    start,
    unended: () => runs.slice(0, 200).filter((run) => summary(run, Date.now()).endedAt === null),
  }
}

export type FakePlatform = ReturnType<typeof fakePlatform>
