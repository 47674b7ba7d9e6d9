import type { CodeRequest, Json } from '@millrace/plugin'
import type { MillraceError } from '@millrace/stdx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  codeOf,
  nap,
  napping,
  type TestCall,
  type TestWorkshop,
  testCall,
  testWorkshop,
  until,
} from '../testdata/program-calls.ts'

let shop: TestWorkshop
beforeAll(async () => {
  shop = await testWorkshop()
})
afterAll(() => shop.stop())

const run = (code: string, input: CodeRequest['input'] = {}, call: TestCall = testCall()): Promise<Json> =>
  shop.code.run(call, codeOf('node', code, input)).finally(call.finish)

const failing = (code: string, input: CodeRequest['input'] = {}, call: TestCall = testCall()): Promise<MillraceError> =>
  run(code, input, call).then(
    (output) => Promise.reject(new Error(`no failure, but ${JSON.stringify(output)}`)),
    (cause: unknown) => cause as MillraceError,
  )

test('main gets the input as its first argument, may be async, and returns JSON', async () => {
  expect(await run('function main({ a, b = 2 }) { return { sum: a + b, list: [null, "grüße"] } }', { a: 1 })).toEqual({
    sum: 3,
    list: [null, 'grüße'],
  })
  expect(await run('const main = async (input) => { await null; return input }', { x: [1] })).toEqual({ x: [1] })
  expect(await run('function main() {}')).toBeNull()
})

test('require and import work, and printed lines come from both streams', async () => {
  const call = testCall()
  const code = `const { basename } = require('node:path')
async function main() {
  const { URL } = await import('node:url')
  console.log('one')
  console.error('two')
  return basename(new URL('http://x/a/b').pathname)
}`
  expect(await run(code, {}, call)).toBe('b')
  expect(call.lines.sort()).toEqual(['stderr: two', 'stdout: one'])
})

test('the environment is clean and tells the run', async () => {
  process.env['PLATFORM_PASSWORD'] = 'hunter2'
  const names = await run('const main = () => Object.keys(process.env).sort()')
  expect(names).toEqual(['HOME', 'LANG', 'MILLRACE_CALL', 'MILLRACE_RUN_ID', 'PATH', 'TMPDIR'])
})

test('an error is told with type, message, line, and the step’s own part of the stack', async () => {
  const call = testCall()
  const error = await failing('function main(input) {\n  return input.a.b\n}', {}, call)
  expect(error.code).toBe('plugin.code_failed')
  expect(error.message).toMatch(
    /JavaScript failed \(line 2 of the code\): TypeError: Cannot read properties of undefined/,
  )
  expect(call.logged.join('\n')).toContain('at main (step.js:2:18)')
  expect(call.logged.join('\n')).not.toMatch(/runner\.cjs|node:/)
})

test('errors that nobody awaits count too, and so does throwing what is no error', async () => {
  const late = 'const main = () => new Promise(() => setTimeout(() => { throw new RangeError("late") }, 1))'
  expect((await failing(late)).message).toContain('RangeError: late')
  expect(
    (
      await failing(
        'const main = async () => { Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 50)) }',
      )
    ).message,
  ).toContain('lost')
  expect((await failing('const main = () => { throw "text" }')).message).toContain(
    'threw "text", which is not an Error',
  )
})

test('code that does not parse is told with its line, and modules with what to write', async () => {
  const error = await failing('function main() {\n  return (1\n}')
  expect(error.message).toMatch(/\(line 3 of the code\): SyntaxError/)
  expect((await failing('import x from "y"')).message).toContain('Use `await import(…)`')
  expect((await failing('export function main() {}')).message).toContain('without `export`')
  expect((await failing('let x = 1')).message).toContain('defines no function `main`')
})

