import { expect, test } from 'vitest'
import { density, domainMsMin, pan, position, ticks, zoom } from './gantt-scale.ts'

const bounds = { from: 1_000, to: 11_000 }

test('ticks stand at round distances from the start of the run', () => {
  expect(ticks(bounds, 1_000, 500, 100).map((at) => at - 1_000)).toEqual([0, 2_000, 4_000, 6_000, 8_000, 10_000])
})

test('ticks keep their distance however long the run', () => {
  for (const span of [3, 999, 12_345, 7_200_000, 90 * 86_400_000]) {
    expect(ticks({ from: 0, to: span }, 0, 900, 90).length).toBeLessThanOrEqual(11)
  }
})

test('no width and no time have no ticks', () => {
  expect(ticks(bounds, 0, 0)).toEqual([])
  expect(ticks({ from: 5, to: 5 }, 0, 100)).toEqual([])
})

test('zooming keeps what is under the pointer where it is', () => {
  const zoomed = zoom(bounds, bounds, 0.5, 0.25)
  expect(zoomed.to - zoomed.from).toBe(5_000)
  expect(position(zoomed, 3_500)).toBeCloseTo(0.25)
})

test('zooming and moving stay within the run', () => {
  expect(zoom(bounds, bounds, 3, 0.5)).toEqual(bounds)
  expect(pan({ from: 1_000, to: 2_000 }, bounds, -5)).toEqual({ from: 1_000, to: 2_000 })
  expect(pan({ from: 1_000, to: 2_000 }, bounds, 50)).toEqual({ from: 10_000, to: 11_000 })
})

test('zooming ends before time stands still', () => {
  const zoomed = zoom({ from: 1_000, to: 1_010 }, bounds, 0.0001, 0.5)
  expect(zoomed.to - zoomed.from).toBe(domainMsMin)
})

test('a run that took no time is drawn', () => {
  expect(position({ from: 5, to: 5 }, 5)).toBe(0)
  expect(zoom({ from: 5, to: 5 }, { from: 5, to: 5 }, 1, 0.5).from).toBe(5)
})

test('density counts what goes on at the same time', () => {
  const stretches = [
    { from: 0, to: 49 },
    { from: 20, to: 99 },
    { from: 200, to: 300 },
  ]
  expect(density(stretches, { from: 0, to: 100 }, 4)).toEqual([2, 2, 1, 1])
  expect(density(stretches, { from: 0, to: 0 }, 2)).toEqual([0, 0])
})
