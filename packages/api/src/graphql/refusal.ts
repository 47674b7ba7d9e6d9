// GraphQL's errors say the same as problem details: `extensions.code` and its companions.

import { type Logger, MillraceError } from '@millrace/stdx'
import { GraphQLError, type GraphQLFormattedError } from 'graphql/index.js'
import { apiErrors } from '../errors.ts'
import { entryOf, httpStatus, refusalOf } from '../problem.ts'

/** An error of ours as GraphQL carries it before it is formatted. */
export function graphError(error: MillraceError): GraphQLError {
  return new GraphQLError(error.message, { originalError: error })
}

export function formatted(error: GraphQLError, requestId: string, logger: Logger): GraphQLFormattedError {
  const refusal = meantBy(error, requestId)
  if (refusal.kind === 'broken') {
    logger.error(`GraphQL ${error.path?.join('.') ?? 'request'} failed: ${refusal.message}`, {
      requestId,
      code: refusal.code,
      cause: error.originalError?.stack ?? error.message,
    })
  }
  return {
    message: refusal.message,
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    ...(error.path === undefined ? {} : { path: error.path }),
    extensions: {
      code: refusal.code,
      status: httpStatus(refusal),
      todo: entryOf(refusal)?.todo,
      retryable: refusal.retryable,
      requestId,
      ...(refusal.complaints.length === 0 ? {} : { complaints: refusal.complaints }),
      ...(Object.keys(refusal.details).length === 0 ? {} : { details: refusal.details }),
    },
  }
}

function meantBy(error: GraphQLError, requestId: string): MillraceError {
  if (error.originalError instanceof MillraceError) return error.originalError
  // What graphql itself says about a document or its variables is for its author; below a path, something of ours broke.
  if (error.path === undefined) return apiErrors.query_invalid(error.message)
  return refusalOf(error.originalError ?? error, requestId)
}
