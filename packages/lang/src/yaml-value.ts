// YAML nodes → plain JSON, refusing what JSON cannot hold, keys that would reach a prototype, and aliases that multiply.

import type { Json } from '@millrace/stdx'
import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml'
import { complaintsMax, yamlDepthMax, yamlValuesMax } from './limits.ts'

export interface YamlFault {
  readonly code: string
  readonly message: string
  readonly start: number
  readonly end: number
  readonly found?: string
  readonly expected?: string
  readonly hint?: string
}

interface Built {
  readonly value: Json
  /** Values inside, counted as if every alias were written out. */
  readonly weight: number
}

interface Work {
  readonly faults: YamlFault[]
  readonly anchors: Map<string, Built | undefined>
  /** Set once the limit is passed: the rest is not worth reading. */
  stopped: boolean
}

export function yamlValue(root: Node | null): { value: Json; faults: readonly YamlFault[] } {
  const work: Work = { faults: [], anchors: new Map(), stopped: false }
  const { value } = build(root, 0, work)
  return { value, faults: work.faults }
}

const nothing: Built = { value: null, weight: 1 }

function build(node: Node | null | undefined, depth: number, work: Work): Built {
  if (node === null || node === undefined || work.stopped) return nothing
  if (depth > yamlDepthMax) {
    work.stopped = true
    fault(work, node, 'lang.yaml_too_deep', `The document is nested deeper than ${yamlDepthMax} levels.`, {
      expected: `at most ${yamlDepthMax} levels`,
      hint: 'Flatten it.',
    })
    return nothing
  }
  if (isAlias(node)) return aliased(node, node.source, work)
  const anchor = node.anchor
  // Known but unfinished: an alias to it from inside would never end.
  if (anchor !== undefined) work.anchors.set(anchor, undefined)
  let built = nothing
  if (isScalar(node)) built = { value: scalarValue(node, work), weight: 1 }
  else if (isMap(node)) built = buildMap(node, depth, work)
  else if (isSeq(node)) {
    const items: Json[] = []
    let weight = 1
    for (const item of node.items) {
      const part = build(item as Node | null, depth + 1, work)
      items.push(part.value)
      weight += part.weight
    }
    built = { value: items, weight }
  }
  if (anchor !== undefined) work.anchors.set(anchor, built)
  if (built.weight > yamlValuesMax && !work.stopped) {
    work.stopped = true
    const bomb = work.anchors.size > 0
    fault(
      work,
      node,
      bomb ? 'lang.yaml_alias_bomb' : 'lang.yaml_too_large',
      `The document holds more than ${yamlValuesMax} values${bomb ? ' once its aliases are written out' : ''}.`,
      { hint: bomb ? 'Write the values out.' : 'Split it.' },
    )
  }
  return built
}

function aliased(node: Node, name: string, work: Work): Built {
  if (!work.anchors.has(name)) {
    fault(work, node, 'lang.yaml_invalid', `\`*${name}\` names nothing that stands before it.`, {
      hint: 'Quote it if it is text.',
    })
    return nothing
  }
  const built = work.anchors.get(name)
  if (built !== undefined) return built
  fault(work, node, 'lang.yaml_alias_bomb', `\`*${name}\` stands inside what it names and would never end.`, {
    hint: 'Write the value out.',
  })
  return nothing
}

function buildMap(node: YAMLMap, depth: number, work: Work): Built {
  const object: Record<string, Json> = {}
  const seen = new Set<string>()
  let weight = 1
  for (const pair of node.items) {
    const key = pair.key as Node | null
    const built = build(pair.value as Node | null, depth + 1, work)
    weight += built.weight
    const name = keyName(key, node, work)
    if (name === undefined) continue
    if (seen.has(name)) {
      fault(work, key ?? node, 'lang.yaml_duplicate_key', `The key \`${name}\` stands twice in one mapping.`, {
        found: name,
        hint: 'Keep one.',
      })
      continue
    }
    seen.add(name)
    object[name] = built.value
  }
  return { value: object, weight }
}

/** Undefined after a complaint. */
function keyName(key: Node | null, map: YAMLMap, work: Work): string | undefined {
  if (isMap(key) && key.flow && map.flow && map.items.length === 1) {
    // `url: {{ inputs.feed }}` is YAML for a mapping whose key is a mapping.
    fault(work, map, 'lang.yaml_key', 'An expression stands in quotes: without them, `{` begins a mapping.', {
      expected: '"{{ … }}"',
      hint: 'Put quotes around it.',
    })
    return undefined
  }
  if (!isScalar(key) || typeof key.value !== 'string') {
    const found = isScalar(key) ? String(key.source ?? key.value) : 'a collection'
    fault(
      work,
      key ?? map,
      'lang.yaml_key',
      `A key must be text; this one is ${isScalar(key) ? `\`${found}\`` : found}.`,
      {
        expected: 'text',
        found,
        hint: isScalar(key) ? `Quote it: "${found}".` : 'Write it as a list of mappings.',
      },
    )
    return undefined
  }
  if (key.value === '__proto__') {
    fault(work, key, 'lang.yaml_key', 'The key `__proto__` is not allowed.', { found: '__proto__', hint: 'Rename it.' })
    return undefined
  }
  return key.value
}

function scalarValue(node: Scalar, work: Work): Json {
  const { value } = node
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  const found = String(node.source ?? value)
  fault(work, node, 'lang.yaml_value', `\`${found}\` is no value that JSON can hold.`, {
    found,
    hint: 'Quote it if it is text.',
  })
  return null
}

function fault(work: Work, node: Node, code: string, message: string, more: Partial<YamlFault>): void {
  if (work.faults.length >= complaintsMax) return
  const [start, end] = node.range ?? [0, 1]
  work.faults.push({ code, message, start, end, ...more })
}