test('what is not JSON is told with its place and what to do', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['{ a: [1, undefined] }', /at \/a\/1, undefined, which JSON does not have; use null/],
    ['NaN', /returned NaN/],
    ['{ at: new Date() }', /at \/at, a Date; use \.toISOString\(\)/],
    ['10n', /a BigInt/],
    ['() => 1', /a function/],
    ['new Map()', /a Map; use Object\.fromEntries/],
    ['[new (class Money {})()]', /at \/0, a Money/],
    ['Buffer.from("x")', /a Buffer; use Array\.from/],
    ['"\\ud800"', /half a surrogate pair/],
    ['(() => { const a = {}; a.a = a; return a })()', /at \/a, an object that contains itself/],
  ]
  for (const [expression, message] of cases) {
    const error = await failing(`const main = () => (${expression})`)
    expect([expression, error.code, error.message]).toEqual([
      expression,
      'plugin.code_result',
      expect.stringMatching(message),
    ])
  }
})

test('an import of what is missing names the package to add', async () => {
  const error = await failing('require("@scope/nowhere/inner")')
  expect(error.code).toBe('plugin.code_import')
  expect(error.message).toContain('Add `packages: ["@scope/nowhere@<version>"]`')
  expect((await failing('const main = () => import("nowhere")')).message).toContain('"nowhere@<version>"')
})

test('exits and signals are told as what they are', async () => {
  const exit = await failing('const main = () => process.exit(137)')
  expect([exit.code, exit.details['exitCode']]).toEqual(['plugin.code_failed', 137])
  const killed = await failing('const main = () => process.kill(process.pid, "SIGKILL")')
  expect([killed.code, killed.details['signal']]).toEqual(['plugin.code_killed', 'SIGKILL'])
  expect((await failing('const main = () => new Promise(() => {})')).message).toContain(
    'awaits something that never comes',
  )
})

test('too much memory is an error of its own, on the heap and beside it', async () => {
  const heap = 'const main = () => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)) }'
  const beside =
    'const main = async () => { const all = []; for (;;) { all.push(Buffer.alloc(10_000_000, 1)); await new Promise((r) => setTimeout(r, 5)) } }'
  for (const hog of [heap, beside]) {
    const call = testCall()
    const request = { ...codeOf('node', hog), memoryBytes: 128 * 1024 ** 2 }
    const error = await shop.code.run(call, request).catch((cause: unknown) => cause as MillraceError)
    call.finish()
    expect((error as MillraceError).code).toBe('plugin.code_memory')
  }
})

test('a loop for ever ends with its call, whole: also children in sessions of their own', async () => {
  const call = testCall()
  const code = `const { spawn } = require('node:child_process')
function main() {
  spawn('sleep', ['${nap(66)}1'])
  spawn('sleep', ['${nap(66)}2'], { detached: true })
  console.log('up')
  for (;;);
}`
  const running = failing(code, {}, call)
  await until('its children', () => napping(nap(66)).length === 2 && call.lines.length > 0)
  call.abort(new Error('enough'))
  expect((await running).message).toBe('enough')
  expect(napping(nap(66))).toEqual([])
})

test('printing a gigabyte is stopped', async () => {
  const code =
    'const main = () => { const line = "x".repeat(1_000_000); for (let i = 0; i < 1000; i++) console.log(line) }'
  expect((await failing(code, {}, testCall({ printedBytesMax: 4_000_000 }))).code).toBe('plugin.code_logs')
})

test('an output over the limit is refused where it arises, and a large one within passes', async () => {
  const error = await failing('const main = () => "x".repeat(3000)', {}, testCall({ outputBytesMax: 1000 }))
  expect([error.code, error.details['bytes']]).toEqual(['plugin.output_too_large', 3002])
  const output = (await run('const main = ({ n }) => Array.from({ length: n }, (_, i) => i)', {
    n: 300_000,
  })) as number[]
  expect([output.length, output.at(-1)]).toEqual([300_000, 299_999])
})

test('calls at once are answered, each with its own', async () => {
  const outputs = await Promise.all(Array.from({ length: 20 }, (_, n) => run('const main = ({ n }) => n + 1', { n })))
  expect(outputs).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
})

test('an interpreter that is not there is told with advice', async () => {
  const without = await testWorkshop({ node: 'node-that-is-not-there' })
  const error = await without.code.run(testCall(), codeOf('node', '')).catch((cause: unknown) => cause as MillraceError)
  expect((error as MillraceError).code).toBe('plugin.code_interpreter')
  await without.stop()
})
