import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ManualClock, manualClock } from '@millrace/stdx'
import { migrate, type Store } from '@millrace/store'
import { openPglite } from '@millrace/store/pglite'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AccessOptions, accessMigrations, createAccess } from './index.ts'
import { beliefMsMax, sessionMsMax, sessionsMax } from './limits.ts'

let directory: string
let store: Store
let clock: ManualClock

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-access-'))
  store = await openPglite({ directory: join(directory, 'store') })
  await migrate(store, accessMigrations)
})
afterAll(async () => {
  await store.close()
  await rm(directory, { recursive: true, force: true })
})
beforeEach(async () => {
  clock = manualClock()
  await store.script('truncate access.administrator, access.session, access.environment')
})

async function started(options: Partial<AccessOptions> = {}) {
  const access = createAccess({ store, clock, randomBytes, ...options })
  await access.start()
  return access
}

const chosen = 'a-token-from-a-password-generator-0123456789'

test('the first start makes a token and shows it once', async () => {
  const access = await started()
  const token = access.firstStart()?.token ?? ''
  expect(token).toMatch(/^mra_[\w-]{43}$/)
  expect(access.firstStart()).toBeUndefined()
  expect(await access.authenticate(token)).toMatchObject({ name: 'administrator', kind: 'administrator' })
  expect((await started()).firstStart()).toBeUndefined()
})

test('only the hash of the token is kept', async () => {
  const access = await started()
  const token = access.firstStart()?.token ?? ''
  const [row] = await store.query<{ hash: Uint8Array }>('select token_hash as hash from access.administrator')
  expect(row?.hash).toHaveLength(32)
  expect(Buffer.from(row?.hash ?? []).toString('latin1')).not.toContain(token.slice(4))
})

test('of two processes that start at once, one shows a token', async () => {
  const shown = (await Promise.all([started(), started()])).map((access) => access.firstStart()?.token)
  expect(shown.filter((token) => token !== undefined)).toHaveLength(1)
})

test('another token is nobody’s', async () => {
  const access = await started()
  const token = access.firstStart()?.token ?? ''
  for (const wrong of ['', 'mra_', token.slice(0, -1), `${token}x`, token.toUpperCase(), 'x'.repeat(100_000)]) {
    expect(await access.authenticate(wrong)).toBeUndefined()
    expect(await access.openSession(wrong)).toBeUndefined()
    expect(await access.authenticateSession(wrong)).toBeUndefined()
  }
  // A token is no session, and a session is no token.
  const session = await access.openSession(token)
  expect(await access.authenticateSession(token)).toBeUndefined()
  expect(await access.authenticate(session?.secret ?? '')).toBeUndefined()
})

test('a token from the environment replaces the one there was and ends its sessions', async () => {
  const first = await started()
  const token = first.firstStart()?.token ?? ''
  const session = await first.openSession(token)
  const access = await started({ adminToken: chosen })
  expect(access.firstStart()).toBeUndefined()
  expect(await access.authenticate(chosen)).toBeDefined()
  expect(await access.authenticate(token)).toBeUndefined()
  expect(await access.authenticateSession(session?.secret ?? '')).toBeUndefined()
})

test('starting again with the same token from the environment keeps its sessions', async () => {
  const session = await (await started({ adminToken: chosen })).openSession(chosen)
  const access = await started({ adminToken: chosen })
  expect(await access.authenticateSession(session?.secret ?? '')).toBeDefined()
})

test.each(['short', '', 'x'.repeat(31), `${'x'.repeat(40)} with spaces`, 'ü'.repeat(40), 'x'.repeat(513)])(
  'a token that can be guessed or cannot be sent is refused: %s',
  (adminToken) => {
    expect(() => createAccess({ store, clock, randomBytes, adminToken })).toThrow(/32 to 512 visible ASCII/)
  },
)

test('a session ends by signing out, and by its age', async () => {
  const access = await started({ adminToken: chosen })
  const one = await access.openSession(chosen)
  const other = await access.openSession(chosen)
  expect(one?.secret).not.toBe(other?.secret)
  expect(one?.expiresAt).toBe(clock.now() + sessionMsMax)
  await access.closeSession(one?.secret ?? '')
  expect(await access.authenticateSession(one?.secret ?? '')).toBeUndefined()
  expect(await access.authenticateSession(other?.secret ?? '')).toBeDefined()
  clock.advance(sessionMsMax)
  expect(await access.authenticateSession(other?.secret ?? '')).toBeUndefined()
})

test('the oldest sessions go when there are too many, and expired ones go first', async () => {
  const access = await started({ adminToken: chosen })
  await store.query(
    `insert into access.session (secret_hash, created_at, expires_at)
     select decode(lpad(to_hex(n), 64, '0'), 'hex'), n, $1 from generate_series(1, $2) as n`,
    [clock.now() + sessionMsMax, sessionsMax + 5],
  )
  await access.openSession(chosen)
  const [row] = await store.query<{ count: number; oldest: number }>(
    'select count(*) as count, min(created_at) as oldest from access.session',
  )
  expect(row).toEqual({ count: sessionsMax, oldest: 7 })
})

test('a reset makes a new token and ends every session, in other processes after a moment', async () => {
  const access = await started({ adminToken: chosen })
  const elsewhere = await started({ adminToken: chosen })
  const session = await elsewhere.openSession(chosen)
  expect(await elsewhere.authenticate(chosen)).toBeDefined()
  const token = await access.resetToken()
  expect(await access.authenticate(token)).toBeDefined()
  expect(await access.authenticate(chosen)).toBeUndefined()
  clock.advance(beliefMsMax + 1)
  expect(await elsewhere.authenticate(chosen)).toBeUndefined()
  expect(await elsewhere.authenticateSession(session?.secret ?? '')).toBeUndefined()
})

test('there is always dev, and whatever else was asked for', async () => {
  const access = await started({ environments: ['prod', 'eu-staging'] })
  expect((await access.environments()).map(({ name }) => name)).toEqual(['dev', 'eu-staging', 'prod'])
  await access.requireEnvironment('prod')
})

test('an environment that is not there is told with the one probably meant', async () => {
  const access = await started({ environments: ['prod'] })
  await expect(access.requireEnvironment('prd')).rejects.toMatchObject({
    code: 'access.environment_unknown',
    message: 'There is no environment "prd". Did you mean "prod"?',
  })
  await expect(access.requireEnvironment('"; drop table x')).rejects.toThrow(/There is: dev, prod\./)
})

test.each(['', 'Prod', '1st', '-x', 'a/b', 'a'.repeat(41), 'ü'])(
  'an environment cannot be called "%s"',
  async (name) => {
    await expect(started({ environments: [name] })).rejects.toMatchObject({ code: 'access.environment_invalid' })
  },
)
