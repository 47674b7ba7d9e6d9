import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MillraceError } from '@millrace/stdx'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isLoopback, loadConfig } from './config.ts'
import { configKeys, flagOf, variableOf } from './config-key.ts'
import { withoutPassword } from './memories.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-config-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const load = (environment = {}, flags = {}) => loadConfig({ environment, flags, directory })
const refused = (environment = {}, flags = {}) =>
  load(environment, flags).then(
    () => undefined,
    (cause: unknown) => cause as MillraceError,
  )

test('without anything, everything has a default below the data directory', async () => {
  const config = await load()
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 4400,
    open: true,
    keepRuns: 90 * 86_400_000,
    data: join(directory, 'data'),
  })
  expect(config.store).toBe(`pglite:${join(directory, 'data')}/store`)
})

test('flags are stronger than the environment, the environment than the file', async () => {
  await writeFile(join(directory, 'millrace.yaml'), 'port: 1\nslots: 7\nlogLevel: warn\nenv: { REGION: north }\n')
  const config = await load({ MILLRACE_PORT: '2', MILLRACE_LOG_LEVEL: 'error' }, { port: '3' })
  expect(config).toMatchObject({ port: 3, logLevel: 'error', slots: 7, env: { REGION: 'north' } })
})

test('an unknown setting is refused with its place and a suggestion', async () => {
  await writeFile(join(directory, 'millrace.yaml'), 'host: 127.0.0.1\nprot: 4400\n')
  const error = await refused()
  expect(error).toMatchObject({ code: 'app.config_invalid' })
  expect(error?.message).toMatch(/millrace\.yaml:2:1: there is no setting `prot`; did you mean `port`\?/)
})

test('a wrong value says what was found, what was expected, and where', async () => {
  expect((await refused({ MILLRACE_PORT: 'http' }))?.message).toBe(
    'MILLRACE_PORT: `port` is "http"; expected a whole number from 0 to 65535.',
  )
  expect((await refused({}, { port: '65536' }))?.message).toMatch(/^--port: /)
  expect((await refused({}, { open: 'perhaps' }))?.message).toMatch(/expected true or false/)
  expect((await refused({}, { keepRuns: 'long' }))?.message).toMatch(/expected a duration/)
  expect((await refused({}, { roles: 'api,cook' }))?.message).toMatch(/expected some of api, dispatch/)
  await writeFile(join(directory, 'millrace.yaml'), 'env: [A]\n')
  expect((await refused())?.message).toMatch(/expected a mapping/)
})

test('a file that is no mapping, or is not there though named, is refused', async () => {
  await writeFile(join(directory, 'millrace.yaml'), 'just words\n')
  expect((await refused())?.message).toMatch(/expected keys/)
  const named = loadConfig({ file: 'absent.yaml', environment: {}, flags: {}, directory })
  await expect(named).rejects.toMatchObject({ code: 'app.config_invalid' })
})

test('every setting has one variable and one flag of its own', () => {
  expect(new Set(configKeys.map(variableOf)).size).toBe(configKeys.length)
  expect(new Set(configKeys.map(flagOf)).size).toBe(configKeys.length)
  expect(variableOf(configKeys.find((key) => key.name === 'logLevel') ?? configKeys[0])).toBe('MILLRACE_LOG_LEVEL')
})

test('only loopback counts as this machine', () => {
  expect(['127.0.0.1', '127.1.2.3', '::1', 'localhost'].every(isLoopback)).toBe(true)
  expect(['0.0.0.0', '::', '192.168.0.1', '127.0.0.1.example.org'].some(isLoopback)).toBe(false)
})

test('an address is shown without its password', () => {
  expect(withoutPassword('postgres://me:secret@db/x')).toBe('postgres://…@db/x')
})
