// What the run page keeps in its address: the view beside the graph, the chosen task and step, and the log filter.

import type { StepAddress } from '../api/run.ts'

export const runViews = ['graph', 'gantt', 'logs', 'data'] as const
export type RunView = (typeof runViews)[number]

export interface RunSearch {
  readonly view?: RunView
  readonly task?: string
  /** `task/item/step`, item −1 outside `forEach`. */
  readonly step?: string
}

export function readRunSearch(search: Record<string, unknown>): RunSearch {
  const view = runViews.find((candidate) => candidate === search['view'])
  const { task, step } = search
  return {
    ...(view === undefined ? {} : { view }),
    ...(typeof task === 'string' && task !== '' ? { task } : {}),
    ...(typeof step === 'string' && readAddress(step) !== undefined ? { step } : {}),
  }
}

export function writeAddress({ task, item, step }: StepAddress): string {
  return `${task}/${item}/${step}`
}

export function readAddress(text: string | undefined): StepAddress | undefined {
  const parts = /^([^/]+)\/(-1|\d{1,9})\/([^/]+)$/.exec(text ?? '')
  if (parts === null) return undefined
  const [, task = '', item = '', step = ''] = parts
  return { task, item: Number(item), step }
}
