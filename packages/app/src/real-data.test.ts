// Real data over real HTTP, with the faults of the real world: paging, 503s, a slow route. What the platform says is held
// against the same figures computed here without it.

import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestPlatform, type TestPlatform } from './test-platform.ts'

const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))
const pageSize = 250
const header = 'apiVersion: millrace.io/v1\nkind: Playbook\n'

interface Feature {
  readonly properties: { readonly mag: number | null; readonly place: string; readonly time: number }
}

/** Quakes page by page; page 3 answers 503 twice before it answers; `/slow` takes its time; files as they are. */
function serveData(features: readonly Feature[]): Server {
  let refusals = 2
  const json = (response: ServerResponse, body: unknown) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const page = Number(url.searchParams.get('page') ?? 0)
    if (url.pathname === '/quakes' && page === 3 && refusals-- > 0) return void response.writeHead(503).end('busy')
    if (url.pathname === '/quakes') {
      const end = (page + 1) * pageSize
      return void json(response, {
        features: features.slice(page * pageSize, end),
        next: end < features.length ? page + 1 : null,
      })
    }
    if (url.pathname === '/slow') return void setTimeout(() => json(response, { slow: true }), 300)
    response.setHeader('content-type', 'text/plain').end(readFileSync(`${data}${url.pathname.slice(1)}`))
  })
}

