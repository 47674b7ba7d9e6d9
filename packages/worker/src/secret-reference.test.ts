import { expect, test } from 'vitest'
import { resolveSecrets } from './secret-reference.ts'

const source = { get: async (name: string) => (name === 'absent' ? undefined : `value of ${name}`) }
const resolve = async (value: Parameters<typeof resolveSecrets>[0], pointers: string[]) =>
  (await resolveSecrets(value, pointers, ['a', 'b', 'absent'], source)).value

test('a reference becomes its value where a pointer allows one', async () => {
  const value = {
    auth: { bearer: { secret: 'a' } },
    headers: { x: { secret: 'b' }, y: 'plain' },
    list: [{ secret: 'a' }, 1],
  }
  expect(await resolve(value, ['/auth/bearer', '/headers/*', '/list/*'])).toEqual({
    auth: { bearer: 'value of a' },
    headers: { x: 'value of b', y: 'plain' },
    list: ['value of a', 1],
  })
  expect(value.auth.bearer).toEqual({ secret: 'a' })
})

test('elsewhere it stays what it is, and so does what only looks like one', async () => {
  const value = { other: { secret: 'a' }, auth: { secret: 'a', more: 1 }, number: { secret: 1 } }
  expect(await resolve(value, ['/auth', '/number', '/absent/*/deep', '/auth/secret/x'])).toEqual(value)
})

test('keys with a slash or a tilde are found by their escaped pointer', async () => {
  expect(await resolve({ 'a/b~c': { secret: 'a' } }, ['/a~1b~0c'])).toEqual({ 'a/b~c': 'value of a' })
})

test('a secret that the playbook does not name, and one without value, are told apart', async () => {
  await expect(resolve({ x: { secret: 'other' } }, ['/x'])).rejects.toThrow(/names `a`, `b`, `absent`/)
  await expect(resolve({ x: { secret: 'absent' } }, ['/x'])).rejects.toThrow(/MILLRACE_SECRET_ABSENT/)
  await expect(resolveSecrets({ x: { secret: 'a' } }, ['/x'], [], source)).rejects.toThrow(/names none/)
})
