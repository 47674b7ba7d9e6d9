import { expect, test } from 'vitest'
import { directionFor, type GraphTask, graphSignature, layoutGraph, layoutOf, nodeHeight } from './layout.ts'

const task = (name: string, needs: string[] = [], steps = 1): GraphTask => ({
  name,
  needs,
  when: 'completed',
  forEach: false,
  steps: Array.from({ length: steps }, (_, index) => ({ id: `s${index}`, plugin: 'http' })),
})

test('a task stands below all that it needs', () => {
  const { nodes, edges } = layoutGraph([task('a'), task('b', ['a']), task('c', ['a', 'b'])], 'down')
  const top = (name: string) => nodes.get(name)?.y ?? Number.NaN
  expect(top('a')).toBeLessThan(top('b'))
  expect(top('b')).toBeLessThan(top('c'))
  expect(edges).toHaveLength(3)
})

test('to the right, needs stand to the left', () => {
  const { nodes } = layoutGraph([task('a'), task('b', ['a'])], 'right')
  expect(nodes.get('a')?.x ?? 0).toBeLessThan(nodes.get('b')?.x ?? 0)
})

test('no two nodes of one layer overlap', () => {
  const tasks = [task('root'), ...Array.from({ length: 8 }, (_, index) => task(`t${index}`, ['root'], index % 4))]
  const { nodes } = layoutGraph(tasks, 'down')
  const boxes = [...nodes.values()]
  for (const [index, a] of boxes.entries()) {
    for (const b of boxes.slice(index + 1)) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
      expect(apart).toBe(true)
    }
  }
})

test('a need that does not exist, and a task that needs itself, draw no edge', () => {
  expect(layoutGraph([task('a', ['ghost']), task('b', ['b'])], 'down').edges).toEqual([])
})

test('a circle is still drawn', () => {
  const { nodes, edges } = layoutGraph([task('a', ['b']), task('b', ['a'])], 'down')
  expect(nodes.size).toBe(2)
  expect(edges).toHaveLength(2)
})

test('nothing is an empty drawing', () => {
  expect(layoutGraph([], 'down').nodes.size).toBe(0)
})

test('many steps do not make a node endless', () => {
  expect(nodeHeight(task('a', [], 100))).toBe(nodeHeight(task('a', [], 7)))
})

test('the signature changes with the graph and not with anything else', () => {
  expect(graphSignature([task('a')])).toBe(graphSignature([task('a')]))
  expect(graphSignature([task('a')])).not.toBe(graphSignature([task('a', [], 2)]))
  const running = { ...task('a'), state: 'running' }
  expect(graphSignature([running])).toBe(graphSignature([task('a')]))
})

test('wide panes read to the right, tall ones down', () => {
  expect(directionFor(1200, 400)).toBe('right')
  expect(directionFor(500, 700)).toBe('down')
})

test('a signature holds all that the layout needs', () => {
  const tasks = [task('a'), task('b', ['a'], 3)]
  expect(layoutOf(graphSignature(tasks), 'down')).toEqual(layoutGraph(tasks, 'down'))
})
