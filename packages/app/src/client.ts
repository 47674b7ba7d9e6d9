// The command line speaks to Millrace as any machine does: over REST. There is no second way in.

import { type Complaint, type ErrorKind, isObject, MillraceError } from '@millrace/stdx'
import { appErrors } from './errors.ts'

export interface Client {
  readonly server: string
  get<T>(path: string, query?: Readonly<Record<string, string | number | undefined>>): Promise<T>
  post<T>(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<T>
  /** The answer as text, for CSV. */
  postText(path: string, body: unknown, accept: string): Promise<string>
  /** Lines of NDJSON as they come. */
  lines<T>(path: string, signal: AbortSignal): AsyncGenerator<T>
}

export interface ClientOptions {
  readonly server: string
  readonly token?: string | undefined
  readonly environment?: string | undefined
}

/** Milliseconds for a request to answer; following streams have none. */
const answerMsMax = 60_000

export function createClient(options: ClientOptions): Client {
  const server = options.server.replace(/\/+$/, '')
  const headers = {
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    ...(options.environment === undefined ? {} : { 'millrace-environment': options.environment }),
  }
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(`${server}${path}`, { ...init, headers: { ...headers, ...init.headers } }).catch(
      (cause: Error) => {
        if (init.signal?.aborted === true) throw cause
        const why = (cause.cause as Error | undefined)?.message ?? cause.message
        throw appErrors.server_unreachable(
          `No Millrace answers at ${server} (${why}). Start one with \`millrace up\`, or name it with \`--server\`.`,
        )
      },
    )
    if (!response.ok) throw await problemOf(response, server)
    return response
  }
  const postRaw = (path: string, body: unknown, more: Readonly<Record<string, string>>) =>
    send(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...more },
      signal: AbortSignal.timeout(answerMsMax),
    })
  return {
    server,
    async get<T>(path: string, query: Readonly<Record<string, string | number | undefined>> = {}) {
      const given = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))
      const search = given.length === 0 ? '' : `?${new URLSearchParams(given as [string, string][])}`
      return (await (await send(`${path}${search}`, { signal: AbortSignal.timeout(answerMsMax) })).json()) as T
    },
    async post<T>(path: string, body: unknown, more = {}) {
      return (await (await postRaw(path, body, more)).json()) as T
    },
    postText: async (path, body, accept) => await (await postRaw(path, body, { accept })).text(),
    async *lines<T>(path: string, signal: AbortSignal) {
      const response = await send(path, { headers: { accept: 'application/x-ndjson' }, signal })
      let rest = ''
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const parts = (rest + chunk).split('\n')
        rest = parts.pop() ?? ''
        for (const line of parts) if (line.trim() !== '') yield JSON.parse(line) as T
      }
    },
  }
}

/** RFC 9457 back into the error it was made from. */
async function problemOf(response: Response, server: string): Promise<MillraceError> {
  const body: unknown = await response.json().catch(() => undefined)
  if (!isObject(body) || typeof body['code'] !== 'string') {
    return appErrors.server_answer(
      `${server} answered ${response.status} without a problem document; is that a Millrace?`,
    )
  }
  const kinds: Readonly<Record<number, ErrorKind>> = {
    401: 'denied',
    403: 'denied',
    404: 'absent',
    409: 'conflict',
    429: 'busy',
    503: 'busy',
  }
  const kind = kinds[response.status] ?? (response.status < 500 ? 'invalid' : 'broken')
  const complaints = Array.isArray(body['errors']) ? (body['errors'] as Complaint[]) : []
  const message = typeof body['detail'] === 'string' ? body['detail'] : String(body['title'])
  return new MillraceError(body['code'], kind, message, { complaints })
}

/** True when a Millrace is alive there. */
export async function isAlive(server: string): Promise<boolean> {
  try {
    const response = await fetch(`${server.replace(/\/+$/, '')}/healthz`, { signal: AbortSignal.timeout(1000) })
    return response.ok
  } catch {
    return false
  }
}
