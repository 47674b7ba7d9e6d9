import { expect, test } from 'vitest'
import { type Action, actions, administrator, anonymous, isAction, loopback } from './index.ts'

const all = Object.keys(actions) as Action[]

test('the administrator and whoever sits at an open machine may do everything, everywhere', () => {
  for (const action of all) {
    expect(administrator.may(action, 'dev')).toBe(true)
    expect(loopback.may(action, 'prod')).toBe(true)
  }
})

test('whoever does not say who they are reaches nobody’s data', () => {
  expect(all.filter((action) => anonymous.may(action, 'dev'))).toEqual([
    'console.read',
    'example.read',
    'health.read',
    'self.read',
    'session.write',
  ])
})

test('what is not in the table is no action', () => {
  expect(isAction('run.start')).toBe(true)
  expect(isAction('run.explode')).toBe(false)
  expect(isAction('toString')).toBe(false)
})
