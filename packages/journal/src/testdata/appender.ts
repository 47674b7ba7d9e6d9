// Appends without end from several callers at once, says what was acknowledged, and is killed while doing so.
// A line is `<caller> <number> <records> <first position>`: caller's call with that number was taken at that position.

import { systemClock } from '@millrace/stdx'
import { openFileJournal } from '../file.ts'
import { crashStream } from './crash-stream.ts'

const [directory = '', round = '0'] = process.argv.slice(2)
const journal = await openFileJournal({ directory, clock: systemClock })
await journal.ensureStream(crashStream)
await journal.consume(
  { stream: 'crash', name: 'reader', batchMax: 50, inFlightMax: 200, ackWaitMs: 30_000 },
  async (batch, acks) => acks.ack(batch),
)

async function callForEver(caller: string): Promise<never> {
  for (let number = 0; ; number++) {
    const count = 1 + (number % 4)
    const records = Array.from({ length: count }, (_, part) => ({
      subject: `crash.${caller}`,
      headers: { call: `${round}-${caller}-${number}`, part: `${part}/${count}` },
      body: Buffer.alloc(10 + ((number * 37) % 3000), number % 256),
    }))
    const [first] = await journal.append(records)
    process.stdout.write(`${caller} ${number} ${count} ${first}\n`)
  }
}

await Promise.all(['a', 'b', 'c', 'd', 'e'].map(callForEver))
