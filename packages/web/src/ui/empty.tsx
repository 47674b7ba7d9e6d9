// An empty place teaches: one sentence, one example that runs at a click, and the same on the command line.

import type { ReactNode } from 'react'
import { CodeBlock } from './code-block.tsx'
import { Mark } from './mark.tsx'

export function Empty({
  title,
  sentence,
  action,
  command,
}: {
  readonly title: string
  readonly sentence: string
  readonly action?: ReactNode
  readonly command?: string
}) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-3 px-4 py-12 text-center">
      <span className="opacity-60">
        <Mark size={36} />
      </span>
      <h2 className="text-lg font-semibold text-ink">{title}</h2>
      <p className="text-sm text-ink-2">{sentence}</p>
      {action}
      {command === undefined ? null : <CodeBlock text={command} label="command" className="w-full text-left" />}
    </div>
  )
}
