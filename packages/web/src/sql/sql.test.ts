import { expect, test } from 'vitest'
import { limits } from '../limits.ts'
import { axisOf, seriesOf, usualAxes } from './chart-series.ts'
import { toCsv } from './csv.ts'
import { readHistory, remember } from './history.ts'
import { hashOf, readHash } from './share.ts'
import { placeIn, statementAt } from './statement.ts'

const statement = (text: string) => {
  const position = text.indexOf('|')
  const clean = text.replace('|', '')
  const { from, to } = statementAt(clean, position)
  return clean.slice(from, to)
}

test('the statement around the cursor is run', () => {
  expect(statement('SELECT 1; SEL|ECT 2; SELECT 3')).toBe('SELECT 2')
  expect(statement('|SELECT 1;\nSELECT 2')).toBe('SELECT 1')
  expect(statement('SELECT 1;\n\n  SELECT 2|')).toBe('SELECT 2')
})

test('behind the last semicolon, the statement before it is meant', () => {
  expect(statement('SELECT 1; SELECT 2;\n|')).toBe('SELECT 2')
})

test('semicolons in texts and comments divide nothing', () => {
  expect(statement('SELECT \';\' -- a; b\n, "x;y" /* ; */ FROM |t')).toBe(
    'SELECT \';\' -- a; b\n, "x;y" /* ; */ FROM t',
  )
  expect(statement("SELECT 'it''s; \\';' |; SELECT 2")).toBe("SELECT 'it''s; \\';'")
})

test('nothing to run is an empty stretch', () => {
  expect(statement('|')).toBe('')
  expect(statement('  | \n')).toBe('')
})

test('the place of an error is read from its message', () => {
  expect(placeIn("Syntax error: failed at position 8 ('form') (line 1, col 8)")).toEqual({ line: 1, column: 8 })
  expect(placeIn('Unknown table')).toBeUndefined()
  expect(placeIn('line one, col two')).toBeUndefined()
})

test('a link carries the query and gives it back', () => {
  const sql = 'SELECT \'100 %\', "ü"\nFROM t -- #'
  expect(readHash(`#${hashOf(sql)}`)).toBe(sql)
})

test('a query too long for a link, and a hash that is none, are nothing', () => {
  expect(hashOf('x'.repeat(limits.linkCharactersMax))).toBeUndefined()
  expect(readHash('#other')).toBeUndefined()
  expect(readHash('#sql=%E0%A4%A')).toBeUndefined()
})

test('history keeps each query once, the newest first, and not without end', () => {
  const one = remember(remember([], { sql: 'a', at: 1, rows: 1 }), { sql: 'b', at: 2, rows: 2 })
  expect(remember(one, { sql: 'a', at: 3, rows: undefined }).map(({ sql, at }) => [sql, at])).toEqual([
    ['a', 3],
    ['b', 2],
  ])
  let many = one
  for (let index = 0; index < 300; index++) many = remember(many, { sql: `${index}`, at: index, rows: 0 })
  expect(many).toHaveLength(limits.historyLengthMax)
  expect(remember(one, { sql: '  ', at: 1, rows: 0 })).toBe(one)
})

test('a history that someone else wrote is left aside', () => {
  expect(readHistory('{')).toEqual([])
  expect(readHistory('{"a":1}')).toEqual([])
  expect(readHistory('[1, {"sql": 2}, {"sql":"a","at":1}]')).toEqual([{ sql: 'a', at: 1 }])
  expect(readHistory(undefined)).toEqual([])
})

test('CSV quotes what needs it and is no formula', () => {
  const columns = [
    { name: 'a,b', type: 'String' },
    { name: 'n', type: 'Int8' },
  ]
  expect(
    toCsv(columns, [
      ['say "x"', -1],
      ['=1+1', null],
      [{ k: [1] }, true],
      ['-5', 1e21],
    ]),
  ).toBe('"a,b",n\r\n"say ""x""",-1\r\n\'=1+1,\r\n"{""k"":[1]}",true\r\n-5,1e+21\r\n')
})

const columns = [
  { name: 'at', type: 'DateTime64(3)' },
  { name: 'place', type: 'String' },
  { name: 'mag', type: 'Nullable(Float64)' },
]

test('a chart begins with time across and a number up', () => {
  expect(usualAxes(columns)).toEqual({ x: 0, y: 2 })
  expect(usualAxes(columns.slice(1))).toEqual({ x: 0, y: 1 })
  expect(usualAxes(columns.slice(2))).toEqual({ x: 0, y: 0 })
  expect(usualAxes(columns.slice(0, 2))).toBeUndefined()
  expect(axisOf({ name: 'd', type: 'Nullable(Date)' })).toBe('time')
})

test('times without a zone are UTC, in order, and rows without one are left out', () => {
  const series = seriesOf(
    columns,
    [
      ['2025-03-14 00:00:01.500', 'b', 2],
      ['2025-03-14 00:00:00', 'a', '3.5'],
      [null, 'c', 1],
      ['soon', 'd', 1],
    ],
    0,
    2,
  )
  expect(series.x.map((at) => at - Date.UTC(2025, 2, 14) / 1000)).toEqual([0, 1.5])
  expect(series.y).toEqual([3.5, 2])
})

test('texts stand side by side in the order of the rows', () => {
  const series = seriesOf(
    columns,
    [
      ['', 'b', 2],
      ['', null, null],
    ],
    1,
    2,
  )
  expect(series).toMatchObject({ axis: 'category', x: [0, 1], y: [2, null], categories: ['b', 'NULL'] })
})
