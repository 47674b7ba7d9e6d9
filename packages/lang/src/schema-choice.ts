// When nothing of an `anyOf` or `oneOf` fits, ajv lists what is wrong with every alternative. A person meant one of them:
// the one that is wrong in the fewest ways is told of, and where several are equally near, what they agree on.

import type { ErrorObject } from 'ajv'

/** The errors with those of each choice replaced by the ones worth telling. */
export function settleChoices(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors
    .filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf')
    .sort((a, b) => b.schemaPath.length - a.schemaPath.length)
  let left = errors
  for (const choice of choices) {
    const inside = left.filter((error) => error.schemaPath.startsWith(`${choice.schemaPath}/`))
    if (inside.length === 0) continue
    const told = tellingOf(choice, inside)
    left = left.flatMap((error) => {
      if (error === choice) return told
      return inside.includes(error) ? [] : [error]
    })
  }
  return left
}

interface Branch {
  readonly errors: ErrorObject[]
  distance: number
}

function tellingOf(choice: ErrorObject, inside: readonly ErrorObject[]): readonly ErrorObject[] {
  const branches = new Map<string, Branch>()
  for (const error of inside) {
    const index = error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0] ?? ''
    const branch = branches.get(index) ?? { errors: [], distance: 0 }
    branch.errors.push(error)
    branch.distance += distanceOf(error, choice)
    branches.set(index, branch)
  }
  const least = Math.min(...[...branches.values()].map((branch) => branch.distance))
  const nearest = [...branches.values()].filter((branch) => branch.distance === least)
  if (least >= otherKind) return [choice]
  const only = nearest[0]
  return nearest.length === 1 && only !== undefined ? only.errors : agreedOn(choice, nearest)
}

/** The wrong kind of value altogether says least about what was meant. */
const otherKind = 1000

function distanceOf(error: ErrorObject, choice: ErrorObject): number {
  if (error.instancePath === choice.instancePath && ['type', 'const', 'enum'].includes(error.keyword)) return otherKind
  if (error.keyword === 'additionalProperties') return 10
  return error.keyword === 'required' ? 5 : 1
}

/** Keys that none of them knows; else the keys of which one is missing; else only that nothing fits. */
function agreedOn(choice: ErrorObject, branches: readonly Branch[]): readonly ErrorObject[] {
  const all = branches.flatMap((branch) => branch.errors)
  const unknown = all.filter((error) => error.keyword === 'additionalProperties')
  const keys = new Set(unknown.map((error) => String((error.params as Record<string, unknown>)['additionalProperty'])))
  const properties = Object.assign({}, ...unknown.map((error) => error.parentSchema?.['properties'] ?? {})) as object
  const nobodys = [...keys].filter(
    (key) =>
      unknown.filter((error) => (error.params as Record<string, unknown>)['additionalProperty'] === key).length ===
      branches.length,
  )
  if (nobodys.length > 0) {
    return nobodys.map((key) => ({
      ...choice,
      keyword: 'additionalProperties',
      params: { additionalProperty: key },
      parentSchema: { properties },
    }))
  }
  const missing = new Set(
    all
      .filter((error) => error.keyword === 'required')
      .map((error) => String((error.params as Record<string, unknown>)['missingProperty'])),
  )
  if (missing.size === 0) return [choice]
  return [
    {
      ...choice,
      keyword: 'required',
      params: { missingProperty: [...missing].join('` or `') },
    },
  ]
}
