// Patterns that users write, matched in linear time (RE2 through re2js): a backtracking engine can be made to hang.

import { RE2JS } from 're2js'
import { patternCharsMax, patternCostMax, patternProgramMax, patternsKept } from './limits.ts'

const compiled = new Map<string, RE2JS>()

/** Throws an Error that says what is wrong; lookaround and back references are not in RE2. */
export function compilePattern(source: string, flags = ''): RE2JS {
  if (source.length > patternCharsMax) {
    throw new Error(`The pattern has ${source.length} characters; at most ${patternCharsMax} are allowed.`)
  }
  const key = `${flags}/${source}`
  let found = compiled.get(key)
  if (found === undefined) {
    let bits = 0
    if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE
    if (flags.includes('m')) bits |= RE2JS.MULTILINE
    if (flags.includes('s')) bits |= RE2JS.DOTALL
    found = RE2JS.compile(RE2JS.translateRegExp(source), bits)
    if (found.programSize() > patternProgramMax) {
      throw new Error(`The pattern /${source}/ repeats too much; write smaller counts.`)
    }
    if (compiled.size >= patternsKept) compiled.clear()
    compiled.set(key, found)
  }
  return found
}

/** As ajv wants an engine. `toString` is its own: ajv keys patterns by it, and without it all would be one. */
export function schemaPattern(source: string): { test(text: string): boolean; toString(): string } {
  const pattern = compilePattern(source)
  return {
    test: (text) => pattern.matcher(text).find(),
    toString: () => `/${source}/`,
  }
}

/** What a pattern may cost: see `linearRegExp`. */
export class PatternCost extends Error {}

/**
 * The part of `RegExp` that JSONata uses: `new`, `lastIndex` and `exec`. One search costs at most the size of the pattern's
 * program times the length of the text, which is bounded; all matches of a text may need as many searches as it has
 * characters, so that between them the caller is asked whether it is late.
 */
export function linearRegExp(isLate: () => boolean): RegExpConstructor {
  class LinearRegExp {
    readonly #pattern: RE2JS
    #matcher: { readonly of: string; readonly matcher: Matcher } | undefined
    readonly source: string
    lastIndex = 0

    constructor(written: RegExp) {
      this.#pattern = compilePattern(written.source, written.flags)
      this.source = written.source
    }

    exec(text: string): RegExpExecArray | null {
      if (isLate()) throw new PatternCost('The time for this expression is used up.')
      const matcher = this.#matcherOf(text)
      if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
        this.lastIndex = 0
        return null
      }
      const groups: (string | undefined)[] = []
      for (let i = 0; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? undefined)
      this.lastIndex = matcher.end()
      return Object.assign(groups, { index: matcher.start(), input: text }) as RegExpExecArray
    }

    #matcherOf(text: string): Matcher {
      if (this.#matcher?.of === text) return this.#matcher.matcher
      const cost = text.length * this.#pattern.programSize()
      if (cost > patternCostMax) {
        throw new PatternCost(`The pattern /${this.source}/ is too much work for a text of ${text.length} characters.`)
      }
      this.#matcher = { of: text, matcher: this.#pattern.matcher(text) }
      return this.#matcher.matcher
    }
  }
  return LinearRegExp as unknown as RegExpConstructor
}

type Matcher = ReturnType<RE2JS['matcher']>
