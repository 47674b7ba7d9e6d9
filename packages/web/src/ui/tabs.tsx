// Views of one thing, one at a time.

import { Tabs } from 'radix-ui'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface Tab<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly aside?: ReactNode
  readonly content: ReactNode
}

export function TabView<Value extends string>({
  label,
  value,
  onChange,
  tabs,
  end,
  className,
}: {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly tabs: readonly Tab<Value>[]
  /** At the far end of the tab line. */
  readonly end?: ReactNode
  readonly className?: string
}) {
  return (
    <Tabs.Root
      value={value}
      onValueChange={(next) => {
        const tab = tabs.find((candidate) => candidate.value === next)
        if (tab !== undefined) onChange(tab.value)
      }}
      className={classNames('flex min-h-0 min-w-0 flex-col', className)}
    >
      <div className="flex min-w-0 shrink-0 items-center gap-2 border-b border-line">
        <Tabs.List aria-label={label} className="flex min-w-0 gap-1 overflow-x-auto px-2 [scrollbar-width:none]">
          {tabs.map((tab) => (
            <Tabs.Trigger
              key={tab.value}
              value={tab.value}
              className="-mb-px inline-flex h-9 items-center gap-1.5 border-b-2 border-transparent px-2 text-sm whitespace-nowrap text-ink-2 -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
            >
              {tab.label}
              {tab.aside}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {end === undefined ? null : <div className="ml-auto flex items-center gap-2 pr-2">{end}</div>}
      </div>
      {tabs.map((tab) => (
        <Tabs.Content key={tab.value} value={tab.value} tabIndex={-1} className="min-h-0 flex-1 outline-none">
          {tab.content}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  )
}
