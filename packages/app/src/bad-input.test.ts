// What goes wrong says what, where and what to do: each fault is put to the whole platform, and its code and words come back.

import { createServer as createHttp } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcp, type Server } from 'node:net'
import { MillraceError } from '@millrace/stdx'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestPlatform, type TestPlatform } from './test-platform.ts'

const header = 'apiVersion: millrace.io/v1\nkind: Playbook\n'

let house: TestPlatform
let serial = 0
beforeAll(async () => {
  house = await startTestPlatform()
})
afterAll(() => house?.stop())

async function refusal(text: string): Promise<MillraceError> {
  return await house.client.post('/v1/playbooks', { text }).then(
    () => Promise.reject(new Error('it was published')),
    (cause: unknown) => cause as MillraceError,
  )
}

const steps = (list: string) => `${header}metadata: { name: bad }\ntasks: { a: { steps: [${list}] } }\n`

describe('a playbook is refused with line and column', () => {
  const bombs = Array.from(
    { length: 9 },
    (_, i) => `  l${i + 1}: &l${i + 1} [${Array.from({ length: 9 }, () => `*l${i}`).join(', ')}]`,
  ).join('\n')
  const cases: readonly [string, string, string, number | undefined][] = [
    ['a tab for indentation', `${header}metadata:\n\tname: bad\n`, 'lang.yaml_tab', 4],
    [
      'a key twice',
      `${header}metadata: { name: bad }\nmetadata: { name: bad }\ntasks: {}\n`,
      'lang.yaml_duplicate_key',
      4,
    ],
    [
      'an alias bomb',
      `${header}metadata:\n  name: bad\n  l0: &l0 [x, x, x, x, x, x, x, x, x]\n${bombs}\n`,
      'lang.yaml_alias_bomb',
      undefined,
    ],
    [
      'a circle of needs',
      `${header}metadata: { name: bad }\ntasks:\n  a: { needs: [b], steps: [{ id: s, plugin: transform, with: { value: 1 } }] }\n  b: { needs: [a], steps: [{ id: s, plugin: transform, with: { value: 1 } }] }\n`,
      'playbook.cycle',
      undefined,
    ],
    ['a wrong type in `with`', steps('{ id: s, plugin: http, with: { url: 7 } }'), 'playbook.with_invalid', 4],
    [
      'a plugin that does not exist',
      steps('{ id: s, plugin: htpt, with: { url: "http://localhost" } }'),
      'playbook.unknown_plugin',
      4,
    ],
    ['an unknown key', steps('{ id: s, plugin: transform, wiht: { value: 1 } }'), 'playbook.unknown_key', 4],
    [
      'an expression that does not parse',
      steps('{ id: s, plugin: transform, with: { value: "{{ 1 + }}" } }'),
      'lang.expression_invalid',
      4,
    ],
    [
      'a step that comes later',
      steps('{ id: s, plugin: transform, with: { value: "{{ steps.t.output }}" } }'),
      'playbook.unknown_step',
      4,
    ],
  ]
  for (const [what, text, code, line] of cases) {
    test(what, async () => {
      const error = await refusal(text)
      expect(error.code).toBe('playbook.invalid')
      const complaint = error.complaints.find((it) => it.code === code)
      expect(complaint, JSON.stringify(error.complaints)).toBeDefined()
      if (line !== undefined) expect(complaint?.line).toBe(line)
      expect(complaint?.message).toMatch(/\w+.*\.$/)
    })
  }

  test('ten megabytes of YAML', async () => {
    const error = await refusal(`${header}metadata: { name: bad, description: "${'x'.repeat(10_000_000)}" }\n`)
    expect(error.code).toMatch(/too_large/)
  })

  test('what does not run yet is refused with that sentence', async () => {
    const error = await refusal(
      `${header}metadata: { name: bad }\ntriggers: { hourly: { schedule: { cron: "5 * * * *" } } }\ntasks: { a: { steps: [{ id: s, plugin: transform, with: { value: 1 } }] } }\n`,
    )
    expect(error.complaints.map((it) => it.code)).toContain('playbook.not_yet')
  })
})

describe('inputs are refused before anything starts', () => {
  const text = `${header}metadata: { name: bad-inputs }\ninputs: { n: { type: integer } }\ntasks: { a: { steps: [{ id: s, plugin: transform, with: { value: 1 } }] } }\n`
  for (const [what, inputs] of [
    ['missing', {}],
    ['of the wrong type', { n: 'seven' }],
    ['unknown', { n: 1, m: 2 }],
  ] as const) {
    test(`an input ${what}`, async () => {
      await expect(house.run(text, inputs)).rejects.toMatchObject({
        kind: 'invalid',
        code: expect.stringMatching(/^playbook\.input_/),
      })
      const { items } = await house.client.get<{ items: unknown[] }>('/v1/runs', { playbook: 'bad-inputs' })
      expect(items).toEqual([])
    })
  }
})