describe.runIf(existsSync(data))('real data', () => {
  const features = existsSync(data)
    ? (JSON.parse(readFileSync(`${data}earthquakes.json`, 'utf8')) as { features: Feature[] }).features
    : []
  let house: TestPlatform
  let server: Server
  let base: string
  beforeAll(async () => {
    house = await startTestPlatform()
    server = serveData(features)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server?.close()
    await house?.stop()
  })

  test('a week of earthquakes: paged, retried, filtered, computed in Python, written and summed', async () => {
    const run = await house.run(
      `${header}
metadata: { name: week-of-quakes }
inputs: { base: { type: string }, magnitudeMin: { type: number, default: 1 } }
tasks:
  fetch:
    steps:
      - id: get
        plugin: http
        with: { url: "{{ inputs.base & '/quakes' }}", query: { page: 0 }, expect: json }
        paginate: { next: "{{ output.body.next }}", into: query.page, pagesMax: 20, collect: "{{ output.body.features }}" }
        retry: { attempts: 5, delay: 10ms }
  slow: { steps: [{ id: get, plugin: http, with: { url: "{{ inputs.base & '/slow' }}" } }] }
  shape:
    needs: [fetch, slow]
    steps:
      - id: pick
        plugin: transform
        with: { value: "{{ tasks.fetch.output.properties[mag >= $$.inputs.magnitudeMin].{ 'mag': mag, 'place': place, 'at': time }[] }}" }
  score:
    needs: [shape]
    forEach: { in: "{{ tasks.shape.output }}", as: quakes, batch: 100, concurrency: 4 }
    steps:
      - id: energy
        plugin: python
        with:
          input: { quakes: "{{ quakes }}" }
          code: |
            def main(quakes):
                return [{**q, "joules": 10 ** (4.8 + 1.5 * q["mag"])} for q in quakes]
  load:
    needs: [score]
    steps: [{ id: write, plugin: dataset.write, with: { dataset: week_quakes, events: "{{ tasks.score.output }}" } }]
outputs: { stored: "{{ tasks.load.output.stored }}" }
`,
      { base },
    )
    expect(run.error).toBeUndefined()
    const wanted = features.map((it) => it.properties).filter((it) => it.mag !== null && it.mag >= 1)
    expect(run.outputs).toEqual({ stored: wanted.length })
    const [[count, sum, top]] = (await house.rows('SELECT count(), sum(mag), max(joules) FROM week_quakes')) as [
      [number, number, number],
    ]
    expect(count).toBe(wanted.length)
    expect(sum).toBeCloseTo(
      wanted.reduce((total, it) => total + (it.mag ?? 0), 0),
      6,
    )
    const strongest = Math.max(...wanted.map((it) => it.mag ?? 0))
    expect(top / 10 ** (4.8 + 1.5 * strongest)).toBeCloseTo(1, 9)
  })

  test('ten thousand bird strikes: a CSV with dates, money and gaps', async () => {
    const run = await house.run(
      `${header}
metadata: { name: bird-strikes }
inputs: { base: { type: string } }
tasks:
  fetch: { steps: [{ id: get, plugin: http, with: { url: "{{ inputs.base & '/birdstrikes.csv' }}", expect: text } }] }
  parse:
    needs: [fetch]
    steps:
      - id: rows
        plugin: python
        with:
          input: { text: "{{ tasks.fetch.output.body }}" }
          code: |
            import csv, io
            def number(text):
                return float(text.replace(",", "")) if text.strip() else None
            def main(text):
                return [{"airport": r["Airport Name"], "on": r["Flight Date"], "cost": number(r["Cost Total $"]),
                         "speed": number(r["Speed IAS in knots"]), "size": r["Wildlife Size"] or None}
                        for r in csv.DictReader(io.StringIO(text))]
  load:
    needs: [parse]
    steps: [{ id: write, plugin: dataset.write, with: { dataset: strikes, events: "{{ tasks.parse.output }}" } }]
outputs: { stored: "{{ tasks.load.output.stored }}" }
`,
      { base },
    )
    expect(run.error).toBeUndefined()
    const rows = parseCsv(readFileSync(`${data}birdstrikes.csv`, 'utf8'))
    expect(run.outputs).toEqual({ stored: rows.length })
    const [[count, cost, gaps, first, last]] = (await house.rows(
      'SELECT count(), sum(cost), countIf(speed IS NULL), min(toString(on)), max(toString(on)) FROM strikes',
    )) as [[number, number, number, string, string]]
    const dates = rows.map((row) => row['Flight Date'] ?? '').sort()
    expect(count).toBe(rows.length)
    expect(cost).toBe(
      rows.reduce((total, row) => total + Number((row['Cost Total $'] ?? '').replaceAll(',', '') || 0), 0),
    )
    expect(gaps).toBe(rows.filter((row) => (row['Speed IAS in knots'] ?? '').trim() === '').length)
    expect([first.slice(0, 10), last.slice(0, 10)]).toEqual([dates[0], dates.at(-1)])
  })

  test('two thousand lines of an SSH log, parsed by a Node step', async () => {
    const run = await house.run(
      `${header}
metadata: { name: ssh-log }
inputs: { base: { type: string } }
tasks:
  fetch: { steps: [{ id: get, plugin: http, with: { url: "{{ inputs.base & '/OpenSSH_2k.log' }}", expect: text } }] }
  parse:
    needs: [fetch]
    steps:
      - id: lines
        plugin: node
        with:
          input: { text: "{{ tasks.fetch.output.body }}" }
          code: |
            function main({ text }) {
              return text.split('\\n').map((line) => line.trimEnd()).filter((line) => line !== '').map((line) => {
                const found = /^(\\w+ +\\d+ [\\d:]+) (\\S+) sshd\\[(\\d+)\\]: (.*)$/.exec(line)
                return { at: found[1], host: found[2], pid: Number(found[3]), message: found[4], failed: found[4].startsWith('Failed password') }
              })
            }
  load:
    needs: [parse]
    steps: [{ id: write, plugin: dataset.write, with: { dataset: ssh, events: "{{ tasks.parse.output }}" } }]
outputs: { stored: "{{ tasks.load.output.stored }}" }
`,
      { base },
    )
    expect(run.error).toBeUndefined()
    const lines = readFileSync(`${data}OpenSSH_2k.log`, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
    expect(run.outputs).toEqual({ stored: lines.length })
    const [[count, failed, pids]] = (await house.rows('SELECT count(), countIf(failed), uniqExact(pid) FROM ssh')) as [
      [number, number, number],
    ]
    expect(count).toBe(lines.length)
    expect(failed).toBe(lines.filter((line) => /: Failed password/.test(line)).length)
    expect(pids).toBe(new Set(lines.map((line) => /sshd\[(\d+)\]/.exec(line)?.[1])).size)
  })
})

/** Quoted fields with commas and doubled quotes; no quoted newlines in this file. */
function parseCsv(text: string): Record<string, string>[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  const fields = (line: string) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((it) => (it[1] ?? it[2] ?? '').replaceAll('""', '"'))
  const head = fields(lines[0] ?? '')
  return lines.slice(1).map((line) => Object.fromEntries(fields(line).map((value, i) => [head[i] ?? '', value])))
}
