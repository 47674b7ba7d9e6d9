// Inserts without end, says what was committed, and is killed while doing so. A line is `<round> <number> <rows>`.

import { openPglite } from '../pglite.ts'

const [directory = '', round = '0'] = process.argv.slice(2)
const store = await openPglite({ directory })
await store.script('CREATE TABLE IF NOT EXISTS fact (round int8, number int8, part int8, filler text)')

async function single(from: number): Promise<never> {
  for (let number = from; ; number += 2) {
    await store.query('INSERT INTO fact VALUES ($1, $2, 0, $3)', [Number(round), number, 'x'.repeat(number % 500)])
    process.stdout.write(`${round} ${number} 1\n`)
  }
}

async function grouped(from: number): Promise<never> {
  for (let number = from; ; number += 2) {
    await store.transaction(async (sql) => {
      for (let part = 0; part < 3; part++) {
        await sql.query('INSERT INTO fact VALUES ($1, $2, $3, NULL)', [Number(round), number, part])
      }
    })
    process.stdout.write(`${round} ${number} 3\n`)
  }
}

await Promise.all([single(0), grouped(1)])
