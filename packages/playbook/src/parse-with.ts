// `with`: held against its plugin's schema before anything runs. What is an expression or a secret is not known yet and
// fits any type; everything around it is checked.

import { compileSchema, pointerJoin, pointerMatches, type SchemaCheck, type Template } from '@millrace/lang'
import { isObject, type Json, messageOf, nearest } from '@millrace/stdx'
import { nameOf } from './check-shape.ts'
import type { ExpressionScope } from './expression-scope.ts'
import { type ParseWork, templateOf } from './parse-work.ts'
import type { PluginDescription } from './plugins.ts'

export interface With {
  readonly value: Json
  readonly pointer: string
  /** Pointer of the step, for what is missing when there is no `with` at all. */
  readonly step: string
  readonly plugin: PluginDescription | undefined
  readonly scope: ExpressionScope
}

export function withOf(work: ParseWork, given: With): Template {
  const { plugin, pointer, value } = given
  const compiled = templateOf(work, value, pointer, given.scope, plugin?.literal)
  const secrets = secretsOf(value, plugin)
  for (const secret of secrets) checkSecret(work, given, secret)
  if (plugin !== undefined && work.options.schemas !== 'skip') {
    const unknown = [...compiled.dynamic.map((each) => each.slice(pointer.length)), ...secrets.map((each) => each.at)]
    checkSchema(work, given, plugin, unknown)
  }
  return compiled.template
}

interface SecretUse {
  /** Pointer within `with`. */
  readonly at: string
  readonly name: string
}

/** Every `{ secret: name }`, outside of code and text of the plugin's own. */
function secretsOf(value: Json, plugin: PluginDescription | undefined): SecretUse[] {
  const found: SecretUse[] = []
  const visit = (part: Json, at: string): void => {
    if (plugin?.literal.some((pattern) => pointerMatches(pattern, at))) return
    if (Array.isArray(part)) part.forEach((item: Json, i) => visit(item, pointerJoin(at, i)))
    if (!isObject(part)) return
    const entries = Object.entries(part as Record<string, Json>)
    const [key, name] = entries[0] ?? []
    if (entries.length === 1 && key === 'secret' && typeof name === 'string' && at !== '') found.push({ at, name })
    else for (const [each, item] of entries) visit(item, pointerJoin(at, each))
  }
  visit(value, '')
  return found
}

function checkSecret(work: ParseWork, given: With, secret: SecretUse): void {
  const { plugin } = given
  const pointer = `${given.pointer}${secret.at}`
  if (plugin !== undefined && !plugin.secrets.some((pattern) => pointerMatches(pattern, secret.at))) {
    const places = plugin.secrets.map((each) => `\`${each.slice(1).replaceAll('/', '.')}\``)
    work.complaints.at(
      pointer,
      'playbook.secret_place',
      `\`${plugin.name}\` takes no secret at ${nameOf(secret.at)}.`,
      {
        found: `{ secret: ${secret.name} }`,
        expected: places.length === 0 ? 'no secret anywhere in `with`' : `a secret at ${places.join(', ')}`,
        hint: 'If it is plain data, write it as an expression: "{{ {\'secret\': …} }}".',
      },
    )
    return
  }
  if (work.secrets.has(secret.name)) return
  const meant = nearest(secret.name, work.secrets)
  work.complaints.at(
    `${pointer}/secret`,
    'playbook.unknown_secret',
    `\`secrets\` does not declare \`${secret.name}\`.`,
    {
      found: secret.name,
      hint:
        meant === undefined
          ? `Add it: \`secrets: [${[...work.secrets, secret.name].join(', ')}]\`.`
          : `Did you mean \`${meant}\`?`,
    },
  )
}

function checkSchema(work: ParseWork, given: With, plugin: PluginDescription, unknown: readonly string[]): void {
  let check: SchemaCheck
  try {
    check = compileSchema(plugin.input)
  } catch (thrown) {
    const message = `The schema of plugin \`${plugin.name}\` cannot be used: ${messageOf(thrown)}`
    work.complaints.at(given.step, 'playbook.with_invalid', message, { hint: 'Mend the plugin’s description.' })
    return
  }
  for (const { pointer, part, message, expected, found, hint } of check.check(given.value, unknown)) {
    const more = { ...(expected && { expected }), ...(found && { found }), ...(hint && { hint }) }
    const sentence = message.replace(/^The value\b/, `\`with\` of \`${plugin.name}\``)
    work.complaints.at(`${given.pointer}${pointer}`, 'playbook.with_invalid', sentence, { part, ...more })
  }
}
