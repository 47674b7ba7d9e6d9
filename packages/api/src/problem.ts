// Every refusal leaves as RFC 9457 problem details, whoever threw it: a room, the schema check, fastify or a bug.

import { type Complaint, type ErrorEntry, errorCatalogs, MillraceError, statusOf } from '@millrace/stdx'
import { apiErrors, finerStatuses } from './errors.ts'

export const problemMediaType = 'application/problem+json; charset=utf-8'

export interface Problem {
  /** A page of this very server that says what the code means and what to do. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly todo?: string
  /** The path that was asked for. */
  readonly instance: string
  readonly requestId: string
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  readonly errors?: readonly Complaint[]
  readonly details?: Readonly<Record<string, unknown>>
}

export interface Occurrence {
  readonly path: string
  readonly requestId: string
}

export function httpStatus(error: MillraceError): number {
  return finerStatuses[error.code] ?? statusOf(error.kind)
}

/** What the manual says of the error: what it means and what to do. */
export function entryOf({ code }: MillraceError): ErrorEntry | undefined {
  const [room = '', name = ''] = code.split('.', 2)
  return errorCatalogs.get(room)?.[name]
}

export function problemOf(error: MillraceError, at: Occurrence): Problem {
  const entry = entryOf(error)
  return {
    type: `/docs/errors#${error.code}`,
    title: entry?.means ?? 'The request failed.',
    status: httpStatus(error),
    code: error.code,
    detail: error.message,
    ...(entry === undefined ? {} : { todo: entry.todo }),
    instance: at.path,
    requestId: at.requestId,
    retryable: error.retryable,
    ...(error.complaints.length === 0 ? {} : { errors: error.complaints }),
    ...(Object.keys(error.details).length === 0 ? {} : { details: error.details }),
  }
}

/** Anything thrown while answering, as one of ours. A stranger's message is not shown: it may hold what it should not. */
export function refusalOf(thrown: unknown, requestId: string): MillraceError {
  if (thrown instanceof MillraceError) return thrown
  return fastifyRefusal(thrown) ?? unexpected(thrown, requestId)
}

export function unexpected(thrown: unknown, requestId: string): MillraceError {
  return apiErrors.unexpected(
    `Something broke inside Millrace. The server’s log has it under request ${requestId}; nothing is known to be lost.`,
    { cause: thrown },
  )
}

/** What fastify and its plugins refuse by themselves carries a code and a 4xx status. */
function fastifyRefusal(thrown: unknown): MillraceError | undefined {
  if (!(thrown instanceof Error)) return undefined
  const { code, statusCode } = thrown as Error & { code?: unknown; statusCode?: unknown }
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return apiErrors.too_large()
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return apiErrors.media_type()
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return apiErrors.body_invalid('The body is empty; JSON was expected. `{}` says that there is nothing to say.')
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return apiErrors.body_invalid('The body is not as long as `Content-Length` says.')
    case 'FST_ERR_BAD_URL':
      return apiErrors.request_invalid('The path has a `%` that two hexadecimal digits do not follow.')
    default:
      return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
        ? apiErrors.request_invalid(thrown.message)
        : undefined
  }
}
