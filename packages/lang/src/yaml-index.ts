// From a JSON pointer to the piece of text it names.

import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml'
import { pointerParse } from './pointer.ts'

export interface YamlIndex {
  /** Start and end offsets; of the nearest parent when there is nothing at the pointer. */
  range(pointer: string, part: 'key' | 'value'): readonly [number, number]
  scalar(pointer: string): Scalar | undefined
}

interface Entry {
  readonly key: Node
  readonly value: Node | null
}

export function yamlIndex(root: Node | null): YamlIndex {
  const entries = new WeakMap<YAMLMap, Map<string, Entry>>()

  const entriesOf = (map: YAMLMap): Map<string, Entry> => {
    let found = entries.get(map)
    if (found === undefined) {
      found = new Map()
      for (const pair of map.items) {
        if (!isScalar(pair.key) || found.has(String(pair.key.value))) continue
        found.set(String(pair.key.value), { key: pair.key, value: pair.value as Node | null })
      }
      entries.set(map, found)
    }
    return found
  }

  const find = (pointer: string): { key: Node | null; value: Node | null; whole: boolean } => {
    let key: Node | null = null
    let value = root
    for (const part of pointerParse(pointer)) {
      let next: Entry | undefined
      if (isMap(value)) next = entriesOf(value).get(part)
      else if (isSeq(value)) {
        const item = value.items[Number(part)] as Node | undefined
        if (item !== undefined) next = { key: item, value: item }
      }
      if (next === undefined) return { key, value, whole: false }
      key = next.key
      value = next.value
    }
    return { key, value, whole: true }
  }

  return {
    range(pointer, part) {
      const { key, value, whole } = find(pointer)
      // A key stands for a mapping that lacks something: pointing at the whole mapping would underline pages.
      const node = part === 'key' || !whole ? (key ?? value) : (value ?? key)
      const range = node?.range
      return range ? [range[0], Math.max(range[0] + 1, range[1])] : [0, 1]
    },
    scalar(pointer) {
      const { value, whole } = find(pointer)
      return whole && isScalar(value) && !isAlias(value) ? value : undefined
    },
  }
}
