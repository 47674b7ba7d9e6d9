// What went wrong: what happened, why, what to do, with the code and a button that copies it all.

import type { ReactNode } from 'react'
import { toApiError } from '../api/client.ts'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { StateMark } from './state-mark.tsx'

export function Problem({
  code,
  message,
  todo,
  children,
}: {
  readonly code: string
  readonly message: string
  readonly todo?: string | undefined
  readonly children?: ReactNode
}) {
  return (
    <div role="alert" className="flex gap-3 rounded-md border border-failed/40 bg-failed-wash px-3 py-2.5">
      <span className="pt-0.5">
        <StateMark state="failed" size={16} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="text-sm font-medium break-words whitespace-pre-wrap text-ink">{message}</p>
        {todo === undefined ? null : <p className="mt-0.5 text-sm text-ink-2">{todo}</p>}
        <p className="mt-1 font-mono text-xs text-ink-2">{code}</p>
        {children === undefined ? null : <div className="mt-2 flex flex-wrap gap-2">{children}</div>}
      </div>
      <CopyButton label="Copy error" text={[code, message, todo].filter(Boolean).join('\n')} />
    </div>
  )
}

/** Anything thrown by the data layer. */
export function Trouble({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  const { code, message, todo } = toApiError(error)
  return (
    <Problem code={code} message={message} todo={todo}>
      {again === undefined ? undefined : (
        <Button small onClick={again}>
          Try again
        </Button>
      )}
    </Problem>
  )
}
