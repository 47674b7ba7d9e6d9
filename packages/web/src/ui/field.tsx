// Ways to say something: a line, a text, a choice, a search. Each has a label that stays.

import { Search, X } from 'lucide-react'
import { type ComponentProps, type ReactNode, type Ref, useId } from 'react'
import { classNames } from './class-names.ts'

const box =
  'rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink placeholder:text-ink-3 hover:border-ink-3 aria-invalid:border-failed'

/** Label, control, hint and complaint. The control gets its `id` and descriptions from here. */
export function Field({
  label,
  hint,
  complaint,
  required = false,
  children,
}: {
  readonly label: string
  readonly hint?: string | undefined
  readonly complaint?: string | undefined
  readonly required?: boolean
  readonly children: (wiring: {
    id: string
    'aria-describedby': string | undefined
    'aria-invalid': true | undefined
    'aria-required': true | undefined
  }) => ReactNode
}) {
  const id = useId()
  const described = hint !== undefined || complaint !== undefined
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-xs font-medium text-ink-2">
        {label}
        {required ? <span className="text-failed"> *</span> : null}
      </label>
      {children({
        id,
        'aria-describedby': described ? `${id}-about` : undefined,
        'aria-invalid': complaint === undefined ? undefined : true,
        'aria-required': required ? true : undefined,
      })}
      {described ? (
        <p id={`${id}-about`} className={classNames('text-xs', complaint === undefined ? 'text-ink-3' : 'text-failed')}>
          {complaint ?? hint}
        </p>
      ) : null}
    </div>
  )
}

export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={classNames(box, 'h-8 w-full', className)} {...rest} />
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea className={classNames(box, 'min-h-20 w-full py-1.5 font-mono text-xs leading-5', className)} {...rest} />
  )
}

export function Choice({
  options,
  className = 'h-8 w-full',
  ...rest
}: ComponentProps<'select'> & { readonly options: readonly { readonly value: string; readonly label: string }[] }) {
  return (
    <select className={classNames(box, 'pr-6', className)} {...rest}>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  )
}

export function SearchField({
  label,
  value,
  onChange,
  placeholder,
  className,
  inputRef,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly placeholder?: string
  readonly className?: string
  readonly inputRef?: Ref<HTMLInputElement>
}) {
  return (
    <div className={classNames('relative', className)}>
      <Search size={14} aria-hidden="true" className="pointer-events-none absolute top-2 left-2.5 text-ink-3" />
      <input
        ref={inputRef}
        type="search"
        aria-label={label}
        value={value}
        placeholder={placeholder ?? label}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value !== '') {
            event.stopPropagation()
            onChange('')
          }
        }}
        className={classNames(box, 'h-[30px] w-full pr-7 pl-8 [&::-webkit-search-cancel-button]:hidden')}
      />
      {value === '' ? null : (
        <button
          type="button"
          aria-label={`Clear ${label.toLowerCase()}`}
          onClick={() => onChange('')}
          className="absolute top-[3px] right-1 inline-flex size-6 items-center justify-center rounded-md text-ink-3 hover:text-ink"
        >
          <X size={14} />
        </button>
      )}
    </div>
  )
}
