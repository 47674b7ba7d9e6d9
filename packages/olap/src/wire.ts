// What an adapter must do. Everything else (limits, confinement, splitting, errors, shapes) is written once, in
// `olap-over.ts`, so that the embedded engine and a server cannot drift apart.

import type { QueryOptions } from './contract.ts'

export type Setting = string | number

export interface Question {
  readonly sql: string
  readonly settings: Readonly<Record<string, Setting>>
  readonly parameters?: QueryOptions['parameters']
  /** Where unqualified names are looked up. */
  readonly database?: string
  /** Aborted: stop computing. */
  readonly signal?: AbortSignal
  /** ClickHouse format of the answer; what `Template` needs stands in `settings`. */
  readonly format: 'JSONCompact' | 'Template'
}

export interface Wire {
  readonly dialect: 'chdb' | 'clickhouse'
  readonly queriesMax: number
  readonly writesMax: number
  /** Settings this engine needs with every query. */
  readonly settings: Readonly<Record<string, Setting>>
  /** The answer's text, empty for a statement without a result. Rejects with an `EngineFault`, or with a MillraceError when the engine was not reached. */
  ask(question: Question): Promise<string>
  /** JSONEachRow bytes into a table whose name was checked. */
  insert(table: string, jsonEachRow: Uint8Array, settings: Readonly<Record<string, Setting>>): Promise<void>
  /** `busy`: a query still runs and will not be waited for; the process is about to end. */
  close(busy: boolean): Promise<void>
}

/** ClickHouse itself said no: its number, its name for it, and its sentence. */
export class EngineFault extends Error {
  readonly number: number
  readonly label: string

  constructor(number: number, label: string, message: string) {
    super(message)
    this.name = 'EngineFault'
    this.number = number
    this.label = label
  }
}

/** Reads `Code: 47. DB::Exception: Unknown … (UNKNOWN_IDENTIFIER) (version …)`. */
export function engineFault(text: string): EngineFault {
  const stripped = text.trim().replace(/\s*\(version [^()]*(?:\([^()]*\))?\)\s*$/, '')
  const whole =
    /^(?:\[[^\]]*\]\s*)?Code:\s*(\d+)\.\s*(?:DB::Exception:\s*)?([\s\S]*?)(?:\s*\(([A-Z][A-Z0-9_]*)\))?$/.exec(stripped)
  if (whole === null) return new EngineFault(0, 'UNKNOWN', stripped.slice(0, 2000))
  return new EngineFault(Number(whole[1]), whole[3] ?? 'UNKNOWN', (whole[2] ?? '').slice(0, 2000))
}
