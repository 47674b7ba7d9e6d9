// The one way to the server: a GraphQL POST on the same origin, with errors that keep the server's code and complaints.

import type { Complaint } from '@millrace/stdx'
import { limits } from '../limits.ts'

/** A query text that carries the type of its answer and of its variables. */
export interface Operation<Data, Variables> {
  readonly text: string
  /** Phantom: never there at run time. */
  readonly data?: Data
  readonly variables?: Variables
}

export function operation<Data, Variables = Record<never, never>>(text: string): Operation<Data, Variables> {
  return { text }
}

export class ApiError extends Error {
  /** `room.problem_in_snake`, or `web.*` for what the browser itself found. */
  readonly code: string
  /** HTTP status; 0 when the server was not reached. */
  readonly status: number
  readonly complaints: readonly Complaint[]
  readonly todo: string | undefined

  constructor(code: string, status: number, message: string, complaints: readonly Complaint[] = [], todo?: string) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.complaints = complaints
    this.todo = todo
  }
}

interface Answer {
  readonly data?: unknown
  readonly errors?: readonly {
    readonly message: string
    readonly extensions?: {
      readonly code?: string
      readonly status?: number
      readonly todo?: string
      readonly complaints?: readonly Complaint[]
    }
  }[]
}

let signInNeeded: () => void = () => {}

/** Called when the server says that nobody is signed in. */
export function onSignInNeeded(react: () => void): void {
  signInNeeded = react
}

/** Throws ApiError. Gives up after `limits.requestMsMax` unless told otherwise. */
export async function request<Data, Variables>(
  asked: Operation<Data, Variables>,
  variables: Variables,
  options: { readonly signal?: AbortSignal | undefined; readonly timeMsMax?: number } = {},
): Promise<Data> {
  const timeout = AbortSignal.timeout(options.timeMsMax ?? limits.requestMsMax)
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout])
  const response = await post('/graphql', { query: asked.text, variables }, signal, timeout)
  const answer = await readAnswer(response)
  const error = answer.errors?.[0]
  if (error !== undefined) throw refusal(response.status, error)
  if (!response.ok || answer.data === undefined || answer.data === null) throw unreadable(response.status)
  return answer.data as Data
}

async function post(path: string, body: unknown, signal: AbortSignal, timeout?: AbortSignal): Promise<Response> {
  try {
    return await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      signal,
    })
  } catch (thrown) {
    if (timeout?.aborted === true) {
      throw new ApiError('web.slow', 0, 'The server did not answer in time.', [], 'Try again, or ask for less.')
    }
    if (signal.aborted) throw thrown
    const todo = 'Check that `millrace up` is running; this page goes on by itself when it is back.'
    throw new ApiError('web.unreachable', 0, 'The server cannot be reached.', [], todo)
  }
}

async function readAnswer(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer
  } catch {
    throw unreadable(response.status)
  }
}

function refusal(status: number, error: NonNullable<Answer['errors']>[number]): ApiError {
  const { code = 'web.refused', status: said = status, complaints = [], todo } = error.extensions ?? {}
  if (said === 401) signInNeeded()
  return new ApiError(code, said, error.message, complaints, todo)
}

function unreadable(status: number): ApiError {
  if (status === 401 || status === 403) {
    signInNeeded()
    return new ApiError('api.unauthenticated', status, 'Sign in to go on.')
  }
  return new ApiError('web.unreadable', status, `The server answered ${status} with what is not a GraphQL answer.`)
}

/** Exchanges the administrator's token for a session cookie. */
export async function signIn(token: string): Promise<void> {
  const response = await post('/v1/session', { token }, AbortSignal.timeout(limits.requestMsMax))
  if (response.ok) return
  const problem: { code?: string; detail?: string } = await response.json().catch(() => ({}))
  throw new ApiError(
    problem.code ?? 'api.token_invalid',
    response.status,
    problem.detail ?? 'This token is not the administrator’s.',
    [],
    'It was printed when the server first started.',
  )
}

/** Anything thrown, as an ApiError for showing. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  return new ApiError('web.unexpected', 0, thrown instanceof Error ? thrown.message : String(thrown))
}
