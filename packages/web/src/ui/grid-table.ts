// What a grid shows, worked out of values: columns of a list of objects, widths, alignment, order.

export interface GridColumn {
  readonly name: string
  readonly type: string
}

export type GridRow = readonly unknown[]

/** A list of objects as a table; undefined for anything else, or when its objects share nothing. */
export function toTable(
  value: unknown,
  rowsMax: number,
): { columns: readonly GridColumn[]; rows: readonly GridRow[]; total: number } | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const objects = value.slice(0, rowsMax)
  if (!objects.every((each) => typeof each === 'object' && each !== null && !Array.isArray(each))) return undefined
  const types = new Map<string, string>()
  for (const object of objects) {
    for (const [name, cell] of Object.entries(object)) {
      const type = typeOf(cell)
      const before = types.get(name)
      types.set(
        name,
        before === undefined || before === 'null' || before === type ? type : type === 'null' ? before : 'mixed',
      )
    }
  }
  const columns = [...types].slice(0, 200).map(([name, type]) => ({ name, type }))
  const rows = objects.map((object: Record<string, unknown>) => columns.map(({ name }) => object[name]))
  return { columns, rows, total: value.length }
}

function typeOf(cell: unknown): string {
  if (cell === null) return 'null'
  return Array.isArray(cell) ? 'list' : typeof cell
}

/** Numbers stand to the right. */
export function isNumeric(type: string): boolean {
  return /^(Nullable\(|LowCardinality\()*(U?Int\d+|Float\d+|Decimal|number|bigint)/.test(type)
}

export function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return 'NULL'
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}

const sampleRows = 120
const characterPx = 7.3
const widthMin = 72
const widthMax = 360

/** Pixels per column: as wide as its name, its type and the first rows ask, within bounds. */
export function columnWidths(columns: readonly GridColumn[], rows: readonly GridRow[]): readonly number[] {
  return columns.map(({ name, type }, index) => {
    let longest = Math.max(name.length + 2, type.length)
    for (const row of rows.slice(0, sampleRows)) longest = Math.max(longest, cellText(row[index]).slice(0, 80).length)
    return Math.round(Math.min(widthMax, Math.max(widthMin, longest * characterPx + 26)))
  })
}

export interface Order {
  readonly column: number
  readonly down: boolean
}

/** Indices of the rows in order: numbers by value, texts by their letters, nothing last either way. */
export function orderOf(rows: readonly GridRow[], order: Order | undefined): Uint32Array {
  const indices = Uint32Array.from({ length: rows.length }, (_, index) => index)
  if (order === undefined) return indices
  const { column, down } = order
  const sign = down ? -1 : 1
  return indices.sort((a, b) => {
    const left = rows[a]?.[column] ?? null
    const right = rows[b]?.[column] ?? null
    if (left === null || right === null) return left === right ? a - b : left === null ? 1 : -1
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right) || a - b
    const leftText = cellText(left)
    const rightText = cellText(right)
    return leftText < rightText ? -sign : leftText > rightText ? sign : a - b
  })
}
