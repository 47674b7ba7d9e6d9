// What a step can call: a reference made from each plugin's own description, with examples to take along.

import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { SquarePen } from 'lucide-react'
import { useState } from 'react'
import { type Plugin, pluginsQuery } from '../api/plugins.ts'
import { CodeBlock } from '../ui/code-block.tsx'
import { Empty } from '../ui/empty.tsx'
import { SearchField } from '../ui/field.tsx'
import { inline, Markdown } from '../ui/markdown.tsx'
import { Page } from '../ui/page.tsx'
import { Trouble } from '../ui/problem.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { type SchemaRow, schemaRows } from './schema-rows.ts'

const help = {
  about: 'plugins',
  know: [
    'A plugin is what carries out a step; its description is its schema, this reference and the editor’s completion at once.',
    '“Engine” plugins hold no worker; “worker” plugins run in a process of their own, bounded in time, memory and output.',
    'The effect says what calling twice does: pure nothing, idempotent nothing more, once harm unless the key is honoured.',
  ],
  curl: 'curl http://127.0.0.1:4400/v1/plugins',
  cli: 'millrace validate playbook.yaml',
} as const

export function PluginsPage() {
  const { name } = useParams({ strict: false })
  const query = useQuery(pluginsQuery)
  const [text, setText] = useState('')
  const plugins = query.data ?? []
  const fits = plugins.filter((plugin) => `${plugin.name} ${plugin.summary}`.toLowerCase().includes(text.toLowerCase()))
  const shown = name === undefined ? plugins[0] : plugins.find((plugin) => plugin.name === name)
  return (
    <Page title={name === undefined ? 'Plugins' : `Plugin ${name}`} heading="Plugins" help={help}>
      {query.isPending ? <SkeletonRows rows={8} label="Loading plugins" /> : null}
      {query.isError ? <Trouble error={query.error} again={() => void query.refetch()} /> : null}
      {query.data === undefined ? null : (
        <div className="flex flex-col gap-6 md:flex-row">
          <div className="shrink-0 md:sticky md:top-0 md:w-60 md:self-start">
            <SearchField label="Search plugins" value={text} onChange={setText} className="mb-2" />
            <PluginList plugins={fits} shown={shown?.name} />
          </div>
          {shown === undefined ? (
            <Empty title={`No plugin is named “${name}”`} sentence="Choose one of those on the left." />
          ) : (
            <PluginReference key={shown.name} plugin={shown} />
          )}
        </div>
      )}
    </Page>
  )
}

function PluginList({ plugins, shown }: { readonly plugins: readonly Plugin[]; readonly shown: string | undefined }) {
  return (
    <nav aria-label="Plugins" className="max-h-48 overflow-y-auto md:max-h-none">
      <ul>
        {plugins.map((plugin) => (
          <li key={plugin.name}>
            <Link
              to="/plugins/$name"
              params={{ name: plugin.name }}
              aria-current={plugin.name === shown ? 'page' : undefined}
              className="block rounded-md px-2 py-1 hover:bg-hover aria-[current=page]:bg-hover"
            >
              <span className="block font-mono text-sm text-ink">{plugin.name}</span>
              <span className="block truncate text-xs text-ink-2">{inline(plugin.summary)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const effects: Readonly<Record<Plugin['effect'], string>> = {
  pure: 'pure: calling it twice does nothing',
  idempotent: 'idempotent: calling it twice does nothing more',
  once: 'once: calling it twice does harm unless its key is honoured',
}

function PluginReference({ plugin }: { readonly plugin: Plugin }) {
  return (
    <article aria-label={`Reference of ${plugin.name}`} className="flex min-w-0 flex-1 flex-col gap-6 pb-12">
      <header>
        <h2 className="flex flex-wrap items-baseline gap-3 font-mono text-xl font-semibold text-ink">
          {plugin.name}
          <span className="text-xs font-normal text-ink-3">{plugin.version}</span>
        </h2>
        <p className="mt-1 text-base text-ink-2">{inline(plugin.summary)}</p>
        <p className="mt-2 flex flex-wrap gap-x-4 text-xs text-ink-2">
          <span>{plugin.side === 'engine' ? 'runs in the engine, holds no worker' : 'runs on a worker'}</span>
          <span>{effects[plugin.effect]}</span>
        </p>
      </header>
      <Markdown text={plugin.about} />
      <Examples plugin={plugin} />
      <SchemaTable title="Given with" rows={schemaRows(plugin.input)} empty="It takes nothing." />
      <SchemaTable title="Answers" rows={schemaRows(plugin.output)} empty="Any value." />
      {plugin.secrets.length === 0 ? null : (
        <section>
          <h3 className="mb-2 text-base font-semibold">Secrets</h3>
          <p className="text-sm text-ink-2">
            A secret may stand, as <code className="font-mono">{'{ secret: name }'}</code>, at{' '}
            {plugin.secrets.map((pointer, index) => (
              <span key={pointer}>
                {index > 0 ? ', ' : ''}
                <code className="font-mono text-ink">{pointer}</code>
              </span>
            ))}
            .
          </p>
        </section>
      )}
    </article>
  )
}

function Examples({ plugin }: { readonly plugin: Plugin }) {
  return (
    <section aria-label="Examples" className="flex flex-col gap-4">
      {plugin.examples.map(({ title, yaml }, index) => (
        <div key={title}>
          <div className="mb-1.5 flex items-center gap-3">
            <h3 className="text-sm font-semibold">{title}</h3>
            <Link
              to="/playbooks/new"
              search={{ template: `plugin:${plugin.name}:${index}` }}
              className="link ml-auto inline-flex items-center gap-1.5 text-xs"
            >
              <SquarePen size={13} aria-hidden="true" />
              Open in the editor
            </Link>
          </div>
          <CodeBlock text={yaml.trimEnd()} label={`example ${title}`} />
        </div>
      ))}
    </section>
  )
}

function SchemaTable({
  title,
  rows,
  empty,
}: {
  readonly title: string
  readonly rows: readonly SchemaRow[]
  readonly empty: string
}) {
  return (
    <section aria-label={title}>
      <h3 className="mb-2 text-base font-semibold">{title}</h3>
      {rows.length === 0 ? <p className="text-sm text-ink-2">{empty}</p> : <PropertyTable title={title} rows={rows} />}
    </section>
  )
}

function PropertyTable({ title, rows }: { readonly title: string; readonly rows: readonly SchemaRow[] }) {
  return (
    // scrollable regions must be reachable by keyboard
    <div tabIndex={0} role="group" aria-label={`${title}: properties`} className="overflow-x-auto">
      <table className="w-full min-w-[560px] border-t border-line text-left text-sm">
        <thead className="sr-only">
          <tr>
            <th>Property</th>
            <th>Type</th>
            <th>About</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.path} className="border-b border-line align-top">
              <td
                className="w-56 py-2 pr-4 font-mono text-xs leading-5 text-ink"
                style={{ paddingLeft: row.depth * 16 }}
              >
                {row.path}
                {row.required ? <span className="block text-waiting">required</span> : null}
              </td>
              <td className="w-56 py-2 pr-4 font-mono text-xs leading-5 break-words text-ink-2">
                {row.type}
                {row.default === undefined ? null : <span className="block text-ink-3">default {row.default}</span>}
              </td>
              <td className="py-2 leading-5 text-ink-2">{inline(row.about)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
