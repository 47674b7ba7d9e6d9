// What can be acted on. One main action to a page; the others are quiet.

import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { Mark } from './mark.tsx'
import { Tip } from './tip.tsx'

export type ButtonKind = 'main' | 'plain' | 'quiet' | 'danger'

const kinds: Readonly<Record<ButtonKind, string>> = {
  main: 'bg-accent-solid text-accent-ink font-medium hover:bg-accent-hover',
  plain: 'border border-line-strong bg-surface text-ink hover:bg-hover',
  quiet: 'text-ink-2 hover:bg-hover hover:text-ink',
  danger: 'border border-failed text-failed hover:bg-failed-wash',
}

export interface ButtonProps extends ComponentProps<'button'> {
  readonly kind?: ButtonKind
  readonly icon?: ReactNode
  readonly small?: boolean
  /** Work goes on: not pressable, and says so. */
  readonly busy?: boolean
}

export function Button({
  kind = 'plain',
  icon,
  small = false,
  busy = false,
  className,
  children,
  disabled,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md text-sm whitespace-nowrap transition-colors',
        'disabled:opacity-50',
        small ? 'h-7 px-2' : 'h-8 px-3',
        kinds[kind],
        className,
      )}
      {...rest}
    >
      {busy ? <Mark size={14} turning /> : icon}
      {children}
    </button>
  )
}

export interface IconButtonProps extends ComponentProps<'button'> {
  /** Its accessible name, and its tip. */
  readonly label: string
  readonly kind?: ButtonKind
  readonly shortcut?: string
}

/** A button that is only a picture; its name shows on hover and focus. */
export function IconButton({
  label,
  kind = 'quiet',
  shortcut,
  className,
  children,
  type = 'button',
  ...rest
}: IconButtonProps) {
  return (
    <Tip text={label} shortcut={shortcut}>
      <button
        type={type}
        aria-label={label}
        className={classNames(
          'inline-flex size-8 shrink-0 items-center justify-center rounded-md transition-colors disabled:opacity-50',
          kinds[kind],
          className,
        )}
        {...rest}
      >
        {children}
      </button>
    </Tip>
  )
}
