// One JSONata expression: parsed once, its names known, evaluated within bounds and without a clock or dice of its own.

import { invariant, MillraceError, messageOf } from '@millrace/stdx'
import jsonata from 'jsonata'
import type { EvaluateOptions } from './contract.ts'
import { langErrors } from './errors.ts'
import { bindFunctions, callName, newCall, Refused } from './expression-functions.ts'
import { boundGrowth } from './expression-growth.ts'
import { type AstNode, findNames, type NamesFound, pathNames } from './expression-names.ts'
import {
  evaluateStackMax,
  expressionCharsMax,
  expressionPatternsMax,
  expressionsKept,
  sequenceItemsMax,
} from './limits.ts'
import { plainJson } from './plain-json.ts'
import { type PlainPath, plainPath, undecided, walk } from './plain-path.ts'
import { compilePattern, linearRegExp, PatternCost } from './regex.ts'

export interface Expression {
  readonly source: string
  /** A path that is walked without JSONata. */
  readonly plain: boolean
  readonly names: NamesFound
  /**
   * Undefined when it yields nothing. A promise only where JSONata itself is needed. `salt` makes the chance of one
   * expression another's, where several are evaluated with one seed.
   */
  evaluate(scope: Readonly<Record<string, unknown>>, options: EvaluateOptions, salt?: number): unknown
}

export interface ExpressionFault {
  readonly message: string
  /** Offset in the expression. */
  readonly offset: number
  /** Default: `lang.expression_invalid`. */
  readonly code?: string
}

const kept = new Map<string, Expression | ExpressionFault>()

/** Parses an expression; kept by its text, so that the same one is parsed once. */
export function compileExpression(source: string): Expression | ExpressionFault {
  let found = kept.get(source)
  if (found === undefined) {
    found = compile(source)
    if (kept.size >= expressionsKept) kept.clear()
    kept.set(source, found)
  }
  return found
}

export function isFault(compiled: Expression | ExpressionFault): compiled is ExpressionFault {
  return 'offset' in compiled
}

function compile(source: string): Expression | ExpressionFault {
  if (source.trim() === '') return { message: 'The expression is empty.', offset: 0 }
  if (source.length > expressionCharsMax) {
    return {
      message: `The expression has ${source.length} characters; at most ${expressionCharsMax} are allowed.`,
      offset: 0,
    }
  }
  const path = plainPath(source)
  if (path !== undefined) return pathExpression(source, path)
  const program = parse(source)
  if ('offset' in program) return program
  return {
    source,
    plain: false,
    names: program.names,
    evaluate: (scope, options, salt = 0) => inTurn(() => program.run(scope, options, salt)),
  }
}

/** Parsed by JSONata only once it is needed: documents hold thousands of plain paths. */
function pathExpression(source: string, path: PlainPath): Expression {
  let program: Program | undefined
  return {
    source,
    plain: true,
    names: pathNames(source),
    evaluate(scope, options, salt = 0) {
      const value = walk(path, scope)
      if (value !== undecided) return value
      if (program === undefined) {
        const parsed = parse(source)
        invariant(!('offset' in parsed), `a plain path parses: ${source}`)
        program = parsed
      }
      const { run } = program
      return inTurn(() => run(scope, options, salt))
    },
  }
}

interface Program {
  readonly names: NamesFound
  run(scope: Readonly<Record<string, unknown>>, options: EvaluateOptions, salt: number): Promise<unknown>
}

function parse(source: string): Program | ExpressionFault {
  let lateAtMs = 0
  const RegexEngine = linearRegExp(() => Date.now() > lateAtMs)
  const limits = { timeout: 1, stack: evaluateStackMax, sequence: sequenceItemsMax, RegexEngine }
  let parsed: jsonata.Expression
  try {
    parsed = jsonata(source, limits)
  } catch (thrown) {
    return parseFault(thrown, source)
  }
  const names = findNames(parsed.ast() as unknown as AstNode)
  const fault = namesFault(names)
  if (fault !== undefined) return fault
  let bound = false
  return {
    names,
    async run(scope, options, salt) {
      if (!bound) {
        bindFunctions(parsed)
        if (names.grows) boundGrowth(parsed)
        bound = true
      }
      limits.timeout = options.timeMsMax
      lateAtMs = Date.now() + options.timeMsMax
      const call = newCall(options.nowMs, options.seed + Math.imul(salt, 0x9e3779b1))
      try {
        const value: unknown = await parsed.evaluate(scope, { [callName]: call })
        return value === undefined ? undefined : plainJson(value, source.trim())
      } catch (thrown) {
        throw evaluationError(thrown, source.trim(), options.timeMsMax)
      }
    },
  }
}

let last: Promise<unknown> = Promise.resolve()

/**
 * One evaluation after the other: JSONata awaits at every node but never waits for anything, so that running two at
 * once gains nothing and would count the time of one against the other.
 */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work)
  last = turn.catch(() => undefined)
  return turn
}

interface Thrown {
  readonly code?: unknown
  readonly message?: unknown
  readonly position?: unknown
  readonly token?: unknown
}

function parseFault(thrown: unknown, source: string): ExpressionFault {
  if (thrown instanceof RangeError) return { message: 'The expression is nested too deeply.', offset: 0 }
  const { code, message, position, token } = thrown as Thrown
  const text =
    code === 'S0201'
      ? `\`${String(token)}\` is not expected here.`
      : typeof message === 'string'
        ? message.replace(/\.?$/, '.')
        : 'The expression does not parse.'
  // The parser points behind the token it stumbled over.
  const offset = typeof position === 'number' ? Math.max(0, Math.min(position, source.length) - 1) : 0
  return { message: text, offset }
}

function namesFault(names: NamesFound): ExpressionFault | undefined {
  const call = names.calls[0]
  if (call !== undefined) {
    return {
      message: `\`${call.name}\` is no function: functions begin with \`$\`, as in \`$${call.name}(…)\`.`,
      offset: call.start,
    }
  }
  if (names.variables.has('eval')) return { message: '`$eval` is not available.', offset: 0 }
  if (names.patterns.length > expressionPatternsMax) {
    const message = `The expression holds ${names.patterns.length} patterns; at most ${expressionPatternsMax} are allowed.`
    return { message, offset: 0 }
  }
  for (const { written, position } of names.patterns) {
    try {
      compilePattern(written.source, written.flags)
    } catch (thrown) {
      // The tokenizer has added the flag `g`, and points behind the token.
      const start = position - written.source.length - written.flags.length - 1
      return {
        message: `The pattern ${written} does not work: ${messageOf(thrown).replace(/\.?$/, '.')}`,
        offset: start,
      }
    }
  }
  return undefined
}

/** JSONata's codes for too deep, too long, too many. */
const endlessCodes = new Set<unknown>(['D1011', 'D2014', 'D2015'])

function evaluationError(thrown: unknown, source: string, timeMsMax: number): MillraceError {
  if (thrown instanceof MillraceError) return thrown
  const { code, message } = thrown as Thrown
  if (code === 'D1012') {
    return langErrors.expression_endless(`\`${source}\` took longer than ${timeMsMax} ms and was stopped.`)
  }
  if (
    thrown instanceof RangeError ||
    thrown instanceof Refused ||
    thrown instanceof PatternCost ||
    endlessCodes.has(code)
  ) {
    return langErrors.expression_endless(`\`${source}\` went beyond its limits: ${String(message)}`)
  }
  const why = typeof message === 'string' && message !== '' ? message : 'it could not be evaluated'
  return langErrors.expression_failed(`\`${source}\` failed: ${why}`)
}
