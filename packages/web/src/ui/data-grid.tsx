// A table of any size: only what is in sight is drawn, in both directions. Arrow keys move, Ctrl-C copies the cell.

import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { classNames } from './class-names.ts'
import { cellText, columnWidths, type GridColumn, type GridRow, isNumeric, type Order, orderOf } from './grid-table.ts'

const rowHeight = 28
const headerHeight = 44
const numberWidth = 64

interface DataGridProps {
  readonly label: string
  readonly columns: readonly GridColumn[]
  readonly rows: readonly GridRow[]
}

interface Cell {
  readonly row: number
  readonly column: number
}

export function DataGrid({ label, columns, rows }: DataGridProps) {
  const id = useId()
  const [order, setOrder] = useState<Order>()
  const [cell, setCell] = useState<Cell>()
  const indices = useMemo(() => orderOf(rows, order), [rows, order])
  const { scroller, down, across } = useVirtualGrid(columns, rows)
  const press = (event: KeyboardEvent) => {
    const next = moved(event, cell, { rows: rows.length, columns: columns.length })
    if (next !== undefined) {
      event.preventDefault()
      setCell(next)
      down.scrollToIndex(next.row)
      across.scrollToIndex(next.column)
    } else if (asksToCopy(event) && cell !== undefined) {
      void navigator.clipboard?.writeText(cellText(rows[indices[cell.row] ?? -1]?.[cell.column]))
    }
  }
  const shown = across.getVirtualItems()
  const width = numberWidth + across.getTotalSize()
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={cell === undefined ? undefined : `${id}-${cell.row}-${cell.column}`}
      tabIndex={0}
      onKeyDown={press}
      className="relative h-full min-h-0 overflow-auto bg-surface font-mono text-xs -outline-offset-2"
    >
      <HeaderRow columns={columns} shown={shown} width={width} order={order} onOrder={setOrder} />
      <div role="rowgroup" className="relative" style={{ height: down.getTotalSize(), width }}>
        {down.getVirtualItems().map(({ index, start }) => (
          <BodyRow
            key={index}
            id={`${id}-${index}`}
            index={index}
            number={indices[index] ?? 0}
            row={rows[indices[index] ?? -1] ?? []}
            columns={columns}
            shown={shown}
            top={start}
            width={width}
            chosen={cell?.row === index ? cell.column : undefined}
            onChoose={(column) => setCell({ row: index, column })}
          />
        ))}
      </div>
    </div>
  )
}

function useVirtualGrid(columns: readonly GridColumn[], rows: readonly GridRow[]) {
  const scroller = useRef<HTMLDivElement>(null)
  const widths = useMemo(() => columnWidths(columns, rows), [columns, rows])
  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: headerHeight,
  })
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => widths[index] ?? 100,
    overscan: 2,
    scrollPaddingStart: numberWidth,
  })
  useEffect(() => {
    if (widths.length > 0) across.measure()
  }, [widths, across])
  return { scroller, down, across }
}

function asksToCopy(event: KeyboardEvent): boolean {
  // A stretch of text that someone has marked is copied by the browser.
  return event.key === 'c' && (event.ctrlKey || event.metaKey) && getSelection()?.isCollapsed !== false
}

interface Shown {
  readonly index: number
  readonly start: number
  readonly size: number
}

interface BodyRowProps {
  readonly id: string
  readonly index: number
  /** Its place in the result, whatever the order. */
  readonly number: number
  readonly row: GridRow
  readonly columns: readonly GridColumn[]
  readonly shown: readonly Shown[]
  readonly top: number
  readonly width: number
  readonly chosen: number | undefined
  readonly onChoose: (column: number) => void
}

function BodyRow({ id, index, number, row, columns, shown, top, width, chosen, onChoose }: BodyRowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="absolute left-0 border-b border-line/70 hover:bg-hover"
      style={{ height: rowHeight, width, transform: `translateY(${top}px)` }}
    >
      <span
        role="rowheader"
        aria-colindex={1}
        className="numeric sticky left-0 z-[1] inline-block h-full border-r border-line bg-sunken pr-2 text-right leading-7 text-ink-3"
        style={{ width: numberWidth }}
      >
        {number + 1}
      </span>
      {shown.map((column) => (
        <CellView
          key={column.index}
          id={`${id}-${column.index}`}
          value={row[column.index]}
          column={column.index}
          left={numberWidth + column.start}
          width={column.size}
          right={isNumeric(columns[column.index]?.type ?? '')}
          chosen={chosen === column.index}
          onChoose={() => onChoose(column.index)}
        />
      ))}
    </div>
  )
}

