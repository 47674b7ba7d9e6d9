// A run's history is data: its spans and lines are rows of the standard tables, joined by SQL with what it wrote; and
// secrets are in none of them.

import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestPlatform, type TestPlatform } from './test-platform.ts'

const secret = 'hunter2-är-geheim/+'
const header = 'apiVersion: millrace.io/v1\nkind: Playbook\n'

let house: TestPlatform
beforeAll(async () => {
  house = await startTestPlatform({ MILLRACE_SECRET_PAGER_TOKEN: secret })
})
afterAll(() => house?.stop())

/** Telemetry arrives within a fraction of a second; this waits for it, bounded. */
async function rowsOnce(sql: string, enough: (rows: readonly (readonly unknown[])[]) => boolean) {
  for (let tries = 0; tries < 100; tries++) {
    const rows = await house.rows(sql)
    if (enough(rows)) return rows
    await delay(100)
  }
  return await house.rows(sql)
}

test('a run is a trace: the run the root, tasks its children, calls theirs', async () => {
  const run = await house.run(
    `${header}metadata: { name: traced }\ntasks:\n  a: { steps: [{ id: one, plugin: transform, with: { value: 1 } }] }\n  b: { needs: [a], forEach: { in: "{{ [1..3] }}", as: it }, steps: [{ id: two, plugin: bash, with: { script: "echo line $MILLRACE_RUN_ID" } }] }\n`,
  )
  const { traceId } = run as unknown as { traceId: string }
  const rows = await rowsOnce(
    `SELECT s.SpanName, count(), any(p.SpanName) FROM otel_traces s LEFT JOIN otel_traces p ON s.ParentSpanId = p.SpanId WHERE s.TraceId = '${traceId}' GROUP BY 1 ORDER BY 1`,
    (found) => found.length === 5,
  )
  expect(rows).toEqual([
    ['a', 1, 'traced'],
    ['a.one', 1, 'a'],
    ['b', 1, 'traced'],
    ['b.two', 3, 'b'],
    ['traced', 1, ''],
  ])
  const lines = await rowsOnce(
    `SELECT l.Body, t.SpanName FROM otel_logs l JOIN otel_traces t ON l.SpanId = t.SpanId WHERE l.TraceId = '${traceId}'`,
    (found) => found.length === 3,
  )
  expect(lines).toEqual(Array.from({ length: 3 }, () => [`line ${run.id}`, 'b.two']))
})

test('a secret reaches the step that names it, and nothing else', async () => {
  const run = await house.run(
    `${header}metadata: { name: secretive }\nsecrets: [pager_token]\ntasks:\n  a:\n    steps:\n      - { id: call, plugin: http, with: { url: "{{ env.MILLRACE_URL & '/v1/me' }}", auth: { bearer: { secret: pager_token } }, status: [200, 401] } }\n      - { id: tell, plugin: transform, with: { value: "{{ steps.call.output.status }}" } }\n`,
  )
  // The platform was called with a token that is not its own: the secret went out.
  expect(run.state).toBe('completed')
  const everything = JSON.stringify([
    run,
    await house.client.get(`/v1/runs/${run.id}/steps`),
    await house.client.get(`/v1/runs/${run.id}/steps/a/call`),
    await house.client.get(`/v1/runs/${run.id}/logs`),
    await house.rows('SELECT * FROM otel_logs'),
    await house.rows('SELECT * FROM otel_traces'),
  ])
  for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
    expect(everything).not.toContain(form)
  }
})

test('a secret that is declared and has no value fails the step, by name', async () => {
  const run = await house.run(
    `${header}metadata: { name: forgotten }\nsecrets: [nowhere]\ntasks: { a: { steps: [{ id: call, plugin: http, with: { url: "http://127.0.0.1:1", auth: { bearer: { secret: nowhere } } } }] } }\n`,
  )
  expect(run.error?.code).toBe('plugin.secret_missing')
  expect(run.error?.message).toMatch(/nowhere/)
})
