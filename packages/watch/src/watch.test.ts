import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Journal } from '@millrace/journal'
import { openMemoryJournal } from '@millrace/journal/memory'
import type { Olap } from '@millrace/olap'
import { openChdb } from '@millrace/olap/chdb'
import { idTimed, MillraceError, quietLogger, seededRandom, systemClock } from '@millrace/stdx'
import { migrate, type Store } from '@millrace/store'
import { openPglite } from '@millrace/store/pglite'
import { decodeLogs, encodeLogs, encodeSpans, type LogRecord, type Span } from '@millrace/telemetry'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createWatch, type Watch, watchMigrations } from './index.ts'

let directory: string
let store: Store
let olap: Olap

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-watch-'))
  store = await openPglite({ directory: join(directory, 'store') })
  await migrate(store, watchMigrations)
  olap = await openChdb({ directory: join(directory, 'olap') })
})

afterAll(async () => {
  await olap.close()
  await store.close()
  await rm(directory, { recursive: true })
})

// Near the real time, because ClickHouse drops by its own clock what is past its keeping.
const start = Date.now() - 3600_000
const runId = idTimed('run', start, seededRandom(1))

function line(body: string, more: Partial<LogRecord> = {}): LogRecord {
  return {
    atMs: start,
    severity: 'info',
    body,
    attributes: { 'millrace.run.id': runId, 'millrace.task': 'fetch', 'millrace.step': 'get', 'millrace.attempt': 1 },
    ...more,
  }
}

async function watching(
  journal: Journal,
  work: (watch: Watch) => Promise<void>,
  over: { olap?: Olap; environments?: string[] } = {},
): Promise<void> {
  const watch = createWatch({
    store,
    journal,
    olap: over.olap ?? olap,
    clock: systemClock,
    logger: quietLogger,
    environments: over.environments ?? [],
  })
  await watch.start()
  try {
    await work(watch)
  } finally {
    await watch.stop()
  }
}

const memory = () => openMemoryJournal({ clock: systemClock })
const soon = { timeout: 10_000, interval: 10 }

async function bodies(watch: Watch, environment: string): Promise<readonly string[]> {
  return (await watch.logs({ environment, runId, limit: 1000 })).items.map((item) => item.text)
}

test('a line is read back as it was written, under the id it had in the journal', async () => {
  const journal = memory()
  const records = encodeLogs('dev', [line('hello Ω', { severity: 'warn', traceId: 'a'.repeat(32) }), line('again')])
  await watching(journal, async (watch) => {
    await journal.append(records)
    await vi.waitFor(async () => expect(await bodies(watch, 'dev')).toHaveLength(2), soon)
    const { items, next } = await watch.logs({ environment: 'dev', runId, limit: 10 })
    expect(items[0]).toMatchObject({
      text: 'hello Ω',
      at: start,
      severity: 'warn',
      task: 'fetch',
      step: 'get',
      item: undefined,
      attempt: 1,
      traceId: 'a'.repeat(32),
    })
    expect(items.map((item) => item.id)).toEqual(decodeLogs(records[0]?.body ?? new Uint8Array()).map((log) => log.id))
    expect(next).toBeUndefined()
  })
})

test('pages join without a gap or a repetition, though lines share an instant and a text', async () => {
  const journal = memory()
  const lines = Array.from({ length: 40 }, (_, i) => line(i % 4 === 0 ? 'same' : `line ${i}`))
  await watching(journal, async (watch) => {
    // Separate appends give several lines the very same nanosecond.
    for (const one of lines) await journal.append(encodeLogs('pages', [one]))
    await vi.waitFor(async () => expect(await bodies(watch, 'pages')).toHaveLength(40), soon)
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await watch.logs({
        environment: 'pages',
        runId,
        limit: 7,
        ...(after === undefined ? {} : { after }),
      })
      seen.push(...page.items.map((item) => item.text))
      after = page.next
    } while (after !== undefined)
    expect(seen.sort()).toEqual(lines.map((one) => one.body).sort())
  })
})

test('lines are found by text, severity, task and item, and those of other runs stay away', async () => {
  const journal = memory()
  const attributes = { ...line('').attributes, 'millrace.task': 'load', 'millrace.item': 3 }
  await watching(journal, async (watch) => {
    await journal.append(
      encodeLogs('search', [
        line('Connection REFUSED by peer', { severity: 'error' }),
        line('retrying'),
        line('of an item', { attributes }),
        line('of another run', { attributes: { ...attributes, 'millrace.run.id': `${runId}X` } }),
      ]),
    )
    await vi.waitFor(async () => expect(await bodies(watch, 'search')).toHaveLength(3), soon)
    const texts = async (query: object) =>
      (await watch.logs({ environment: 'search', runId, limit: 10, ...query })).items.map((item) => item.text)
    expect(await texts({ search: 'refused' })).toEqual(['Connection REFUSED by peer'])
    expect(await texts({ search: "' OR 1=1 --" })).toEqual([])
    expect(await texts({ severityMin: 'warn' })).toEqual(['Connection REFUSED by peer'])
    expect(await texts({ task: 'load' })).toEqual(['of an item'])
    expect(await texts({ item: 3 })).toEqual(['of an item'])
    expect(await texts({ item: 4 })).toEqual([])
  })
})

