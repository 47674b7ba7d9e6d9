// Every error a user can meet is declared once, in its room's `errors.ts`, with what it means and what to do.
// The reference page `docs/reference/errors.md` is generated from these declarations.

/** The six kinds of trouble, and the HTTP status each one answers with. */
export type ErrorKind = 'invalid' | 'denied' | 'absent' | 'conflict' | 'busy' | 'broken'

const statuses: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  denied: 403,
  absent: 404,
  conflict: 409,
  busy: 503,
  broken: 500,
}

/** One fault in a document or a request, placed where its author can find it. */
export interface Complaint {
  /** Stable code, for example `playbook.unknown_key`. */
  readonly code: string
  /** A full sentence. */
  readonly message: string
  /** JSON pointer into the document, `''` for the whole of it. */
  readonly pointer?: string
  /** 1-based position in the text the person wrote. */
  readonly line?: number
  readonly column?: number
  readonly endLine?: number
  readonly endColumn?: number
  readonly expected?: string
  readonly found?: string
  /** What to do, when it is known: "did you mean `needs`?". */
  readonly hint?: string
}

export interface ErrorEntry {
  readonly kind: ErrorKind
  /** What happened, as a sentence for the manual. */
  readonly means: string
  /** What a person does about it. */
  readonly todo: string
  /** Whether doing the same again later can succeed; `busy` ones can unless said otherwise. */
  readonly retryable?: boolean
}

export interface ErrorExtras {
  readonly complaints?: readonly Complaint[]
  readonly retryable?: boolean
  readonly cause?: unknown
  /** Small JSON facts for machines; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** The one error class. `code` is `room.problem_in_snake`; `message` says what was found, expected, where, and what to do. */
export class MillraceError extends Error {
  readonly kind: ErrorKind
  readonly code: string
  readonly retryable: boolean
  readonly complaints: readonly Complaint[]
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, kind: ErrorKind, message: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause })
    this.name = 'MillraceError'
    this.code = code
    this.kind = kind
    this.retryable = extras.retryable ?? kind === 'busy'
    this.complaints = extras.complaints ?? []
    this.details = extras.details ?? {}
  }
}

type Maker = (message?: string, extras?: ErrorExtras) => MillraceError

/** All catalogues declared so far, by room: what the manual is generated from. */
export const errorCatalogs = new Map<string, Readonly<Record<string, ErrorEntry>>>()

/** Declares a room's errors. `errorCatalog('store', { locked: {…} }).locked('…')` makes a `store.locked`. */
export function errorCatalog<T extends Readonly<Record<string, ErrorEntry>>>(
  room: string,
  entries: T,
): { readonly [K in keyof T]: Maker } {
  errorCatalogs.set(room, { ...errorCatalogs.get(room), ...entries })
  const makers: Record<string, Maker> = {}
  for (const [name, entry] of Object.entries(entries)) {
    makers[name] = (message = entry.means, extras = {}) =>
      new MillraceError(`${room}.${name}`, entry.kind, message, {
        retryable: entry.retryable ?? entry.kind === 'busy',
        ...extras,
      })
  }
  return makers as { readonly [K in keyof T]: Maker }
}

export function statusOf(kind: ErrorKind): number {
  return statuses[kind]
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Anything thrown, as a MillraceError: the unexpected becomes `broken` under the given code. */
export function toMillraceError(thrown: unknown, code = 'stdx.unexpected'): MillraceError {
  if (thrown instanceof MillraceError) return thrown
  return new MillraceError(code, 'broken', messageOf(thrown), { cause: thrown })
}
