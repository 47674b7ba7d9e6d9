import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CallContext, type PluginError, type ProcessRequest, pluginErrors } from '@millrace/plugin'
import { expect, test } from 'vitest'
import { type BashInput, plugin } from './index.ts'

// A real bash, started as simply as can be; isolation and limits are the worker's, and tested there.

async function program(request: ProcessRequest) {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-bash-'))
  for (const [name, content] of Object.entries(request.files ?? {})) await writeFile(join(directory, name), content)
  const child = spawn(request.command, request.arguments, {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', ...request.environment },
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (printed.stdout += chunk))
  child.stderr.on('data', (chunk) => (printed.stderr += chunk))
  child.stdin.on('error', () => undefined)
  child.stdin.end(request.standardInput)
  const [exitCode, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once('close', (...how) => resolve(how)),
  )
  const files = new Map([['output', await readFile(join(directory, 'output')).catch(() => undefined)]])
  await rm(directory, { recursive: true })
  return {
    exitCode: exitCode ?? undefined,
    signal: signal ?? undefined,
    standardOutput: printed.stdout,
    standardError: printed.stderr,
    readFile: async (name: string, bytesMax: number) => {
      const bytes = files.get(name)
      if (bytes !== undefined && bytes.length > bytesMax) throw pluginErrors.output_too_large()
      return bytes
    },
  }
}

const limits = { timeMsMax: 1000, memoryBytesMax: 4 * 1024 ** 3, outputBytesMax: 1_000_000, logLinesMax: 10 }
const run = (input: BashInput) => plugin.call(input, { limits, process: program } as unknown as CallContext)
const failing = (input: BashInput) =>
  run(input).then(
    (output) => Promise.reject(new Error(`no failure, but ${JSON.stringify(output)}`)),
    (cause: unknown) => cause as InstanceType<typeof PluginError>,
  )

test('the output is what is written to $MILLRACE_OUTPUT, from wherever, as JSON or as text', async () => {
  expect(await run({ script: 'cd /; echo noise; echo \'{"a": [1]}\' > "$MILLRACE_OUTPUT"' })).toEqual({ a: [1] })
  expect(await run({ script: 'printf "two\\nlines\\n" > "$MILLRACE_OUTPUT"' })).toBe('two\nlines')
})

test('else it is the last line when that is JSON, else the text', async () => {
  expect(await run({ script: 'echo looking; echo \'{"free": 3}\'' })).toEqual({ free: 3 })
  expect(await run({ script: 'echo one; echo two' })).toBe('one\ntwo')
  expect(await run({ script: 'true' })).toBe('')
  expect(await run({ script: 'echo null' })).toBeNull()
})

test('the input is JSON on standard input and in a variable, a large one in a file', async () => {
  expect(await run({ script: 'cat', input: { a: 'ü' } })).toEqual({ a: 'ü' })
  expect(await run({ script: 'echo "$MILLRACE_INPUT"', input: { a: 1 } })).toEqual({ a: 1 })
  const large = { text: 'x'.repeat(200_000) }
  expect(await run({ script: 'cd /; wc -c < "$MILLRACE_INPUT_FILE"', input: large })).toBe(200_011)
  expect((await failing({ script: 'echo "$MILLRACE_INPUT"', input: large })).message).toContain(
    'MILLRACE_INPUT: unbound',
  )
})

test('it ends at the first command that fails, at an unset variable, and at a failure in a pipe', async () => {
  for (const script of ['false; echo on', 'echo "$nowhere"', 'false | true', 'x=$(false)']) {
    expect([script, (await failing({ script })).code]).toEqual([script, 'plugin.code_failed'])
  }
  expect(await run({ script: 'set +e; false; echo on' })).toBe('on')
})

test('a failure names the code, its meaning, the line, and what was last said', async () => {
  const missing = await failing({ script: 'echo a\nno-such-command' })
  expect(missing.message).toMatch(
    /code 127 \(a command was not found\)\. It last said: .*step\.sh: line 2: no-such-command/,
  )
  expect(missing.details).toEqual({ exitCode: 127 })
  expect((await failing({ script: 'exit 137' })).message).toContain('137 (a command was killed by signal 9)')
  const killed = await failing({ script: 'kill -TERM $$' })
  expect([killed.code, killed.details['signal']]).toEqual(['plugin.code_killed', 'SIGTERM'])
})

test('a script that does not parse, and memory that is none, are refused', async () => {
  expect((await failing({ script: 'if true; then' })).message).toMatch(/syntax error/)
  expect((await failing({ script: 'true', memory: '1TB' })).code).toBe('plugin.input_invalid')
  expect((await failing({ script: 'true', memory: '64GB' })).message).toContain('at most 4 GiB')
})
