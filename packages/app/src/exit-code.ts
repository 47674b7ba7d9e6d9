// Exit codes that mean something, the same for every command.

import { MillraceError } from '@millrace/stdx'

export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  absent: 3,
  denied: 4,
  unreachable: 5,
  interrupted: 130,
} as const

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof MillraceError)) return exitCodes.failed
  if (error.code === 'app.usage' || error.code === 'app.config_invalid') return exitCodes.usage
  switch (error.kind) {
    case 'absent':
      return exitCodes.absent
    case 'denied':
      return exitCodes.denied
    case 'busy':
      return exitCodes.unreachable
    default:
      return exitCodes.failed
  }
}
