import { readdir } from 'node:fs/promises'
import type { CodeRequest, Json } from '@millrace/plugin'
import type { MillraceError } from '@millrace/stdx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  codeOf,
  nap,
  napping,
  ownZygotes,
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
  shop.code.run(call, codeOf('python', code, input)).finally(call.finish)

const failing = (code: string, input: CodeRequest['input'] = {}, call: TestCall = testCall()): Promise<MillraceError> =>
  run(code, input, call).then(
    (output) => Promise.reject(new Error(`no failure, but ${JSON.stringify(output)}`)),
    (cause: unknown) => cause as MillraceError,
  )

test('main gets the input as keyword arguments and returns JSON', async () => {
  const code =
    'def main(a, b=2, **more):\n    return {"sum": a + b, "more": more, "text": "grüße\\u2028", "none": None, "t": (1, 2.5)}'
  expect(await run(code, { a: 1, c: [true] })).toEqual({
    sum: 3,
    more: { c: [true] },
    text: 'grüße\u2028',
    none: null,
    t: [1, 2.5],
  })
})

test('nothing returned is null, a coroutine is awaited, dataclasses and pickle find their module', async () => {
  expect(await run('def main(): pass')).toBeNull()
  expect(await run('import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    return 1')).toBe(1)
  const code =
    'from dataclasses import *\nimport pickle\n@dataclass\nclass P:\n    x: int\ndef main():\n    return asdict(pickle.loads(pickle.dumps(P(3))))'
  expect(await run(code)).toEqual({ x: 3 })
})

test('calls share nothing: neither variables, nor directory, nor random numbers', async () => {
  const code =
    'import os, random, sys\nsys.seen = getattr(sys, "seen", 0) + 1\nopen("left.txt", "w").close()\ndef main():\n    return [sys.seen, os.listdir("."), random.random()]'
  const [a, b] = (await Promise.all([run(code), run(code)])) as [Json[], Json[]]
  expect([a[0], a[1], b[0], b[1]]).toEqual([1, ['left.txt'], 1, ['left.txt']])
  expect(a[2]).not.toBe(b[2])
})

test('the environment is clean and tells the run', async () => {
  process.env['PLATFORM_PASSWORD'] = 'hunter2'
  const names = (await run('import os\ndef main(): return sorted(os.environ)')) as string[]
  expect(names).toEqual(['HOME', 'LANG', 'MILLRACE_CALL', 'MILLRACE_RUN_ID', 'PATH', 'TMPDIR'])
})

test('printed lines come while it runs, from both streams', async () => {
  const call = testCall()
  const code = 'import sys, time\ndef main():\n    print("one")\n    print("two", file=sys.stderr)\n    time.sleep(30)'
  const running = run(code, {}, call).catch(() => undefined)
  await until('both lines', () => call.lines.length === 2)
  expect(call.lines.sort()).toEqual(['stderr: two', 'stdout: one'])
  call.abort(new Error('enough'))
  await running
})

test('an exception is told with type, message, line, and the step’s own part of the traceback', async () => {
  const call = testCall()
  const error = await failing('import json\n\ndef main(text):\n    return json.loads(text)\n', { text: '{' }, call)
  expect(error.code).toBe('plugin.code_failed')
  expect(error.message).toMatch(/Python failed \(line 4 of the code\): json\.decoder\.JSONDecodeError: Expecting/)
  expect(error.details).toMatchObject({ type: 'json.decoder.JSONDecodeError', line: 4 })
  const text = call.logged.join('\n')
  expect(text).toContain('File "<step>", line 4, in main')
  expect(text).toContain('return json.loads(text)')
  expect(text).not.toContain('zygote.py')
})

test('code that does not parse is told with its line', async () => {
  const error = await failing('def main():\n    return (1\n')
  expect(error.message).toMatch(/SyntaxError.*was never closed/)
  expect(error.details['line']).toBe(2)
})

test('a missing main, and arguments that do not fit it, are told in words', async () => {
  expect((await failing('x = 1', { a: 1 })).message).toContain(
    'defines no function `main`. Expected, for example: def main(a)',
  )
  expect((await failing('main = 3')).message).toContain('no function `main`')
  const error = await failing('def main(a, b): pass', { a: 1, c: 2 })
  expect(error.message).toContain(
    "`main(a, b)` does not take what `input` gives (a, c): missing a required argument: 'b'",
  )
})

test('what is not JSON is told with its place and what to do', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['{"a": [1, {2, 3}]}', /at \/a\/1, a set; use list/],
    ['float("nan")', /returned nan, which JSON does not have/],
    ['{"x": float("inf")}', /at \/x, inf/],
    ['__import__("datetime").datetime(2026, 1, 1)', /datetime\.datetime; use \.isoformat\(\)/],
    ['b"x"', /a bytes; use \.decode\(\)/],
    ['{(1, 2): 3}', /a key of type tuple/],
    ['[2 ** 53]', /at \/0, the integer 9007199254740992, which JSON readers round/],
    ['object()', /a object; return lists, dicts/],
    ['(x for x in [1])', /a generator; use list/],
    ['"\\ud800"', /half a surrogate pair/],
    ['__import__("decimal").Decimal("1")', /decimal\.Decimal; use float/],
  ]
  for (const [expression, message] of cases) {
    const error = await failing(`def main(): return ${expression}`)
    expect([expression, error.code, error.message]).toEqual([
      expression,
      'plugin.code_result',
      expect.stringMatching(message),
    ])
  }
  expect((await failing('def main():\n    a = []\n    a.append(a)\n    return a')).message).toContain(
    'a list that contains itself',
  )
})

