// Requests as a machine sends them, and the playbooks that the tests run.

import { request } from 'node:http'

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed when the answer says it is JSON. */
  readonly json: Record<string, never> & { readonly [key: string]: unknown }
}

export type Ask = (path: string, init?: RequestInit & { json?: unknown }) => Promise<Answered>

export function asking(address: () => string, shared: Readonly<Record<string, string>> = {}): Ask {
  return async (path, { json, ...init } = {}) => {
    const response = await fetch(`${address()}${path}`, {
      redirect: 'manual',
      ...init,
      ...(json === undefined ? {} : { body: JSON.stringify(json), method: init.method ?? 'POST' }),
      headers: { ...shared, ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...init.headers },
    })
    const text = await response.text()
    const isJson = /^application\/([\w.-]+\+)?json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
  }
}

/** The same with headers that `fetch` does not let anybody write: Host, Origin, Sec-Fetch-Site. */
export function askRaw(
  address: string,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; json: { code: string; detail: string }; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${address}${path}`, { method: options.method ?? 'GET', headers: options.headers ?? {} }, (got) => {
      let text = ''
      got.on('data', (piece) => {
        text += piece
      })
      got.on('end', () => {
        const isJson = /json/.test(got.headers['content-type'] ?? '')
        resolve({ status: got.statusCode ?? 0, json: isJson ? JSON.parse(text) : undefined, headers: got.headers })
      })
    })
    sent.on('error', reject)
    sent.end(options.body)
  })
}

export const hello = `apiVersion: millrace.io/v1
kind: Playbook
metadata: { name: hello, description: Says hello }
inputs:
  name: { type: string, default: world }
triggers:
  called: { webhook: {} }
tasks:
  greet:
    steps:
      - { id: say, plugin: work, with: { text: "hello {{ inputs.name }}" } }
outputs: { text: "{{ tasks.greet.output.text }}", called: "{{ $exists(trigger) ? trigger : null }}" }
`

/** Waits until it is cancelled, or a minute. */
export const slow = `apiVersion: millrace.io/v1
kind: Playbook
metadata: { name: slow }
tasks:
  rest:
    steps:
      - { id: sleep, plugin: wait, with: { for: 60s } }
`

/** As many steps as it is told, in one task. */
export const many = `apiVersion: millrace.io/v1
kind: Playbook
metadata: { name: many }
inputs:
  count: { type: integer, default: 10 }
tasks:
  each:
    forEach: { in: "{{ [1..inputs.count] }}", as: n, concurrency: 50 }
    steps:
      - { id: say, plugin: work, with: { n: "{{ n }}" } }
`
