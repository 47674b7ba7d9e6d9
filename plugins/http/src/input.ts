// What `with` holds, after the worker has checked it against the schema.

import type { Json } from '@millrace/plugin'

export type Scalar = string | number | boolean
export type Fields = Readonly<Record<string, Scalar | null | readonly Scalar[]>>

export interface Auth {
  readonly bearer?: string
  readonly basic?: { readonly username: string; readonly password: string }
  readonly header?: { readonly name: string; readonly value: string }
  readonly query?: { readonly name: string; readonly value: string }
}

export interface HttpInput {
  readonly url: string
  readonly method?: string
  readonly query?: Fields
  readonly headers?: Readonly<Record<string, Scalar>>
  readonly json?: Json
  readonly form?: Fields
  readonly body?: string
  readonly auth?: Auth
  readonly expect?: 'auto' | 'json' | 'text' | 'bytes'
  readonly status?: number | string | readonly (number | string)[]
  readonly redirects?: number
  readonly bytesMax?: number
  readonly idempotencyKey?: boolean
}