function HeaderRow({
  columns,
  shown,
  width,
  order,
  onOrder,
}: {
  readonly columns: readonly GridColumn[]
  readonly shown: readonly Shown[]
  readonly width: number
  readonly order: Order | undefined
  readonly onOrder: (order: Order | undefined) => void
}) {
  const next = (column: number): Order | undefined =>
    order?.column !== column ? { column, down: false } : order.down ? undefined : { column, down: true }
  return (
    <div role="rowgroup" className="sticky top-0 z-[2]" style={{ width, height: headerHeight }}>
      <div role="row" aria-rowindex={1} className="relative h-full border-b border-line-strong bg-sunken">
        <span
          role="columnheader"
          aria-colindex={1}
          className="sticky left-0 z-[1] inline-block h-full border-r border-line bg-sunken"
          style={{ width: numberWidth }}
        >
          <span className="sr-only">Row</span>
        </span>
        {shown.map(({ index, start, size }) => {
          const column = columns[index]
          const sorted = order?.column === index ? (order.down ? 'descending' : 'ascending') : 'none'
          return column === undefined ? null : (
            <span
              key={index}
              role="columnheader"
              aria-colindex={index + 2}
              aria-sort={sorted}
              className="absolute top-0 h-full"
              style={{ left: numberWidth + start, width: size }}
            >
              <button
                type="button"
                tabIndex={-1}
                title={`${column.name} ${column.type}`}
                onClick={() => onOrder(next(index))}
                className={classNames(
                  'flex size-full flex-col justify-center px-2.5 hover:bg-hover',
                  isNumeric(column.type) ? 'items-end' : 'items-start',
                )}
              >
                <span className="flex max-w-full items-center gap-1 text-ink">
                  <span className="truncate">{column.name}</span>
                  {sorted === 'none' ? null : sorted === 'ascending' ? <ArrowUp size={11} /> : <ArrowDown size={11} />}
                </span>
                <span className="max-w-full truncate text-ink-3">{column.type}</span>
              </button>
            </span>
          )
        })}
      </div>
    </div>
  )
}

interface CellViewProps {
  readonly id: string
  readonly value: unknown
  readonly column: number
  readonly left: number
  readonly width: number
  readonly right: boolean
  readonly chosen: boolean
  readonly onChoose: () => void
}

function CellView({ id, value, column, left, width, right, chosen, onChoose }: CellViewProps) {
  const nothing = value === null || value === undefined
  return (
    <span
      id={id}
      role="gridcell"
      aria-colindex={column + 2}
      aria-selected={chosen}
      tabIndex={-1}
      onMouseDown={onChoose}
      className={classNames(
        'numeric absolute top-0 truncate px-2.5 leading-7',
        right && 'text-right',
        nothing ? 'text-ink-3 italic' : 'text-ink',
        chosen && 'ring-2 ring-focus ring-inset',
      )}
      style={{ left, width, height: rowHeight }}
    >
      {cellText(value).slice(0, 400)}
    </span>
  )
}

function moved(
  event: KeyboardEvent,
  from: Cell | undefined,
  size: { rows: number; columns: number },
): Cell | undefined {
  const steps: Record<string, readonly [number, number]> = {
    ArrowDown: [1, 0],
    ArrowUp: [-1, 0],
    ArrowRight: [0, 1],
    ArrowLeft: [0, -1],
    PageDown: [20, 0],
    PageUp: [-20, 0],
    Home: [0, -size.columns],
    End: [0, size.columns],
  }
  const step = steps[event.key]
  if (step === undefined || size.rows === 0 || size.columns === 0) return undefined
  if (from === undefined) return { row: 0, column: 0 }
  const bounded = (value: number, most: number) => Math.min(most - 1, Math.max(0, value))
  return { row: bounded(from.row + step[0], size.rows), column: bounded(from.column + step[1], size.columns) }
}
