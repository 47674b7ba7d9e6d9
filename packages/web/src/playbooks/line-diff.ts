// What changed between two texts, line by line: the shortest edit script after E. W. Myers, "An O(ND) Difference Algorithm
// and Its Variations" (1986), between what both texts begin and end with.

import { limits } from '../limits.ts'

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
  /** 1-based; undefined where the line is not. */
  readonly before: number | undefined
  readonly after: number | undefined
}

export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const a = linesOf(before)
  const b = linesOf(after)
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const kinds = editScript(a.slice(head, a.length - tail), b.slice(head, b.length - tail))
  return number([...same(head), ...kinds, ...same(tail)], a, b)
}

function linesOf(text: string): readonly string[] {
  if (text === '') return []
  const lines = text.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

type Kind = DiffLine['kind']

function same(count: number): Kind[] {
  return Array.from({ length: count }, () => 'same')
}

function wholesale(a: readonly string[], b: readonly string[]): Kind[] {
  return [...a.map((): Kind => 'removed'), ...b.map((): Kind => 'added')]
}

function editScript(a: readonly string[], b: readonly string[]): Kind[] {
  if (a.length === 0 || b.length === 0 || a.length + b.length > limits.diffLinesMax) return wholesale(a, b)
  const most = a.length + b.length
  const furthest = new Map<number, number>([[1, 0]])
  const trace: Map<number, number>[] = []
  for (let edits = 0; edits <= most; edits++) {
    trace.push(new Map(furthest))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = startOn(furthest, diagonal, edits)
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++
      furthest.set(diagonal, x)
      if (x >= a.length && x - diagonal >= b.length) return walkBack(trace, a.length, b.length)
    }
  }
  return wholesale(a, b)
}

const at = (furthest: ReadonlyMap<number, number>, diagonal: number) => furthest.get(diagonal) ?? -1

function cameDown(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  return diagonal === -edits || (diagonal !== edits && at(furthest, diagonal - 1) < at(furthest, diagonal + 1))
}

function startOn(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  return cameDown(furthest, diagonal, edits) ? at(furthest, diagonal + 1) : at(furthest, diagonal - 1) + 1
}

function walkBack(trace: readonly ReadonlyMap<number, number>[], width: number, height: number): Kind[] {
  const kinds: Kind[] = []
  let x = width
  let y = height
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const furthest = trace[edits] ?? new Map<number, number>()
    const diagonal = x - y
    const down = cameDown(furthest, diagonal, edits)
    const from = down ? diagonal + 1 : diagonal - 1
    const fromX = edits === 0 ? 0 : at(furthest, from)
    const fromY = edits === 0 ? 0 : fromX - from
    while (x > fromX && y > fromY) {
      kinds.push('same')
      x--
      y--
    }
    if (edits > 0) kinds.push(down ? 'added' : 'removed')
    x = fromX
    y = fromY
  }
  return kinds.reverse()
}

function number(kinds: readonly Kind[], a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  let before = 0
  let after = 0
  return kinds.map((kind) => {
    if (kind !== 'added') before++
    if (kind !== 'removed') after++
    return {
      kind,
      text: (kind === 'added' ? b[after - 1] : a[before - 1]) ?? '',
      before: kind === 'added' ? undefined : before,
      after: kind === 'removed' ? undefined : after,
    }
  })
}

export type Hunk =
  | { readonly kind: 'lines'; readonly lines: readonly DiffLine[] }
  | { readonly kind: 'folded'; readonly count: number }

/** Leaves out what is the same further than `context` lines from a change. */
export function hunksOf(lines: readonly DiffLine[], context = 3): readonly Hunk[] {
  const near = new Set<number>()
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'same') continue
    for (let offset = -context; offset <= context; offset++) near.add(index + offset)
  }
  const hunks: Hunk[] = []
  let run: DiffLine[] = []
  let folded = 0
  const flush = () => {
    if (run.length > 0) hunks.push({ kind: 'lines', lines: run })
    if (folded > 0) hunks.push({ kind: 'folded', count: folded })
    run = []
    folded = 0
  }
  for (const [index, line] of lines.entries()) {
    if (near.has(index)) {
      if (folded > 0) flush()
      run.push(line)
    } else {
      if (run.length > 0) flush()
      folded++
    }
  }
  flush()
  return hunks
}
