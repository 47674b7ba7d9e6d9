// The text a person wrote → the playbook, or everything that is wrong with it, placed. Pure, and slow enough (YAML) that
// callers keep what it answers.
//
//   text ──readYaml──▶ value ──checkShape──▶ keys and kinds ──▶ graph, expressions, `with` ──▶ Playbook

import { readYaml, type Source, type Template } from '@millrace/lang'
import { isObject, type Json, type JsonObject } from '@millrace/stdx'
import { checkShape, filled } from './check-shape.ts'
import { gatherComplaints } from './complaints.ts'
import type { Playbook } from './document.ts'
import { type ExpressionScope, runScope, startScope } from './expression-scope.ts'
import { metadataShape, playbookShape } from './grammar.ts'
import { playbookLimits } from './limits.ts'
import { checkGraph, graphOf } from './parse-graph.ts'
import { inputsOf } from './parse-inputs.ts'
import { outlineOf } from './parse-outline.ts'
import { durationOf } from './parse-step.ts'
import { tasksOf } from './parse-tasks.ts'
import { checkConcurrency, triggersOf } from './parse-triggers.ts'
import { type ParseWork, templateOf } from './parse-work.ts'
import type { Parsed, ParseOptions } from './parsed.ts'

/** Never throws. */
export function parse(text: string, options: ParseOptions): Parsed {
  const source = readYaml(text)
  const outline = outlineOf(source)
  if (source.value === undefined) return { playbook: undefined, complaints: source.complaints, outline }
  if (!isObject(source.value)) return { playbook: undefined, complaints: [noMapping(source)], outline }
  const complaints = gatherComplaints(source)
  checkShape(playbookShape, source.value, '', complaints)
  const given = filled(playbookShape, source.value)
  const graph = graphOf(given['tasks'])
  checkGraph(graph, complaints)
  const inputs = inputsOf(given['inputs'], complaints, options)
  const secrets = Array.isArray(given['secrets']) ? given['secrets'].filter((name) => typeof name === 'string') : []
  const work: ParseWork = {
    options,
    complaints,
    names: { ...graph, inputs: new Set(inputs.keys()) },
    secrets: new Set(secrets),
    budget: { left: playbookLimits.expressionsMax },
    notYet: [],
  }
  checkSecretCount(work, secrets.length)
  const playbook = playbookOf(work, given, inputs, secrets)
  return { playbook: complaints.publishable() ? playbook : undefined, complaints: complaints.list(), outline }
}

function noMapping(source: Source): Parsed['complaints'][number] {
  const empty = source.value === null
  return {
    code: 'playbook.wrong_type',
    message: empty ? 'The document is empty.' : 'A playbook is a mapping of keys.',
    pointer: '',
    ...source.place(''),
    expected: 'a mapping that begins with `apiVersion: millrace.io/v1`',
    hint: 'Begin with `apiVersion: millrace.io/v1` and `kind: Playbook`.',
  }
}

function checkSecretCount(work: ParseWork, count: number): void {
  const max = playbookLimits.secretsMax
  if (count <= max) return
  work.complaints.at('/secrets', 'playbook.too_many', `\`secrets\` holds ${count} names; at most ${max} are allowed.`, {
    part: 'key',
    expected: `at most ${max}`,
    found: String(count),
  })
}

function playbookOf(
  work: ParseWork,
  given: Readonly<Record<string, Json | undefined>>,
  inputs: Playbook['inputs'],
  secrets: readonly string[],
): Playbook {
  const metadata = filled(metadataShape, given['metadata'])
  const scope = runScope(work.names)
  checkConcurrency(work, given['concurrency'], startScope(work.names))
  return {
    name: String(metadata['name'] ?? ''),
    description: String(metadata['description'] ?? ''),
    labels: (isObject(metadata['labels']) ? metadata['labels'] : {}) as Record<string, string>,
    inputs,
    secrets,
    timeoutMs: given['timeout'] === undefined ? undefined : durationOf(given['timeout']),
    triggers: triggersOf(work, given['triggers']),
    tasks: tasksOf(work, given['tasks']),
    outputs: outputsOf(work, given['outputs'], scope),
    notYet: work.notYet,
  }
}

function outputsOf(work: ParseWork, written: Json | undefined, scope: ExpressionScope): ReadonlyMap<string, Template> {
  const outputs = new Map<string, Template>()
  for (const [name, value] of Object.entries(isObject(written) ? (written as JsonObject) : {})) {
    outputs.set(name, templateOf(work, value, `/outputs/${name}`, scope).template)
  }
  return outputs
}
