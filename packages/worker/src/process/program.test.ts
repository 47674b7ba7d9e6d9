import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '@millrace/stdx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  nap,
  napping,
  type TestCall,
  type TestWorkshop,
  testCall,
  testWorkshop,
  until,
} from '../testdata/program-calls.ts'
import { runProgram } from './program.ts'

let shop: TestWorkshop
beforeAll(async () => {
  shop = await testWorkshop()
})
afterAll(() => shop.stop())

const bash = (call: TestCall, script: string, more = {}) =>
  runProgram(shop.workshop, call, { command: 'bash', arguments: ['-c', script], ...more })

const codeOfFailure = (failing: Promise<unknown>) =>
  failing.then(
    () => 'no failure',
    (cause: unknown) => (cause instanceof MillraceError ? cause.code : String(cause)),
  )

test('a program gets its input, and its lines come as they are printed', async () => {
  const call = testCall()
  const result = await bash(call, 'cat /dev/stdin; echo oops > /dev/stderr; echo done > /dev/stdout', {
    standardInput: Buffer.from('in\n'),
  })
  expect(result).toMatchObject({ exitCode: 0, standardOutput: 'in\ndone\n', standardError: 'oops\n' })
  expect(call.lines.sort()).toEqual(['stderr: oops', 'stdout: done', 'stdout: in'])
})

test('an exit code is a result, and so is a signal', async () => {
  expect(await bash(testCall(), 'exit 137')).toMatchObject({ exitCode: 137, signal: undefined })
  expect(await bash(testCall(), 'kill -9 $$')).toMatchObject({ exitCode: undefined, signal: 'SIGKILL' })
})

test('the environment is clean: nothing of the platform is in it', async () => {
  process.env['PLATFORM_PASSWORD'] = 'hunter2'
  const { standardOutput } = await bash(testCall(), 'env | cut -d= -f1 | sort | tr "\\n" " "', {
    environment: { MINE: '1' },
  })
  expect(
    standardOutput
      .trim()
      .split(' ')
      .filter((name) => !['_', 'PWD', 'SHLVL', 'OLDPWD'].includes(name)),
  ).toEqual(['HOME', 'LANG', 'MILLRACE_CALL', 'MILLRACE_RUN_ID', 'MINE', 'PATH', 'TMPDIR'])
})

test('files are put into its directory and read back, and nothing outside can be', async () => {
  const call = testCall()
  const result = await bash(call, 'cat in/a.txt > out.txt; ln -s /etc/passwd link; pwd', {
    files: { 'in/a.txt': 'hello' },
  })
  expect(Buffer.from((await result.readFile('out.txt', 100)) ?? []).toString()).toBe('hello')
  expect(await result.readFile('absent', 100)).toBeUndefined()
  expect(await result.readFile('link', 10_000)).toBeUndefined()
  expect(await codeOfFailure(result.readFile('../../x', 100))).toBe('plugin.input_invalid')
  expect(await codeOfFailure(result.readFile('out.txt', 4))).toBe('plugin.output_too_large')
  expect(await codeOfFailure(bash(testCall(), 'true', { files: { '/etc/x': '' } }))).toBe('plugin.input_invalid')
  const directory = result.standardOutput.trim()
  call.finish()
  await until(
    'the directory to be removed',
    async () => !(await readdir(join(directory, '..'))).includes(directory.split('/').at(-1) ?? ''),
  )
})

test('a program that is not there is told with advice', async () => {
  const failing = runProgram(shop.workshop, testCall(), { command: 'no-such-program', arguments: [] })
  await expect(failing).rejects.toThrow(/`no-such-program` is not installed on this worker.*pool/)
})

test('an argument that is too long for the system is told, not thrown as a riddle', async () => {
  expect(await codeOfFailure(bash(testCall(), `true ${'x'.repeat(4_000_000)}`))).toBe('plugin.input_invalid')
})

test('an abort ends the whole tree: children, and children that left group and session', async () => {
  const call = testCall()
  const failing = bash(
    call,
    `sleep ${nap(61)}1 & setsid sleep ${nap(61)}2 & (setsid bash -c "sleep ${nap(61)}3 & sleep ${nap(61)}4" &) ; echo up; sleep ${nap(61)}5`,
  )
  await until('five sleeps', () => call.lines.length > 0 && napping(nap(61)).length === 5)
  call.abort(new Error('enough'))
  await expect(failing).rejects.toThrow('enough')
  expect(napping(nap(61))).toEqual([])
})

test('what heeds no SIGTERM is killed after a grace', async () => {
  const call = testCall()
  const failing = bash(call, 'trap "" TERM; echo up; while true; do sleep 0.05; done')
  await until('it is up', () => call.lines.length > 0)
  const from = performance.now()
  call.abort(new Error('enough'))
  await expect(failing).rejects.toThrow('enough')
  expect(performance.now() - from).toBeGreaterThan(1_500)
})

test('what a program leaves behind when it ends is killed', async () => {
  const result = await bash(
    testCall(),
    `setsid sleep ${nap(62)}1 > /dev/null 2>&1 & setsid sleep ${nap(62)}2 & sleep ${nap(62)}3 & echo gone`,
  )
  expect(result.exitCode).toBe(0)
  await until('no stray is left', () => napping(nap(62)).length === 0)
})

test('a fork bomb is stopped, and nothing of it is left', async () => {
  // In one line, not doubling: should this fail, the machine is to survive it.
  const bomb = `for i in $(seq 2000); do sleep ${nap(63)}1 & done; sleep ${nap(63)}2`
  expect(await codeOfFailure(bash(testCall({ processesMax: 40 }), bomb))).toBe('plugin.code_processes')
  await until('the bomb to be gone', () => napping(nap(63)).length === 0)
})

test('printing without end is stopped', async () => {
  const call = testCall({ printedBytesMax: 1024 ** 2 })
  expect(await codeOfFailure(bash(call, 'yes'))).toBe('plugin.code_logs')
  expect(await codeOfFailure(bash(testCall({ printedBytesMax: 1024 ** 2 }), 'head -c 1000000000 /dev/zero'))).toBe(
    'plugin.code_logs',
  )
})

test('memory is counted over all processes', async () => {
  // Without the last `:`, bash would become the sleep and let go of its memory.
  const hog = 'x=$(head -c 60000000 /dev/zero | tr "\\0" "x"); sleep 20; :'
  const both = `bash -c '${hog}' & bash -c '${hog}' & wait`
  const request = { command: 'bash', arguments: ['-c', both], memoryBytes: 100 * 1024 ** 2 }
  const call = testCall()
  const code = await codeOfFailure(runProgram(shop.workshop, call, request))
  expect([code, call.lines]).toEqual(['plugin.code_memory', []])
})

test('who waits for a slot and is cancelled does not wait on', async () => {
  const blocking = Array.from({ length: 4 }, () => testCall())
  const blocked = blocking.map((call) => bash(call, 'sleep 20').catch(() => undefined))
  const waiting = testCall()
  const failing = bash(waiting, 'true')
  waiting.abort(new Error('enough'))
  await expect(failing).rejects.toThrow('enough')
  for (const call of blocking) call.abort(new Error('enough'))
  await Promise.all(blocked)
  expect(await bash(testCall(), 'true')).toMatchObject({ exitCode: 0 })
})
