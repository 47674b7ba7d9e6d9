// The vocabulary in which the language is declared (`grammar.ts`). One declaration drives the checks, the published JSON
// Schema, completion and the reference, so that they cannot disagree.

import type { Json } from '@millrace/stdx'

export type Shape =
  | { readonly kind: 'object'; readonly keys: Readonly<Record<string, Key>> }
  | { readonly kind: 'map'; readonly of: Shape; readonly name: NameRule; readonly noun: string }
  | { readonly kind: 'list'; readonly of: Shape; readonly itemsMin: number }
  | { readonly kind: 'text' }
  | { readonly kind: 'name'; readonly name: NameRule; readonly noun: string; readonly refers?: Reference }
  | { readonly kind: 'words'; readonly words: Readonly<Record<string, string>> }
  | { readonly kind: 'duration'; readonly msMin: number; readonly msMax: number }
  | { readonly kind: 'whole'; readonly min: number; readonly max: number }
  /** Text with `{{ … }}`; a condition may also be `true` or `false`. */
  | { readonly kind: 'expression'; readonly condition: boolean }
  /** Any value, with `{{ … }}` in its texts; `with` is checked against its plugin's schema elsewhere. */
  | { readonly kind: 'value' }
  /** A mapping of any keys, with `{{ … }}` in its texts. */
  | { readonly kind: 'mapping' }
  | { readonly kind: 'schema' }

export interface Key {
  readonly shape: Shape
  /** Markdown, for completion, hover and the reference. */
  readonly about: string
  readonly required?: boolean
  /** What counts when the key is absent, as it would be written. */
  readonly default?: Json
}

export type ObjectShape = Extract<Shape, { kind: 'object' }>

/** `word` can stand in an expression as it is; `slug` also has dashes; `dotted` also has dots. */
export type NameRule = 'word' | 'slug' | 'dotted'

/** What a name must be the name of. */
export type Reference = 'task' | 'plugin' | 'secret' | 'pool'

const patterns: Readonly<Record<NameRule, RegExp>> = {
  word: /^[A-Za-z][A-Za-z0-9_]{0,62}$/,
  slug: /^[A-Za-z][A-Za-z0-9_-]{0,62}$/,
  dotted: /^[A-Za-z][A-Za-z0-9_-]{0,62}(\.[A-Za-z][A-Za-z0-9_-]{0,62}){0,7}$/,
}

export const nameRules: Readonly<Record<NameRule, string>> = {
  word: 'a letter, then letters, digits or `_`, at most 63 characters',
  slug: 'a letter, then letters, digits, `_` or `-`, at most 63 characters',
  dotted: 'words of letters, digits, `_` or `-`, joined by dots',
}

export function isName(text: string, rule: NameRule): boolean {
  return patterns[rule].test(text)
}

export function namePattern(rule: NameRule): string {
  return patterns[rule].source
}
