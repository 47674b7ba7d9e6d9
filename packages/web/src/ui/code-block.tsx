// Text to read and to take along: commands, examples, fragments.

import { classNames } from './class-names.ts'
import { CopyButton } from './copy-button.tsx'

export function CodeBlock({
  text,
  label,
  className,
}: {
  readonly text: string
  /** What the copy button copies, for screen readers. */
  readonly label: string
  readonly className?: string
}) {
  return (
    <div className={classNames('group relative rounded-md border border-line bg-sunken', className)}>
      {/* scrollable regions must be reachable by keyboard */}
      <pre tabIndex={0} aria-label={label} className="overflow-x-auto p-3 pr-11 font-mono text-xs leading-5 text-ink">
        {text}
      </pre>
      <div className="absolute top-1 right-1 rounded-md bg-sunken">
        <CopyButton text={text} label={`Copy ${label}`} />
      </div>
    </div>
  )
}
