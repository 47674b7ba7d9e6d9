import { expect, test } from 'vitest'
import { idTime, idTimed, seededRandom } from './index.ts'

test('ids sort by birth, and tell when it was', () => {
  const random = seededRandom(1)
  const at = Date.UTC(2026, 5, 1)
  const ids = [0, 1, 1000, 86_400_000].map((later) => idTimed('run', at + later, random))
  expect([...ids].sort()).toEqual(ids)
  expect(ids.map(idTime)).toEqual([at, at + 1, at + 1000, at + 86_400_000])
  expect(ids[0]).toMatch(/^run_[0-9A-HJKMNP-TV-Z]{26}$/)
})

test('what is no id has no time', () => {
  for (const text of ['', 'run_', 'run_01', 'RUN_01JABCDEFGHJKMNPQRSTVWXYZ', 'run_01JABCDEFGHJKMNPQRSTVWXYI0']) {
    expect(idTime(text)).toBeUndefined()
  }
})
