// Completion and documentation in the editor: what the playbook room knows about its own language, shown by CodeMirror.

import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { type Extension } from '@codemirror/state'
import { hoverTooltip } from '@codemirror/view'
import { complete, hover, type PluginDescription } from '@millrace/playbook'
import type { JsonObject } from '@millrace/stdx'
import type { Plugin } from '../api/plugins.ts'
import { markdownElement } from './markdown-element.ts'

const described = new WeakMap<readonly Plugin[], ReadonlyMap<string, PluginDescription>>()

/** The plugins as the language wants them; made once per list. */
function descriptions(plugins: readonly Plugin[]): ReadonlyMap<string, PluginDescription> {
  const known = described.get(plugins)
  if (known !== undefined) return known
  const made = new Map(plugins.map((plugin) => [plugin.name, description(plugin)]))
  described.set(plugins, made)
  return made
}

function description(plugin: Plugin): PluginDescription {
  return { ...plugin, input: plugin.input as JsonObject, output: plugin.output as JsonObject }
}

export function completePlaybook(context: CompletionContext, plugins: readonly Plugin[]): CompletionResult | null {
  const text = context.state.doc.toString()
  const found = complete(text, context.pos, { plugins: descriptions(plugins) })
  const [first] = found
  if (first === undefined || (!context.explicit && first.from === context.pos && !beginsSomething(context))) return null
  return {
    from: first.from,
    to: first.to,
    filter: false,
    options: found.map(({ label, insert, detail, documentation, kind }) => ({
      label,
      apply: insert,
      detail,
      type: kind,
      ...(documentation === '' ? {} : { info: () => markdownElement(documentation) }),
    })),
  }
}

/** Right after `plugin: `, `{{ ` or a dot one wants to see what there is, without asking. */
function beginsSomething(context: CompletionContext): boolean {
  return /(:\s|\{\{\s?|\.|\[|,\s)$/.test(context.state.sliceDoc(Math.max(0, context.pos - 3), context.pos))
}

export function hoverPlaybook(plugins: () => readonly Plugin[]): Extension {
  return hoverTooltip(
    (view, position) => {
      const found = hover(view.state.doc.toString(), position, { plugins: descriptions(plugins()) })
      if (found === undefined) return null
      return {
        pos: found.from,
        end: found.to,
        above: true,
        create: () => ({ dom: markdownElement(found.markdown) }),
      }
    },
    { hoverTime: 250 },
  )
}
