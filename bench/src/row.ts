// What a benchmark answers: one figure, its target, and what stands beside it in the same run.

export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: 'runs/s' | 'ms' | 's' | 'MB' | 'records/s'
  /** What it should be: `≥` for rates, `≤` for times and sizes. */
  readonly target?: number
  /** The named baseline, measured in the same run. */
  readonly beside?: { readonly name: string; readonly value: number }
  /** value / beside.value. */
  readonly ratio?: number
  /** Durability and the like, for the reader to judge by. */
  readonly settings: Readonly<Record<string, string | number>>
}

export interface Bench {
  readonly name: string
  /** Rows as they are measured, so that a long run shows something. */
  measure(place: Place): AsyncIterable<Row>
}

/** What benchmarks share: a scratch directory, and a PostgreSQL where one can be had. */
export interface Place {
  readonly directory: string
  readonly postgres: string | undefined
}

export function beside(name: string, value: number, own: number): Pick<Row, 'beside' | 'ratio'> {
  return value > 0 ? { beside: { name, value }, ratio: own / value } : {}
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export function meets(row: Row): boolean | undefined {
  if (row.target === undefined) return undefined
  return row.unit.endsWith('/s') ? row.value >= row.target : row.value <= row.target
}
