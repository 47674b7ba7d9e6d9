// Who asks, and what they may do. Until people and roles arrive there is one administrator, who may do everything.

import { type Action, isAnonymous } from './actions.ts'

export interface Principal {
  /** Written beside what they did: `publishedBy`, `startedBy`. */
  readonly name: string
  /** `loopback`: somebody at this very machine, where the platform was started open. */
  readonly kind: 'administrator' | 'loopback' | 'anonymous'
  may(action: Action, environment: string): boolean
}

export const administrator: Principal = { name: 'administrator', kind: 'administrator', may: () => true }

export const loopback: Principal = { name: 'loopback', kind: 'loopback', may: () => true }

export const anonymous: Principal = { name: 'anonymous', kind: 'anonymous', may: isAnonymous }
