// parse: the text a person wrote → the playbook, or complaints with line and column. The same in the browser and the server.

import type { Complaint } from '@millrace/stdx'
import type { Playbook } from './document.ts'
import type { PluginDescription } from './plugins.ts'

export interface ParseOptions {
  /** Plugins that exist, by name: `with` is checked against their schemas. */
  readonly plugins: ReadonlyMap<string, PluginDescription>
  /**
   * `skip`: values are not held against JSON Schemas (of plugins and inputs). Schemas are compiled to code, which the
   * console's content security policy forbids: the console parses with `skip` and asks the server for the rest.
   */
  readonly schemas?: 'check' | 'skip'
}

export interface Parsed {
  /** Undefined when there is any complaint but those of `notYet`. */
  readonly playbook: Playbook | undefined
  readonly complaints: readonly Complaint[]
  /** As much of the graph as can be made out, for drawing while someone types. */
  readonly outline: Outline
}

export interface Outline {
  readonly name: string | undefined
  readonly tasks: readonly {
    readonly name: string
    readonly line: number
    readonly needs: readonly string[]
    readonly when: string
    readonly forEach: boolean
    readonly steps: readonly { readonly id: string; readonly plugin: string; readonly line: number }[]
  }[]
}
