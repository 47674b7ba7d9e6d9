import type { JsonObject } from '@millrace/stdx'

/** The part of a plugin's description that parsing needs; `@millrace/plugin`'s own description fits it. */
export interface PluginDescription {
  readonly name: string
  readonly side: 'worker' | 'engine'
  readonly summary: string
  readonly input: JsonObject
  /** For completion only: what comes behind `steps.<id>.output.` */
  readonly output?: JsonObject
  readonly secrets: readonly string[]
  readonly literal: readonly string[]
}
