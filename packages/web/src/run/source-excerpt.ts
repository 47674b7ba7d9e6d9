// The lines of the playbook that a step comes from, found in the text without reading the whole language: tasks and steps
// stand under known keys, and what is wanted is the line on which the step begins.

export interface ExcerptLine {
  readonly number: number
  readonly text: string
  readonly here: boolean
}

/** The line on which a task's step begins; the task's own line when the step is not found; undefined without the task. */
export function findStepLine(text: string, task: string, step: string | undefined): number | undefined {
  const lines = text.split('\n')
  const tasksAt = lines.findIndex((line) => /^tasks\s*:/.test(line))
  if (tasksAt < 0) return undefined
  const taskAt = lines.findIndex((line, index) => index > tasksAt && keyOf(line) === task && indentOf(line) > 0)
  if (taskAt < 0) return undefined
  if (step === undefined) return taskAt + 1
  const indent = indentOf(lines[taskAt] ?? '')
  for (let index = taskAt; index < lines.length; index++) {
    const line = lines[index] ?? ''
    if (index > taskAt && line.trim() !== '' && indentOf(line) <= indent) break
    if (stepIdOf(line) === step) return index + 1
  }
  return taskAt + 1
}

export function excerpt(text: string, line: number, around = 3): readonly ExcerptLine[] {
  const lines = text.split('\n')
  const from = Math.max(1, line - around)
  const to = Math.min(lines.length, line + around + 1)
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, offset) => {
    const number = from + offset
    return { number, text: lines[number - 1] ?? '', here: number === line }
  })
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

function keyOf(line: string): string | undefined {
  return /^\s*["']?([\w.-]+)["']?\s*:/.exec(line)?.[1]
}

/** `id: get`, `- id: get`, `- { id: get, … }`, `steps: [{ id: get, … }]`. */
function stepIdOf(line: string): string | undefined {
  return /(?:^\s*|[-{,]\s*)id\s*:\s*["']?([\w.-]+)/.exec(line)?.[1]
}
