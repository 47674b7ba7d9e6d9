// More to do with a thing than fits beside it.

import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'

export interface MenuItem {
  readonly label: string
  readonly icon?: ReactNode
  readonly chosen?: boolean
  readonly disabled?: boolean
  readonly act: () => void
}

export function Menu({
  trigger,
  label,
  items,
}: {
  readonly trigger: ReactElement
  readonly label: string
  readonly items: readonly MenuItem[]
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          className="rising z-50 max-h-[60vh] min-w-44 overflow-y-auto rounded-md bg-raised p-1 shadow-float"
        >
          {items.map((item) => (
            <DropdownMenu.Item
              key={item.label}
              disabled={item.disabled === true}
              onSelect={item.act}
              className="flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 text-sm text-ink outline-none data-[disabled]:text-ink-3 data-[highlighted]:bg-hover"
            >
              <span className="inline-flex w-4 justify-center text-ink-3">{item.icon}</span>
              {item.label}
              {item.chosen === true ? <Check size={14} aria-label="chosen" className="ml-auto text-accent" /> : null}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
