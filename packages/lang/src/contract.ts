// One language: JSON Schema 2020-12 with YAML positions in its complaints, and JSONata between `{{` and `}}`.

import type { Complaint, Json } from '@millrace/stdx'

/** A YAML (or JSON) text with its positions kept. */
export interface Source {
  readonly text: string
  /** The value, plain JSON; undefined when the text does not parse. */
  readonly value: Json | undefined
  readonly complaints: readonly Complaint[]
  /** As much of the value as can be made out when the text has faults, for drawing while someone types. */
  readonly partial: Json | undefined
  /** 1-based position of the value (or, with `key`, of the key) at a JSON pointer; the nearest parent's when absent. */
  place(pointer: string, part?: 'key' | 'value'): Place
  /** Position of characters inside the string at a pointer, through quotes, escapes and block scalars. */
  placeIn(pointer: string, offset: number, length?: number): Place
}

export interface Place {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export interface SchemaComplaint extends Complaint {
  readonly pointer: string
  /** Whether the key at the pointer is meant (unknown, or lacking something) or its value. */
  readonly part: 'key' | 'value'
}

export interface SchemaCheck {
  /**
   * Complaints with pointer, expected, found, hint ("did you mean"); empty when valid. At most 100. `unknown` names by
   * pointer the values that are not known yet (expressions, secrets): they fit anything.
   */
  check(value: unknown, unknown?: Iterable<string>): readonly SchemaComplaint[]
}

/** Names an expression may use, by the roots it mentions. */
export interface ExpressionUses {
  /** Root names, e.g. `inputs`, `steps`, `tasks`; `*` when an expression may read anything (`$$` as a whole, `**`). */
  readonly roots: ReadonlySet<string>
  /** Second-level names: `tasks` → {'fetch'}, `steps` → {'get'}; undefined value when the root is used whole. */
  readonly members: ReadonlyMap<string, ReadonlySet<string> | undefined>
}

export interface EvaluateOptions {
  /** Wall time for one evaluation. */
  readonly timeMsMax: number
  /** What `$now()` and `$millis()` answer, and what `$random()` and `$shuffle()` are seeded with. */
  readonly nowMs: number
  readonly seed: number
  /** What an expression that yields nothing counts as; without it, it fails with `lang.nothing`. */
  readonly nothing?: Json
}

/** A place where an expression reads a name. */
export interface Mention {
  /** `steps.get.output` is ['steps', 'get', 'output']; as far as nothing but names follow each other. */
  readonly path: readonly string[]
  /** The string that holds the expression. */
  readonly pointer: string
  /** In characters of that string. */
  readonly offset: number
  readonly length: number
}

/** A compiled template: a JSON value whose strings may hold `{{ … }}`. */
export interface Template {
  /** No expression anywhere: `evaluate` answers the value itself. */
  readonly constant: boolean
  readonly uses: ExpressionUses
  /**
   * A string that is one expression keeps its value's type; otherwise parts are joined as text (what is no string, as
   * JSON). Undefined values inside fail with `lang.nothing`, naming the expression and the missing name. Same arguments,
   * same answer. Constants and plain paths such as `inputs.feed` answer (or throw) at once, the rest by a promise. As
   * everywhere in JSONata, a sequence of one item is that item: write `rows[x > 3][]` where an array is wanted. The
   * answer may share parts with the scope: treat both as read-only.
   */
  evaluate(scope: Readonly<Record<string, unknown>>, options: EvaluateOptions): Json | Promise<Json>
}
