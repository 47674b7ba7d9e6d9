// Things that float: a dialog in the middle, a sheet at the side. Escape closes; focus returns where it was.

import { X } from 'lucide-react'
import { Dialog as Base } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from './button.tsx'
import { classNames } from './class-names.ts'

interface FloatProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  readonly description?: string
  readonly children: ReactNode
  readonly footer?: ReactNode
}

const places = {
  middle:
    'top-1/2 left-1/2 max-h-[calc(100dvh-32px)] w-[calc(100vw-24px)] -translate-x-1/2 -translate-y-1/2 rounded-md',
  right: 'inset-y-0 right-0 w-[min(420px,100vw)]',
  left: 'inset-y-0 left-0 w-[min(280px,85vw)]',
} as const

function Float({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  place,
  width = '',
}: FloatProps & { readonly place: keyof typeof places; readonly width?: string }) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Overlay className="fixed inset-0 z-40 bg-[rgb(4_10_12/0.5)]" />
        <Base.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          onOpenAutoFocus={focusFirstField}
          className={classNames('fixed z-50 flex flex-col bg-raised shadow-float outline-none', places[place], width)}
        >
          <div className="flex items-start gap-2 border-b border-line py-2.5 pr-2 pl-4">
            <div className="min-w-0 flex-1 py-1">
              <Base.Title className="text-base font-semibold text-ink">{title}</Base.Title>
              {description === undefined ? null : (
                <Base.Description className="text-xs text-ink-2">{description}</Base.Description>
              )}
            </div>
            <Base.Close asChild>
              <IconButton label="Close">
                <X size={16} />
              </IconButton>
            </Base.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
          {footer === undefined ? null : (
            <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3">{footer}</div>
          )}
        </Base.Content>
      </Base.Portal>
    </Base.Root>
  )
}

/** The first field, or the dialog itself: not its close button, whose tip would open over the title. */
function focusFirstField(event: Event): void {
  const content = event.currentTarget
  if (!(content instanceof HTMLElement)) return
  event.preventDefault()
  const field = content.querySelector<HTMLElement>('input, select, textarea')
  ;(field ?? content).focus()
}

export function Dialog({ wide = false, ...rest }: FloatProps & { readonly wide?: boolean }) {
  return <Float place="middle" width={wide ? 'max-w-5xl' : 'max-w-lg'} {...rest} />
}

export function Sheet({ side = 'right', ...rest }: FloatProps & { readonly side?: 'left' | 'right' }) {
  return <Float place={side} {...rest} />
}
