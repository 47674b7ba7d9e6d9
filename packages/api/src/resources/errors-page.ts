// `/docs/errors#code`: what each code means and what to do, where the `type` of every refusal leads.

import { errorCatalogs } from '@millrace/stdx'
import { type Route, route } from '../http/route.ts'

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

export function errorsPage(): string {
  const entries = [...errorCatalogs]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([room, catalog]) => Object.entries(catalog).map(([name, entry]) => ({ code: `${room}.${name}`, entry })))
  const items = entries.map(
    ({ code, entry }) =>
      `<dt id="${escaped(code)}"><a href="#${escaped(code)}"><code>${escaped(code)}</code></a> <small>${entry.kind}</small></dt><dd>${escaped(entry.means)}<br>${escaped(entry.todo)}</dd>`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Errors · Millrace</title><style>
:root{color-scheme:light dark;font:14px/1.5 system-ui,sans-serif}body{max-width:46rem;margin:2rem auto;padding:0 1rem}dt{margin-top:1rem;scroll-margin-top:1rem}dd{margin:0}dt:target{outline:2px solid;outline-offset:4px}small{opacity:.7}a{color:inherit;text-decoration:none}
</style></head><body><h1>Errors</h1><p>Every refusal of Millrace carries one of these codes.</p><dl>${items.join('\n')}</dl></body></html>`
}

export function errorsRoute(): Route {
  return route({
    method: 'GET',
    path: '/docs/errors',
    action: 'console.read',
    summary: 'What every error code means, for people.',
    answers: { 200: { description: 'A page.', mediaTypes: ['text/html'] } },
    handle: async () => ({ mediaType: 'text/html; charset=utf-8', body: errorsPage() }),
  })
}
