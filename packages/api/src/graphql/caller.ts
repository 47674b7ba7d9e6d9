import type { Principal } from '@millrace/access'
import type { Caller, Rooms } from '../contract.ts'

/** What resolvers are given: the rooms and who asks. The environment comes with each field's arguments. */
export interface GraphContext {
  readonly rooms: Rooms
  readonly principal: Principal
  readonly requestId: string
  readonly signal: AbortSignal
}

export function callerIn(context: GraphContext, environment: string): Caller {
  return { principal: context.principal, environment, requestId: context.requestId, signal: context.signal }
}
