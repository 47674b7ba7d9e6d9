// The command line as a person and as a script use it: a real process, its output and its exit code.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const program = fileURLToPath(new URL('../bin/millrace.mjs', import.meta.url))

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-cli-'))
  await writeFile(
    join(directory, 'good.yaml'),
    'apiVersion: millrace.io/v1\nkind: Playbook\nmetadata: { name: good }\ninputs: { n: { type: integer, default: 1 } }\ntasks: { a: { steps: [{ id: t, plugin: transform, with: { value: "{{ inputs.n * 2 }}" } }] } }\noutputs: { twice: "{{ tasks.a.output }}" }\n',
  )
  await writeFile(
    join(directory, 'bad.yaml'),
    'apiVersion: millrace.io/v1\nkind: Playbook\nmetadata: { name: bad }\ntaks: {}\n',
  )
  await writeFile(
    join(directory, 'fails.yaml'),
    'apiVersion: millrace.io/v1\nkind: Playbook\nmetadata: { name: fails }\ntasks: { a: { steps: [{ id: s, plugin: bash, with: { script: "echo before; exit 3" } }] } }\n',
  )
})
afterAll(() => rm(directory, { recursive: true, force: true }))

function launch(args: readonly string[]) {
  const environment = { PATH: process.env['PATH'] ?? '', HOME: directory, MILLRACE_DATA: join(directory, 'data') }
  return spawn(process.execPath, [program, ...args], {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function millrace(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = launch(args)
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, out, err }
}

test('validate says what is wrong and where, and ends with 1; with 0 when all is well', async () => {
  expect(await millrace('validate', 'good.yaml')).toMatchObject({ code: 0, out: expect.stringContaining('good.yaml') })
  const bad = await millrace('validate', 'bad.yaml')
  expect(bad.code).toBe(1)
  expect(bad.out).toMatch(/bad\.yaml:4:1 .*taks.*tasks/)
  const json = await millrace('validate', 'bad.yaml', '--json')
  expect(JSON.parse(json.out.split('\n')[0] ?? '')).toMatchObject({
    valid: false,
    complaints: expect.arrayContaining([expect.objectContaining({ line: 4 })]),
  })
})

test('wrong usage ends with 2, an absent file with 3, an absent server with 5', async () => {
  expect((await millrace('dance')).code).toBe(2)
  expect((await millrace('up', '--port', 'many')).code).toBe(2)
  expect((await millrace('validate', 'absent.yaml')).code).toBe(3)
  const away = await millrace('runs', '--server', 'http://127.0.0.1:9')
  expect(away).toMatchObject({ code: 5, err: expect.stringContaining('http://127.0.0.1:9') })
})

test('run needs no server: it starts one for that run, and its exit code is the outcome', async () => {
  const good = await millrace('run', 'good.yaml', '-i', 'n=21', '--json')
  expect(good.code, good.err).toBe(0)
  expect(JSON.parse(good.out.trim().split('\n').at(-1) ?? '')).toMatchObject({
    state: 'completed',
    outputs: { twice: 42 },
  })
  const fails = await millrace('run', 'fails.yaml')
  expect(fails.code).toBe(1)
  expect(fails.err).toMatch(/before/)
  expect(fails.err).toMatch(/plugin\.code_failed/)
  expect((await millrace('run', 'good.yaml', '-i', 'n=many')).code).toBe(1)
})

test('up says where it listens, refuses a second one in a sentence, and stops when told', async () => {
  const up = launch(['up', '--json', '--port', '0'])
  const [line] = (await once(createInterface({ input: up.stdout }), 'line')) as [string]
  const { address } = JSON.parse(line) as { address: string }
  const second = await millrace('up', '--port', '0')
  expect(second.code).not.toBe(0)
  expect(second.err).toMatch(/belongs to the running process \d+/)
  const taken = await millrace('up', '--port', new URL(address).port, '--data', join(directory, 'other'))
  expect(taken.code).not.toBe(0)
  expect(taken.err).toMatch(/port/i)
  // The data directory's own file tells the other commands where the server is.
  expect((await millrace('run', 'good', '--json')).code).toBe(0)
  const rows = await millrace('query', 'SELECT 1 AS one, {x:String} AS x', '-p', 'x=é', '--csv')
  expect(rows.out).toMatch(/^one,x\r?\n1,é/)
  expect((await millrace('cancel', 'run_absent')).code).toBe(3)
  expect((await millrace('doctor')).out).toMatch(/server .*127\.0\.0\.1/)
  up.kill('SIGTERM')
  const [code] = (await once(up, 'exit')) as [number]
  expect(code).toBe(0)
})

test('beyond loopback every request needs the token that the first start shows once', async () => {
  const up = launch(['up', '--json', '--host', '0.0.0.0', '--port', '0', '--data', join(directory, 'wide')])
  const [line] = (await once(createInterface({ input: up.stdout }), 'line')) as [string]
  const { address, adminToken } = JSON.parse(line) as { address: string; adminToken: string }
  const url = `http://127.0.0.1:${new URL(address).port}/v1/runs`
  expect((await fetch(url)).status).toBe(401)
  expect((await fetch(url, { headers: { authorization: `Bearer ${adminToken.slice(0, -1)}x` } })).status).toBe(401)
  expect((await fetch(url, { headers: { authorization: `Bearer ${adminToken}` } })).status).toBe(200)
  up.kill('SIGTERM')
  await once(up, 'exit')
})

test('a port that something else holds is said plainly', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const doctor = await millrace('doctor', '--data', join(directory, 'none'))
  expect(doctor.out).toMatch(/node/)
  const up = await millrace('up', '--port', String(port), '--data', join(directory, 'none'))
  other.close()
  expect(up.err).toContain(String(port))
})

test('completion scripts name every command', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { out } = await millrace('completion', shell)
    for (const command of [
      'up',
      'run',
      'validate',
      'publish',
      'playbooks',
      'runs',
      'logs',
      'cancel',
      'query',
      'doctor',
    ])
      expect(out).toContain(command)
  }
  expect((await millrace('completion', 'tcsh')).code).toBe(2)
})