test('numbers with many digits that JSON does hold are returned', async () => {
  expect(await run('def main(): return [0.1234567890123456, 9007199254740991, "12345678901234567890"]')).toEqual([
    0.1234567890123456,
    9007199254740991,
    '12345678901234567890',
  ])
})

test('an import of what is missing names the package to add', async () => {
  const error = await failing('import sklearn.tree_of_nowhere\ndef main(): pass')
  expect(error.code).toBe('plugin.code_import')
  expect(error.message).toContain('Add `packages: ["scikit-learn==<version>"]`')
  expect((await failing('from json import nothing\ndef main(): pass')).code).toBe('plugin.code_import')
})

test('exits and signals are told as what they are', async () => {
  const exit = await failing('import sys\ndef main(): sys.exit(137)')
  expect([exit.code, exit.details['exitCode']]).toEqual(['plugin.code_failed', 137])
  const hard = await failing('import os\ndef main(): os._exit(137)')
  expect(hard.message).toMatch(/exited with code 137 \(the shells' way to say: signal 9\)/)
  expect((await failing('import sys\nsys.exit("no luck")')).message).toContain('said: no luck')
  const killed = await failing('import os, signal\ndef main(): os.kill(os.getpid(), signal.SIGSEGV)')
  expect([killed.code, killed.details['signal']]).toEqual(['plugin.code_killed', 'SIGSEGV'])
})

test('too much memory is an error of its own, in one process and in several', async () => {
  const hogs = [
    'def main(): return len("x" * 10**9)',
    `import os, time
def main():
    for _ in range(3):
        if os.fork() == 0:
            held = "x" * 60_000_000
            time.sleep(20)
    time.sleep(20)`,
  ]
  for (const hog of hogs) {
    const call = testCall()
    const request = { ...codeOf('python', hog), memoryBytes: 100 * 1024 ** 2 }
    const error = await shop.code.run(call, request).catch((cause: unknown) => cause as MillraceError)
    call.finish()
    expect((error as MillraceError).code).toBe('plugin.code_memory')
  }
})

test('a loop for ever ends with its call, whole: also children in sessions of their own', async () => {
  const call = testCall()
  const code = `import os, subprocess
def main():
    subprocess.Popen(["setsid", "sleep", "${nap(64)}1"])
    if os.fork() == 0:
        os.setsid()
        os.execvp("sleep", ["sleep", "${nap(64)}2"])
    if os.fork() == 0:
        os.setsid()
        while True: pass
    print("up", flush=True)
    while True: pass`
  const running = failing(code, {}, call)
  await until('its children', () => napping(nap(64)).length === 2 && call.lines.length > 0)
  call.abort(new Error('enough'))
  expect((await running).message).toBe('enough')
  expect(napping(nap(64))).toEqual([])
  expect(ownZygotes()).toHaveLength(1)
})

test('children left behind are killed, and a child that also returns answers nothing', async () => {
  const code = `import os, subprocess
def main():
    subprocess.Popen(["setsid", "sleep", "${nap(65)}1"])
    first = os.fork()
    if first == 0:
        return "the child"
    os.waitpid(first, 0)
    return "the parent"`
  expect(await run(code)).toBe('the parent')
  await until('no stray is left', () => napping(nap(65)).length === 0)
})

test('printing a gigabyte is stopped', async () => {
  const code = 'def main():\n    line = "x" * 1_000_000\n    for _ in range(1000): print(line)'
  expect((await failing(code, {}, testCall({ printedBytesMax: 4_000_000 }))).code).toBe('plugin.code_logs')
})

test('an output over the limit is refused where it arises', async () => {
  const error = await failing('def main(): return "x" * 3000', {}, testCall({ outputBytesMax: 1000 }))
  expect(error.code).toBe('plugin.output_too_large')
  expect(error.message).toContain('returned 2.9 KiB; at most 1000 bytes')
})

test('a large input and a large output pass', async () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => i)
  const output = (await run('def main(rows): return [r * 2 for r in rows]', { rows })) as number[]
  expect([output.length, output.at(-1)]).toEqual([200_000, 399_998])
})

test('a zygote killed from outside fails its calls as worth retrying, and the next call has a new one', async () => {
  const call = testCall()
  const running = failing('import time\ndef main():\n    print("up")\n    time.sleep(20)', {}, call)
  await until('it is up', () => call.lines.length > 0)
  const [pid] = ownZygotes()
  process.kill(pid as number, 'SIGKILL')
  const error = await running
  expect([error.code, error.retryable]).toEqual(['plugin.code_killed', true])
  expect(await run('def main(): return 1')).toBe(1)
})

test('two hundred calls at once are answered, each with its own', async () => {
  const outputs = await Promise.all(
    Array.from({ length: 200 }, (_, n) => run('def main(n):\n    print(n)\n    return n + 1', { n })),
  )
  expect(outputs).toEqual(Array.from({ length: 200 }, (_, n) => n + 1))
})

test('directories of calls are removed', async () => {
  await run('open("file", "w").write("x")\ndef main(): pass')
  const scratch = `${shop.root}/scratch`
  await until('one directory, the zygote’s', async () => {
    const [own] = await readdir(scratch)
    return (await readdir(`${scratch}/${own}/steps`)).length === 1
  })
})

test('an interpreter that is not there is told with advice', async () => {
  const without = await testWorkshop({ python: 'python-that-is-not-there' })
  const error = await without.code
    .run(testCall(), codeOf('python', ''))
    .catch((cause: unknown) => cause as MillraceError)
  expect((error as MillraceError).code).toBe('plugin.code_interpreter')
  expect((error as MillraceError).message).toMatch(/`python-that-is-not-there`.*Install Python 3\.9/)
  await without.stop()
})