/** Runs one step to its failure and answers the run's error. */
async function failing(plugin: string, given: object, rest: object = {}) {
  const step = JSON.stringify({ id: 's', plugin, with: given, ...rest })
  const run = await house.run(`${header}metadata: { name: bad-step-${serial++} }\ntasks: { a: { steps: [${step}] } }\n`)
  expect(run.state).toBe('failed')
  return run.error
}

describe('a Python step that misbehaves fails alone, with its reason', () => {
  const cases: readonly [string, string, string, object][] = [
    ['loops for ever', 'def main():\n  while True: pass', 'plugin.timed_out', { timeout: '1s' }],
    ['prints a gigabyte', 'def main():\n  for _ in range(1 << 14): print("x" * (1 << 16))', 'plugin.code_logs', {}],
    ['exits with 137', 'import sys\ndef main(): sys.exit(137)', 'plugin.code_failed', {}],
    ['returns what is not JSON', 'def main(): return {1, 2}', 'plugin.code_result', {}],
    ['imports what is missing', 'import no_such_thing\ndef main(): return 1', 'plugin.code_import', {}],
    ['throws', 'def main(): return 1 / 0', 'plugin.code_failed', {}],
    ['has no main', 'x = 1', 'plugin.code_failed', {}],
  ]
  for (const [what, code, expected, rest] of cases) {
    test(what, async () => {
      const error = await failing('python', { code }, rest)
      expect(error?.code, error?.message).toBe(expected)
      expect(error?.message.length).toBeGreaterThan(10)
    })
  }

  test('forks and leaves its children behind: they go with it', async () => {
    const marker = `millrace-orphan-${process.pid}`
    const code = `import subprocess\ndef main():\n  subprocess.Popen(["bash", "-c", "exec -a ${marker} sleep 600"], start_new_session=True)\n  return 1`
    const run = await house.run(
      `${header}metadata: { name: orphans }\ntasks: { a: { steps: [${JSON.stringify({ id: 's', plugin: 'python', with: { code } })}] } }\n`,
    )
    expect(run.state).toBe('completed')
    const found = await house.run(
      `${header}metadata: { name: census }\ntasks: { a: { steps: [{ id: s, plugin: bash, with: { script: "pgrep -fc '^${marker}' || true" } }] } }\noutputs: { n: "{{ tasks.a.output }}" }\n`,
    )
    expect(found.outputs).toEqual({ n: 0 })
  })
})

describe('a server that misbehaves', () => {
  const servers: Server[] = []
  const at = async (server: Server): Promise<string> => {
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }
  afterAll(() => servers.forEach((server) => server.close()))

  test('hangs', async () => {
    const url = await at(createTcp((socket) => void socket.on('error', () => {})))
    expect((await failing('http', { url }, { timeout: '1s' }))?.code).toBe('plugin.timed_out')
  })
  test('resets the connection', async () => {
    const url = await at(createTcp((socket) => socket.resetAndDestroy()))
    expect((await failing('http', { url }))?.code).toBe('plugin.http_unreachable')
  })
  test('sends a gigabyte', async () => {
    const block = Buffer.alloc(1 << 20)
    const url = await at(
      createHttp((_, response) => {
        const more = () => {
          while (!response.destroyed && response.write(block));
          if (!response.destroyed) response.once('drain', more)
        }
        more()
      }),
    )
    expect((await failing('http', { url }))?.code).toBe('plugin.http_too_large')
  })
})

describe('an expression or SQL that never ends is ended', () => {
  test('an expression', async () => {
    const error = await failing('transform', { value: '{{ ($f := function($x) { $f($x + 1) }; $f(1)) }}' })
    expect(error?.code).toBe('lang.expression_endless')
  })
  test('SQL of a step', async () => {
    const error = await failing(
      'sql',
      { query: 'SELECT count() FROM numbers(10000000000000) WHERE NOT ignore(sipHash64(number))' },
      { timeout: '2s' },
    )
    expect(error?.code).toMatch(/^(olap\.time_limit|plugin\.timed_out|plugin\.sql_failed)$/)
  })
  test('SQL of a person', async () => {
    const query = house.client.post('/v1/query', {
      sql: 'SELECT count() FROM numbers(10000000000000) WHERE NOT ignore(sipHash64(number))',
      limits: { timeMs: 1500 },
    })
    await expect(query).rejects.toMatchObject({ code: 'olap.time_limit' })
  })
  test('SQL that is wrong', async () => {
    await expect(house.rows('SELECT 1 +')).rejects.toMatchObject({ code: 'olap.sql_invalid' })
    await expect(house.rows('SELEKT 1')).rejects.toMatchObject({ code: 'olap.denied' })
    await expect(house.rows('SELECT nothing FROM otel_traces')).rejects.toMatchObject({ kind: 'invalid' })
    expect((await failing('sql', { query: 'SELEKT 1' }))?.message).toMatch(/SELEKT|Syntax/i)
  })
})
