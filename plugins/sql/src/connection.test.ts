import { expect, test } from 'vitest'
import { parseConnection } from './connection.ts'

test('a URL names the database, with the usual ports', () => {
  expect(parseConnection('postgres://ann:s%40crt@db.example.com/shop?sslmode=require', undefined)).toEqual({
    kind: 'postgres',
    host: 'db.example.com',
    port: 5432,
    user: 'ann',
    password: 's@crt',
    database: 'shop',
    tls: true,
    shown: 'postgres://db.example.com:5432/shop',
  })
  expect(parseConnection('mariadb://[::1]:3307', undefined)).toMatchObject({
    kind: 'mysql',
    host: '::1',
    port: 3307,
    tls: false,
  })
  expect(parseConnection('clickhouse+https://c.example.com/', undefined)).toMatchObject({
    kind: 'clickhouse',
    port: 8443,
    tls: true,
  })
})

test('the password beside the URL wins over the one in it', () => {
  expect(parseConnection('mysql://ann:old@db/shop', 'new').password).toBe('new')
})

test.each([
  ['', 'is not the address of a database'],
  ['db.example.com', 'is not the address of a database'],
  ['postgres://', 'is not the address of a database'],
  ['mongodb://ann:hunter2@db/shop', 'which begins with mongodb://,'],
  ['postgres://ann:hunter2@db/shop?sslmode=prefer', 'sslmode=prefer. Expected one of disable, require'],
  ['postgres://ann:hunter2@db/shop?options=-c', 'the parameter "options". Only sslmode'],
  ['clickhouse+http://ann:hunter2@db/?sslmode=require', 'for ClickHouse use clickhouse+https://'],
  ['postgres://ann:hunter2 @@@[', 'which begins with postgres://,'],
])('%j is refused, and its password not repeated', (connection, message) => {
  const parse = () => parseConnection(connection, undefined)
  expect(parse).toThrow(message)
  expect(parse).not.toThrow('hunter2')
})
