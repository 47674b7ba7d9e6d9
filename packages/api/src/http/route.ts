// A route is declared once: what it needs, takes and answers. Validation, rights and the OpenAPI document all read this.

import type { Readable } from 'node:stream'
import type { Action } from '@millrace/access'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, type TObject, type TSchema, Type } from 'typebox'
import type { Caller } from '../contract.ts'
import type { TextBody } from './body.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A JSON body has a schema; a text body is a document of its own and names its media types. */
export interface BodySpec<B extends TSchema = TSchema> {
  readonly json?: B
  readonly text?: readonly string[]
  /** Anything at all, for webhooks: JSON, forms and text as what they say, the rest as base64. */
  readonly any?: true
  readonly bytesMax?: number
}

export interface AnswerSpec {
  readonly description: string
  /** JSON unless said otherwise. */
  readonly schema?: TSchema
  readonly mediaTypes?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

export interface Call<P extends TObject = TObject, Q extends TObject = TObject, B extends TSchema = TSchema>
  extends Caller {
  readonly params: Static<P>
  readonly query: Static<Q>
  readonly body: Static<B> | TextBody
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

export interface Answer {
  /** 200 when absent. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** `application/json` when absent. */
  readonly mediaType?: string
  readonly body?: unknown
  readonly stream?: Readable
}

export interface RouteSpec<P extends TObject, Q extends TObject, B extends TSchema> {
  /** Several for webhooks, which take what their callers send. */
  readonly method: Method | readonly Method[]
  /** As OpenAPI writes it: `/v1/runs/{id}`. */
  readonly path: string
  readonly action: Action
  readonly inEnvironment?: true
  /** One line; then, if needed, more. */
  readonly summary: string
  readonly description?: string
  readonly params?: P
  readonly query?: Q
  readonly body?: BodySpec<B>
  readonly answers: Readonly<Record<number, AnswerSpec>>
  readonly handle: (call: Call<P, Q, B>) => Promise<Answer>
}

export type Route = RouteSpec<TObject, TObject, TSchema>

/** Checks the types of one declaration and forgets them, so that routes of all shapes stand in one list. */
export function route<P extends TObject = TObject, Q extends TObject = TObject, B extends TSchema = TSchema>(
  spec: RouteSpec<P, Q, B>,
): Route {
  return spec as unknown as Route
}

export const nothing = Type.Object({}, { additionalProperties: false })
