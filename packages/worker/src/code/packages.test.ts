import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CodeRequest } from '@millrace/plugin'
import type { MillraceError } from '@millrace/stdx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeOf, type TestCall, type TestWorkshop, testCall, testWorkshop, until } from '../testdata/program-calls.ts'

// No package registry of the world is asked: a wheel in a directory for pip, a server of our own for npm.

let shop: TestWorkshop
let sources: string
let registry: Server

beforeAll(async () => {
  shop = await testWorkshop()
  sources = await mkdtemp(join(tmpdir(), 'millrace-packages-'))
  await makeWheel(sources)
  registry = await serveNpm(sources)
  process.env['PIP_NO_INDEX'] = '1'
  process.env['PIP_FIND_LINKS'] = sources
  process.env['npm_config_registry'] = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`
  process.env['npm_config_cache'] = join(sources, 'cache')
})
afterAll(async () => {
  registry.close()
  await shop.stop()
  await rm(sources, { recursive: true })
})

async function makeWheel(directory: string): Promise<void> {
  const build = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + "/greeting-1.2.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("greeting.py", "def greet(name): return 'hello ' + name\\n")
    info = "greeting-1.2.0.dist-info/"
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: greeting\\nVersion: 1.2.0\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "RECORD", "greeting.py,,\\n" + info + "METADATA,,\\n" + info + "WHEEL,,\\n" + info + "RECORD,,\\n")
`
  execFileSync('python3', ['-c', build, directory])
}

async function serveNpm(directory: string): Promise<Server> {
  const manifest = {
    name: 'greeting',
    version: '1.2.0',
    main: 'index.js',
    scripts: { postinstall: 'touch /tmp/millrace-postinstall-ran' },
  }
  await writeFile(join(directory, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(directory, 'index.js'), "exports.greet = (name) => 'hello ' + name")
  execFileSync('tar', ['-czf', 'greeting.tgz', '--transform', 's,^,package/,', 'package.json', 'index.js'], {
    cwd: directory,
  })
  const server = createServer(async (request, response) => {
    if (request.url?.endsWith('.tgz')) return response.end(await readFile(join(directory, 'greeting.tgz')))
    if (request.url !== '/greeting') return response.writeHead(404).end('{}')
    const tarball = `http://${request.headers.host}/greeting.tgz`
    const versions = { '1.2.0': { ...manifest, dist: { tarball } } }
    response.end(JSON.stringify({ name: 'greeting', 'dist-tags': { latest: '1.2.0' }, versions }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const python = (packages: readonly string[], call: TestCall = testCall()) =>
  run(
    {
      ...codeOf('python', 'from greeting import greet\ndef main(name): return greet(name)', { name: 'you' }),
      packages,
    },
    call,
  )
const node = (packages: readonly string[], call: TestCall = testCall()) =>
  run(
    {
      ...codeOf(
        'node',
        'const main = async ({ name }) => [require("greeting").greet(name), (await import("greeting")).default.greet(name)]',
        { name: 'you' },
      ),
      packages,
    },
    call,
  )
const run = (request: CodeRequest, call: TestCall) => shop.code.run(call, request).finally(call.finish)
const failing = (running: Promise<unknown>) =>
  running.then(
    () => undefined,
    (cause: unknown) => cause as MillraceError,
  )

test('Python packages are installed once, whoever asks at the same time, and their installer is heard', async () => {
  const calls = [testCall(), testCall(), testCall()]
  const outputs = await Promise.all(calls.map((call) => python(['greeting==1.2.0'], call)))
  expect(outputs).toEqual(['hello you', 'hello you', 'hello you'])
  expect(calls[0]?.logged).toEqual(['info: Installing greeting==1.2.0 (once for this worker)'])
  expect(calls[0]?.lines.join('\n')).toContain('Successfully installed greeting-1.2.0')
  const later = testCall()
  expect(await python(['greeting==1.2.0'], later)).toBe('hello you')
  expect(later.logged).toEqual([])
  expect((await readdir(join(shop.root, 'packages'))).filter((name) => name.startsWith('python-'))).toHaveLength(1)
})

test('Node packages are found by require and by import, and their install scripts do not run', async () => {
  expect(await node(['greeting@1.2.0'])).toEqual(['hello you', 'hello you'])
  expect(existsSync('/tmp/millrace-postinstall-ran')).toBe(false)
})

test('without its packages, the code sees none of them', async () => {
  expect((await failing(python([])))?.code).toBe('plugin.code_import')
  expect((await failing(node([])))?.code).toBe('plugin.code_import')
})

test('a package or version that is not there is told with the installer’s reason, and leaves nothing behind', async () => {
  const error = await failing(python(['greeting==9.9.9']))
  expect(error?.code).toBe('plugin.code_packages')
  expect(error?.message).toMatch(/No matching distribution found for greeting==9\.9\.9/)
  expect((await failing(node(['nowhere@1.0.0'])))?.message).toMatch(/npm ended with 1.*404/)
  await until('nothing half installed', async () =>
    (await readdir(join(shop.root, 'packages'))).every((name) => !name.includes('.')),
  )
})

test('what is no pinned package is refused before any installer runs', async () => {
  for (const wrong of [
    'requests',
    'requests>=2',
    '--index-url=http://evil',
    '-r /etc/passwd',
    'a==1; rm -rf /',
    '../x==1',
    '',
  ]) {
    expect([wrong, (await failing(python([wrong])))?.code]).toEqual([wrong, 'plugin.input_invalid'])
  }
  for (const wrong of ['lodash', 'lodash@^4', '--prefix=/', 'file:../x', 'https://evil/x.tgz', '@scope@1.0.0']) {
    expect([wrong, (await failing(node([wrong])))?.code]).toEqual([wrong, 'plugin.input_invalid'])
  }
})

test('a call that is cancelled does not wait for the installer', async () => {
  const call = testCall()
  const running = failing(python(['greeting==1.2.0', 'another==1.0.0'], call))
  call.abort(new Error('enough'))
  expect((await running)?.message).toBe('enough')
})
