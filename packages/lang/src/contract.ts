// One language: JSON Schema 2020-12 with YAML positions in its complaints, and JSONata between `{{` and `}}`.

import type { Complaint, Json } from '@millrace/stdx'

/** A YAML (or JSON) text with its positions kept. */
export interface Source {
  readonly text: string
  /** The value, plain JSON; undefined when the text does not parse. */
  readonly value: Json | undefined
  readonly complaints: readonly Complaint[]
  /** 1-based position of the value (or, with `key`, of the key) at a JSON pointer; the nearest parent's when absent. */
  place(pointer: string, part?: 'key' | 'value'): Place
}

export interface Place {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export interface SchemaCheck {
  /** Complaints with pointer, expected, found, hint ("did you mean"); empty when valid. At most 100. */
  check(value: unknown): readonly Complaint[]
}

/** Names an expression may use, by the roots it mentions. */
export interface ExpressionUses {
  /** Root names, e.g. `inputs`, `steps`, `tasks`. */
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
}

/** A compiled template: a JSON value whose strings may hold `{{ … }}`. */
export interface Template {
  /** No expression anywhere: `evaluate` answers the value itself. */
  readonly constant: boolean
  readonly uses: ExpressionUses
  /**
   * A string that is one expression keeps its value's type; otherwise parts are joined as text. Undefined values inside
   * fail with `lang.nothing`, naming the expression and the missing name. Same arguments, same answer.
   */
  evaluate(scope: Readonly<Record<string, unknown>>, options: EvaluateOptions): Promise<Json>
}