test('a trace is read in order, a span told twice is shown once, and pages follow each other', async () => {
  const journal = memory()
  const span = (i: number): Span => ({
    traceId: 'b'.repeat(32),
    spanId: i.toString(16).padStart(16, '0'),
    ...(i === 0 ? {} : { parentSpanId: '0'.repeat(16) }),
    name: `step ${i}`,
    startMs: start + i,
    endMs: start + i + 2.5,
    resource: { 'service.name': 'millrace' },
    status: { code: i === 2 ? 'error' : 'ok' },
    events: [{ atMs: start + i, name: 'retry', attributes: { attempt: 1 } }],
  })
  await watching(journal, async (watch) => {
    await journal.append(encodeSpans('dev', [span(2), span(0), span(1)]))
    await journal.append(encodeSpans('dev', [span(1)]))
    const read = (after?: string) =>
      watch.spans({ environment: 'dev', traceId: 'b'.repeat(32), limit: 2, ...(after === undefined ? {} : { after }) })
    await vi.waitFor(async () => expect((await read()).next).toBeDefined(), soon)
    const first = await read()
    expect(first.items.map((one) => one.name)).toEqual(['step 0', 'step 1'])
    expect(first.items[1]).toMatchObject({ startMs: start + 1, endMs: start + 3.5, parentSpanId: '0'.repeat(16) })
    const second = await read(first.next)
    expect(second.items.map((one) => [one.name, one.status?.code])).toEqual([['step 2', 'error']])
    expect(second.next).toBeUndefined()
  })
})

test('a crash between insert and acknowledgement stores nothing twice and loses nothing', async () => {
  const journal = memory()
  let inserts = 0
  let crashed: () => void = () => undefined
  const crash = new Promise<void>((resolve) => {
    crashed = resolve
  })
  const dying: Olap = {
    ...olap,
    async insertBytes(table, bytes, token) {
      await olap.insertBytes(table, bytes, token)
      inserts++
      crashed()
      throw new MillraceError('olap.unreachable', 'busy', 'the process is gone')
    },
  }
  await watching(
    journal,
    async () => {
      await journal.append(encodeLogs('crash', [line('one'), line('two')]))
      await crash
    },
    { olap: dying },
  )
  expect(inserts).toBeGreaterThan(0)
  await watching(journal, async (watch) => {
    await journal.append(encodeLogs('crash', [line('three')]))
    await vi.waitFor(async () => {
      const { consumers } = await journal.status('telemetry')
      expect(consumers.map((one) => one.pending + one.inFlight)).toEqual([0])
    }, soon)
    expect([...(await bodies(watch, 'crash'))].sort()).toEqual(['one', 'three', 'two'])
  })
  const { rows } = await olap.query('SELECT count() FROM crash.otel_logs', {
    limits: { timeMsMax: 1000, rowsMax: 1, memoryBytesMax: 1e8, resultBytesMax: 1e4 },
  })
  expect(rows).toEqual([[3]])
})

test('signals wait while ClickHouse is away and are stored when it is back', async () => {
  const journal = memory()
  let away = 2
  const flaky: Olap = {
    ...olap,
    async insertBytes(table, bytes, token) {
      if (away-- > 0) throw new MillraceError('olap.unreachable', 'busy', 'connection refused')
      await olap.insertBytes(table, bytes, token)
    },
  }
  await watching(
    journal,
    async (watch) => {
      await journal.append(encodeLogs('away', [line('patient')]))
      await vi.waitFor(async () => expect(await bodies(watch, 'away')).toEqual(['patient']), soon)
    },
    { olap: flaky },
  )
})

test('a line that ClickHouse refuses is kept as a reject, and its neighbours are stored', async () => {
  const journal = memory()
  const good = encodeLogs('poison', [line('before'), line('after')]).map((record) => record.body)
  const bad = Buffer.from('{"Timestamp":"yesterday","Body":"poison"}\n')
  const body = Buffer.concat([...good, bad])
  await watching(journal, async (watch) => {
    await journal.append([
      { subject: 'telemetry.poison.log', body },
      { subject: 'telemetry.poison.unknown', body: Buffer.from('?') },
      { subject: 'telemetry.Bad_Name.log', body },
    ])
    await vi.waitFor(async () => {
      const { consumers } = await journal.status('telemetry')
      expect(consumers.map((one) => one.pending + one.inFlight)).toEqual([0])
    }, soon)
    expect([...(await bodies(watch, 'poison'))].sort()).toEqual(['after', 'before'])
  })
  const { rows } = await olap.query('SELECT Table, Line FROM poison.otel_rejects', {
    limits: { timeMsMax: 1000, rowsMax: 10, memoryBytesMax: 1e8, resultBytesMax: 1e4 },
  })
  expect(rows).toEqual([['otel_logs', '{"Timestamp":"yesterday","Body":"poison"}']])
})

test('an environment that nobody wrote to is empty, and a cursor from elsewhere is refused', async () => {
  await watching(
    memory(),
    async (watch) => {
      expect(await watch.logs({ environment: 'nobody', limit: 10 })).toEqual({ items: [], next: undefined })
      expect(await watch.spans({ environment: 'nobody', traceId: 'c'.repeat(32), limit: 10 })).toEqual({
        items: [],
        next: undefined,
      })
      for (const after of ['', 'x', '1-2', "1-2-3'; DROP", `1-${2 ** 40}-1`]) {
        await expect(watch.logs({ environment: 'dev', after, limit: 1 })).rejects.toMatchObject({
          code: 'watch.cursor_invalid',
        })
      }
      await expect(watch.logs({ environment: 'dev', search: 'x'.repeat(2000), limit: 1 })).rejects.toMatchObject({
        code: 'watch.search_invalid',
      })
      // Named at the start: its tables are there before its first signal.
      const { rows } = await olap.query('SHOW TABLES', {
        databases: ['eu_prod'],
        limits: { timeMsMax: 1000, rowsMax: 100, memoryBytesMax: 1e8, resultBytesMax: 1e5 },
      })
      expect(rows.map((row) => row[0])).toContain('otel_logs')
    },
    { environments: ['eu-prod'] },
  )
})
