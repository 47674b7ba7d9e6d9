// How a plugin describes itself and is called: the only package a plugin's author imports.

import type { Json, JsonObject } from '@millrace/stdx'

/** What calling it twice does: nothing at all, nothing more, or harm unless its idempotency key is honoured. */
export type Effect = 'pure' | 'idempotent' | 'once'

export type JsonSchema = JsonObject

/** Serialisable: the console, the manual and the publish-time check all read this. */
export interface PluginDescription {
  /** Lower-case words joined by dots, e.g. `http`, `dataset.write`. */
  readonly name: string
  /** Semantic version. */
  readonly version: string
  /** One sentence. */
  readonly summary: string
  /** Markdown: what it does, what to know, in the reader's words. */
  readonly about: string
  /** `engine`: carried out by dispatch itself, holding no worker. */
  readonly side: 'worker' | 'engine'
  readonly effect: Effect
  /** JSON Schema 2020-12 of `with`, each property with `description`. `additionalProperties: false` unless said. */
  readonly input: JsonSchema
  /** JSON Schema of the output. */
  readonly output: JsonSchema
  /** JSON pointers into `with` where `{ secret: name }` may stand, `*` for any key or index, e.g. `/auth/bearer`, `/headers/*`. */
  readonly secrets: readonly string[]
  /** JSON pointers into `with` that are code or text of their own, where `{{ … }}` is not an expression, e.g. `/code`. */
  readonly literal: readonly string[]
  /** Complete steps, each runnable, as YAML. */
  readonly examples: readonly { readonly title: string; readonly yaml: string }[]
}

export interface LogLine {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly severity: 'debug' | 'info' | 'warn' | 'error'
  readonly text: string
  readonly attributes?: Readonly<Record<string, string>>
}

/** A program of the step's own: own process group, own directory, clean environment, bounded, killed whole. */
export interface ProcessRequest {
  readonly command: string
  readonly arguments: readonly string[]
  /** Added to a minimal environment (PATH, HOME = the step's directory, LANG, TMPDIR). */
  readonly environment?: Readonly<Record<string, string>>
  readonly standardInput?: Uint8Array
  /** Files to put in the step's directory before it starts, by relative name. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Memory of all its processes together; `limits.memoryBytesMax` is the most, and 1 GiB the usual. */
  readonly memoryBytes?: number
}

export interface ProcessResult {
  /** Exit code, or undefined when killed by a signal. */
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  /** The step's directory, readable until the call returns. */
  readFile(name: string, bytesMax: number): Promise<Uint8Array | undefined>
  /** Last lines of standard output and error, for error messages and outputs; bounded. */
  readonly standardOutput: string
  readonly standardError: string
}

export interface CodeRequest {
  readonly language: 'python' | 'node'
  readonly code: string
  readonly input: JsonObject
  /** Pinned requirements (`requests==2.32.3`, `lodash@4.17.21`), installed once per distinct set. */
  readonly packages: readonly string[]
  /** Memory of all its processes together; `limits.memoryBytesMax` is the most, and 1 GiB the usual. */
  readonly memoryBytes?: number
}

export interface StepLimits {
  readonly timeMsMax: number
  readonly memoryBytesMax: number
  readonly outputBytesMax: number
  readonly logLinesMax: number
}

/** What the worker lends a plugin for one call. */
export interface CallContext {
  readonly runId: string
  readonly playbook: string
  readonly task: string
  readonly step: string
  readonly environment: string
  readonly attempt: number
  /** The same over redelivery, retries and restarts; different for every item and page. */
  readonly idempotencyKey: string
  /** W3C trace context of the step's span. */
  readonly traceparent: string
  readonly limits: StepLimits
  /** Aborts on cancel, timeout and shutdown. */
  readonly signal: AbortSignal
  log(severity: LogLine['severity'], text: string, attributes?: Readonly<Record<string, string>>): void
  /** Runs a program under the limits above; its lines become log lines as they come. */
  process(request: ProcessRequest): Promise<ProcessResult>
  /** Runs `main` of the code in a warm interpreter, in a process of its own. Throws PluginError on failure. */
  code(request: CodeRequest): Promise<Json>
  /** Bytes by name, within the environment. */
  readonly blobs: {
    put(name: string, bytes: Uint8Array): Promise<void>
    get(name: string): Promise<Uint8Array | undefined>
    remove(name: string): Promise<void>
    list(prefix: string, namesMax: number): Promise<readonly string[]>
  }
  /** The platform itself: in process on a laptop, over HTTP from a remote worker. */
  readonly platform: Platform
}

export interface Platform {
  /** Writes events to a dataset, once per token: `stored` + `duplicate` + `rejected` = events given. */
  datasetWrite(request: {
    readonly environment: string
    readonly dataset: string
    /** JSON Schema for a dataset that does not exist yet; inferred from the events when absent. */
    readonly schema?: JsonSchema
    readonly events: readonly Json[]
    readonly token: string
  }): Promise<{ readonly stored: number; readonly rejected: number; readonly duplicate: number }>
  /** SQL over the platform's own olap, read-only, within the environment. `{name:Type}` parameters. */
  query(request: {
    readonly environment: string
    readonly sql: string
    readonly parameters: Readonly<Record<string, string | number | boolean | null>>
    readonly timeMsMax: number
    readonly rowsMax: number
  }): Promise<{
    readonly columns: readonly { readonly name: string; readonly type: string }[]
    readonly rows: readonly (readonly unknown[])[]
  }>
}

/** `with` arrives checked against `input`, expressions evaluated, secrets resolved to strings. */
export interface Plugin<Input = JsonObject> {
  readonly description: PluginDescription
  /** Answers the output. Throws PluginError for what went wrong; anything else counts as `plugin.broken`, not retryable. */
  call(input: Input, context: CallContext): Promise<Json>
  /** Called once when the worker stops. */
  close?(): Promise<void>
}

/** Engine-side plugins are known to dispatch by name; only their description lives in `plugins/`. */
export interface EnginePlugin {
  readonly description: PluginDescription
}
