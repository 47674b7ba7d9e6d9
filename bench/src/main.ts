// `npm run bench [-- <pattern>] [--json]`: measures, and prints a table for people or one JSON object a row.

import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@millrace/e2e/servers/postgres'
import { messageOf } from '@millrace/stdx'
import { fanOut } from './fan-out.ts'
import { latency } from './latency.ts'
import { live } from './live.ts'
import { python } from './python.ts'
import { type Bench, meets, type Row } from './row.ts'
import { runs } from './runs.ts'
import { start } from './start.ts'

const benches: readonly Bench[] = [start, latency, live, runs, fanOut, python]

async function main(args: readonly string[]): Promise<number> {
  const json = args.includes('--json')
  const pattern = new RegExp(args.find((arg) => !arg.startsWith('-')) ?? '', 'i')
  const chosen = benches.filter((bench) => pattern.test(bench.name))
  if (chosen.length === 0) {
    process.stderr.write(`No benchmark fits; there are ${benches.map((bench) => bench.name).join(', ')}.\n`)
    return 2
  }
  const directory = await mkdtemp(join(tmpdir(), 'millrace-bench-'))
  const server = await startPostgres().catch((cause: unknown) => {
    process.stderr.write(`Without PostgreSQL (${messageOf(cause)}): its rows and the peer's are left out.\n`)
    return undefined
  })
  const say = json
    ? (row: Row) => process.stdout.write(`${JSON.stringify(row)}\n`)
    : (row: Row) => process.stdout.write(`${lineOf(row)}\n`)
  if (!json)
    process.stdout.write(
      `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n\n`,
    )
  try {
    for (const bench of chosen) {
      for await (const row of bench.measure({ directory, postgres: server?.address })) say(row)
    }
    return 0
  } finally {
    await server?.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

function lineOf(row: Row): string {
  const value = row.value >= 100 ? row.value.toFixed(0) : row.value.toFixed(2)
  const target =
    row.target === undefined
      ? ''
      : `  ${meets(row) === true ? '✓' : '✗'} target ${row.unit.endsWith('/s') ? '≥' : '≤'} ${row.target}`
  const near =
    row.beside === undefined
      ? ''
      : `  ${(row.ratio ?? 0).toFixed(1)} × ${row.beside.name} (${row.beside.value.toFixed(row.beside.value >= 100 ? 0 : 2)})`
  return `${row.name.padEnd(76)} ${value.padStart(9)} ${row.unit.padEnd(7)}${target}${near}`
}

process.exitCode = await main(process.argv.slice(2))
// Native threads of the embedded stores may outlive their last query.
process.exit()
