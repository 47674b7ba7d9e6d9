// Every plugin, from its own description.

import { descriptions } from '@millrace/app'
import type { Effect, PluginDescription } from '@millrace/plugin'
import { blocks, code, fenced, slugger, table } from './markdown.ts'
import { type Page, referencePage } from './page.ts'
import { schemaTable } from './schema-rows.ts'

const effects: Readonly<Record<Effect, string>> = {
  pure: 'Nothing happens outside the step: it can be done again at will.',
  idempotent: 'Doing it again changes nothing more: the second time counts as the first.',
  once: 'Doing it again may do it twice. Every call carries an idempotency key that stays the same, for whoever must act only once.',
}

export function pluginsPage(): Page {
  const plugins = [...descriptions].sort((one, other) => (one.name < other.name ? -1 : 1))
  const slug = slugger()
  const text = blocks(
    '# Plugins',
    `A step names one plugin and hands it \`with\`, which is checked against the plugin's schema when the playbook is published.
Texts in \`with\` may hold [expressions](playbook.md#expressions), and any value may be one. \`millrace plugins --json\` prints these
descriptions, and [a plugin of your own](../how-to/plugin.md) comes with one like them.`,
    table(
      ['plugin', 'does', 'runs in', 'effect'],
      plugins.map(({ name, summary, side, effect }) => [
        `[${code(name)}](#${slug(name)})`,
        summary,
        side === 'engine' ? 'the engine' : 'a worker',
        effect,
      ]),
    ),
    'The effect says what doing a step again means, after a retry or when a worker died under it:',
    Object.entries(effects)
      .map(([effect, means]) => `- **${effect}**: ${means}`)
      .join('\n'),
    ...plugins.map(pluginSection),
  )
  return referencePage('plugins', 'the description of each plugin in `plugins/`', text)
}

function pluginSection(plugin: PluginDescription): readonly string[] {
  return [
    `## ${plugin.name}`,
    `${plugin.summary} Version ${plugin.version}; runs in ${plugin.side === 'engine' ? 'the engine itself' : 'a worker'}; effect: ${plugin.effect}.`,
    plugin.about,
    '**`with`**',
    schemaTable(plugin.input),
    secretsOf(plugin),
    literalOf(plugin),
    '**Output**',
    schemaTable(plugin.output, { isAnswer: true }),
    ...plugin.examples.flatMap(({ title, yaml }) => [`**Example: ${title}**`, fenced('yaml', yaml)]),
  ]
}

function secretsOf({ secrets }: PluginDescription): string {
  if (secrets.length === 0) return 'Secrets: it takes none.'
  return `Secrets: \`{ secret: name }\` may stand at ${secrets.map(pathOf).join(', ')}.`
}

function literalOf({ literal }: PluginDescription): string {
  if (literal.length === 0) return ''
  return `Taken as it stands, without expressions: ${literal.map(pathOf).join(', ')}.`
}

/** `/auth/bearer` → `auth.bearer`, as in the tables. */
function pathOf(pointer: string): string {
  return code(pointer.slice(1).replaceAll('/', '.'))
}
