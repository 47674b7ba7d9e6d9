// Most expressions are plain paths such as `inputs.feed` or `steps.get.output.rows[0].id`. JSONata takes tens of
// microseconds and a promise for one; walking it takes none. Where JSONata would do more than walk (it maps over
// arrays and flattens what it finds), this declines and JSONata decides.

/** What the walk answers when JSONata must decide. */
export const undecided = Symbol('undecided')

export type PlainPath = readonly (string | number)[]

const shape = /^\s*[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\d{1,9}\])*\s*$/
const reserved = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function'])

/** The path, or undefined when the expression is more than one. */
export function plainPath(source: string): PlainPath | undefined {
  if (!shape.test(source)) return undefined
  const path: (string | number)[] = []
  for (const [part, index] of source.matchAll(/[A-Za-z_]\w*|\[(\d+)\]/g)) {
    if (index === undefined && reserved.has(part)) return undefined
    path.push(index === undefined ? part : Number(index))
  }
  return path
}

/** The value at the path, undefined when there is none, or `undecided`. */
export function walk(path: PlainPath, scope: unknown): unknown {
  let value: unknown = scope
  for (const part of path) {
    if (typeof part === 'number') {
      if (!Array.isArray(value)) return undecided
      value = value[part]
      if (Array.isArray(value)) return undecided
    } else {
      if (Array.isArray(value)) return undecided
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
      value = (value as Record<string, unknown>)[part]
    }
    if (value === undefined) return undefined
  }
  return typeof value === 'function' ? undecided : value
}
