import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { migrate } from './index.ts'
import { openPglite } from './pglite.ts'

test('quick', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-pglite-'))
  const t0 = performance.now()
  let store = await openPglite({ directory, templateDirectory: '/tmp/pgb/template' })
  console.log('open', performance.now() - t0)
  await migrate(store, [{ room: 'a', version: 1, name: 'one', script: 'create schema a; create table a.t(id int8, b text, at timestamptz, j jsonb, d bytea, n numeric, ts text[])' }])
  await migrate(store, [{ room: 'a', version: 1, name: 'one', script: 'create schema a; create table a.t(id int8, b text, at timestamptz, j jsonb, d bytea, n numeric, ts text[])' }])
  console.log(await store.query('insert into a.t values ($1,$2,$3,$4,$5,$6,$7) returning *', [5, 'x', new Date(), JSON.stringify({ a: 1 }), new Uint8Array([1, 2]), '1.50', ['a', null, 'q"\\,{}']]))
  await expect(store.query('select $1::int', ['hello'])).rejects.toThrow('x')
}, 60000)
