import { expect, test } from 'vitest'
import * as clickhouse from './clickhouse-value.ts'
import { decimal, float32, integer } from './number.ts'
import * as postgres from './postgres-value.ts'

test('numbers that a double holds exactly are numbers, the others stay text', () => {
  expect(integer('9007199254740991')).toBe(9007199254740991)
  expect(integer('9007199254740992')).toBe('9007199254740992')
  expect(integer('-9007199254740993')).toBe('-9007199254740993')
  expect(decimal('0.10')).toBe(0.1)
  expect(decimal('-000123456789.123456')).toBe(-123456789.123456)
  expect(decimal('1234567890.1234567')).toBe('1234567890.1234567')
  expect(decimal('NaN')).toBeNull()
  expect(decimal('-Infinity')).toBeNull()
  expect(float32(Math.fround(0.1))).toBe(0.1)
  expect(float32(Math.fround(16777217))).toBe(16777216)
  expect(float32(Number.POSITIVE_INFINITY)).toBeNull()
})

test('ClickHouse quotes its wide integers and decimals, inside of lists and maps, too', () => {
  expect(clickhouse.valueOf('42', 'Nullable(UInt64)')).toBe(42)
  expect(clickhouse.valueOf('18446744073709551615', 'UInt64')).toBe('18446744073709551615')
  expect(clickhouse.valueOf('1.50', 'Decimal(18, 2)')).toBe(1.5)
  expect(clickhouse.valueOf(['1', null], 'Array(Nullable(Int64))')).toEqual([1, null])
  expect(clickhouse.valueOf({ a: ['1'] }, 'Map(String, Array(UInt64))')).toEqual({ a: [1] })
  expect(clickhouse.valueOf('42', 'LowCardinality(String)')).toBe('42')
})

test('lists for ClickHouse are written in its own notation, and cannot break out of it', () => {
  expect(clickhouse.parameterOf([1, null, true])).toBe('[1,NULL,true]')
  expect(clickhouse.parameterOf(["it's", 'a\\b', "'], 1) --"])).toBe("['it''s','a\\b','''], 1) --']")
  expect(clickhouse.parameterOf({ a: [1] })).toBe("{'a':[1]}")
  expect(clickhouse.parameterOf('plain')).toBe('plain')
  expect(clickhouse.escapedOf('a\tb\\\nc')).toBe('a\\tb\\\\\\nc')
  expect(clickhouse.escapedOf(null)).toBe('\\N')
})

test('for PostgreSQL a list of plain values is an array, anything with a mapping JSON', () => {
  expect(postgres.parameterOf([1, [2, null]])).toEqual([1, [2, null]])
  expect(postgres.parameterOf([{ a: 1 }])).toBe('[{"a":1}]')
  expect(postgres.parameterOf({ a: 1 })).toBe('{"a":1}')
  expect(postgres.parameterOf('x')).toBe('x')
})

test('PostgreSQL types have names', () => {
  expect([20, 1016, 3802, 99999].map(postgres.typeName)).toEqual(['int8', 'int8[]', 'jsonb', 'oid 99999'])
})
