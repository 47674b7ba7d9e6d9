// One HTTP request, and the redirects it leads to.
//
//   with ──▶ request ──▶ answer ──▶ status accepted? ──▶ body, unpacked and bounded ──▶ { status, headers, body, url }
//              ▲            │
//              └─ redirect ─┘   at most `redirects`; to another origin without credentials

import type { CallContext, Json, Plugin } from '@millrace/plugin'
import { pluginErrors } from '@millrace/plugin'
import type { Agent, Dispatcher } from 'undici'
import { type AgentOptions, httpAgent } from './agent.ts'
import { decodeBody, decodeText, discard, readBody } from './body.ts'
import { description } from './description.ts'
import { transportFailure } from './failure.ts'
import type { HttpInput } from './input.ts'
import { limits } from './limits.ts'
import {
  buildRequest,
  type HttpRequest,
  outputUrl,
  parseUrl,
  redirected,
  secretsOf,
  shownRequest,
  shownUrl,
} from './request.ts'
import { accepts, retryAfterMs, statusRetryable } from './status.ts'

interface Exchange {
  readonly request: HttpRequest
  readonly response: Dispatcher.ResponseData
}

export function httpPlugin(options: AgentOptions = {}): Plugin<HttpInput> {
  const agent = httpAgent(options)
  return {
    description,
    call: (input, context) => call(agent, input, context),
    close: () => agent.destroy(),
  }
}

export const plugin: Plugin<HttpInput> = httpPlugin()

async function call(agent: Agent, input: HttpInput, context: CallContext): Promise<Json> {
  const startedAt = Date.now()
  const { request, response } = await follow(agent, input, context)
  const { statusCode: status, headers } = response
  const shown = shownRequest(request)
  if (!accepts(input.status, status)) throw await statusFailure(input, shown, response)
  const bytesMax = input.bytesMax ?? limits.bodyBytesDefault
  const bytes = await readBody(response.body, one(headers['content-encoding']), { bytesMax, shown }).catch(
    (cause: unknown) => fail(cause, shown, context),
  )
  context.log('info', `${shown} → ${status}, ${bytes.length} bytes in ${Date.now() - startedAt} ms`)
  return {
    status,
    headers: flatten(headers),
    body: decodeBody(bytes, one(headers['content-type']), input.expect ?? 'auto', shown),
    url: outputUrl(request.url, input.auth),
  }
}

/** Sends, and goes where the answers point to. */
async function follow(agent: Agent, input: HttpInput, context: CallContext): Promise<Exchange> {
  const redirectsMax = input.redirects ?? limits.redirectsDefault
  let request = buildRequest(input, context)
  for (let redirects = 0; ; redirects++) {
    const response = await send(agent, request, context)
    const target = targetOf(request, response)
    if (target === undefined || (redirectsMax === 0 && accepts(input.status, response.statusCode))) {
      return { request, response }
    }
    // A short body is read to its end, which keeps the connection; a long one costs it.
    await response.body.dump({ limit: limits.excerptBytesMax, signal: context.signal })
    if (redirects >= redirectsMax) {
      throw pluginErrors.http_redirects(
        `${shownRequest(request)} redirects to ${shownUrl(target)}, the redirect after the ${redirectsMax} allowed. ` +
          'Use the final address, or raise `redirects`.',
      )
    }
    request = redirected(request, response.statusCode, target)
  }
}

function send(agent: Agent, request: HttpRequest, context: CallContext): Promise<Dispatcher.ResponseData> {
  // The step's own time limit comes as an abort of the signal; these only keep undici's defaults from being shorter.
  const patienceMs = context.limits.timeMsMax
  return agent
    .request({
      origin: request.url.origin,
      path: `${request.url.pathname}${request.url.search}`,
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      signal: context.signal,
      headersTimeout: patienceMs,
      bodyTimeout: patienceMs,
    })
    .catch((cause: unknown) => fail(cause, shownRequest(request), context))
}

/** Whoever aborted the call knows why, and says so; anything else is the network's doing. */
function fail(cause: unknown, shown: string, context: CallContext): never {
  context.signal.throwIfAborted()
  throw transportFailure(cause, shown)
}

/** Where a redirect leads, or undefined when the answer is none. */
function targetOf(request: HttpRequest, response: Dispatcher.ResponseData): URL | undefined {
  const location = one(response.headers.location)
  if (location === undefined || ![301, 302, 303, 307, 308].includes(response.statusCode)) return undefined
  try {
    return parseUrl(location, request.url)
  } catch (cause) {
    discard(response.body)
    throw pluginErrors.http_redirects(
      `${shownUrl(request.url)} redirects to a place that is not allowed: only http:// and https:// without a password are.`,
      { cause },
    )
  }
}

async function statusFailure(input: HttpInput, shown: string, response: Dispatcher.ResponseData): Promise<Error> {
  const { statusCode: status, headers } = response
  const bytes = await readBody(response.body, one(headers['content-encoding']), {
    bytesMax: limits.excerptBytesMax,
    cut: true,
    shown: shown,
  }).catch(() => Buffer.alloc(0)) // the status is the news; a body that breaks off takes nothing from it
  let excerpt = decodeText(bytes, one(headers['content-type']))
  for (const secret of secretsOf(input)) excerpt = excerpt.replaceAll(secret, '***')
  const afterMs = retryAfterMs(one(headers['retry-after']), Date.now())
  const said = excerpt.trim() === '' ? '' : `: ${excerpt.trim().slice(0, 200).replaceAll(/\s+/g, ' ')}`
  return pluginErrors.http_status(`${shown} answered ${status}, expected ${expectedOf(input)}${said}`, {
    retryable: statusRetryable(status),
    details: { status, body: excerpt, ...(afterMs === undefined ? {} : { retryAfterMs: afterMs }) },
  })
}

function expectedOf(input: HttpInput): string {
  return [input.status ?? '2xx'].flat().join(' or ')
}

/** The first value of a header that should stand once. */
function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const pairs = Object.entries(headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  )
}
