// What all parts of parsing share, and how they compile an expression.

import { type CompiledTemplate, compileTemplate, type Template } from '@millrace/lang'
import type { Json } from '@millrace/stdx'
import { nameOf } from './check-shape.ts'
import type { Complaints } from './complaints.ts'
import { checkMentions, type DocumentNames, type ExpressionScope } from './expression-scope.ts'
import type { ParseOptions } from './parsed.ts'

export interface ParseWork {
  readonly options: ParseOptions
  readonly complaints: Complaints
  readonly names: DocumentNames
  readonly secrets: ReadonlySet<string>
  readonly budget: { left: number }
  readonly notYet: { readonly pointer: string; readonly sentence: string }[]
}

/** A feature that is in the language and does not run yet. */
export function notYet(work: ParseWork, pointer: string, sentence: string): void {
  work.notYet.push({ pointer, sentence })
  work.complaints.at(pointer, 'playbook.not_yet', sentence, { part: 'key' })
}

/** Compiles a value, complaining about expressions that do not parse and names that cannot exist. */
export function templateOf(
  work: ParseWork,
  value: Json,
  pointer: string,
  scope: ExpressionScope,
  literal: readonly string[] = [],
): CompiledTemplate {
  const compiled = compileTemplate(value, { pointer, literal, budget: work.budget })
  for (const { pointer: at, offset, length, code, message, ...more } of compiled.complaints) {
    work.complaints.inside(at, { offset, length }, code, message, more)
  }
  checkMentions(compiled.mentions, scope, work.complaints)
  return compiled
}

/** An expression is wanted here: a text without one is a mistake, most often of the braces. */
export function expressionOf(
  work: ParseWork,
  value: Json | undefined,
  pointer: string,
  scope: ExpressionScope,
): Template | undefined {
  if (value === undefined) return undefined
  const { template, complaints } = templateOf(work, value, pointer, scope)
  if (typeof value === 'string' && template.constant && complaints.length === 0) {
    work.complaints.at(pointer, 'playbook.value_invalid', `${nameOf(pointer)} must be an expression; found text.`, {
      expected: 'an expression in `{{ … }}`',
      found: value.slice(0, 60),
      hint: `Write "{{ ${value.trim().slice(0, 60)} }}".`,
    })
  }
  return template
}
