// On or off, at once.

import { Switch } from 'radix-ui'
import { useId } from 'react'

export function Toggle({
  label,
  on,
  onChange,
}: {
  readonly label: string
  readonly on: boolean
  readonly onChange: (on: boolean) => void
}) {
  const id = useId()
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <Switch.Root
        id={id}
        checked={on}
        onCheckedChange={onChange}
        className="inline-flex h-[18px] w-8 shrink-0 items-center rounded-full border border-line-strong bg-sunken px-0.5 transition-colors data-[state=checked]:border-accent-solid data-[state=checked]:bg-accent-solid"
      >
        <Switch.Thumb className="size-3 rounded-full bg-ink-3 transition-transform data-[state=checked]:translate-x-[14px] data-[state=checked]:bg-accent-ink" />
      </Switch.Root>
      <label htmlFor={id} className="cursor-pointer text-xs text-ink-2">
        {label}
      </label>
    </span>
  )
}
