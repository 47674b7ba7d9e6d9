// The fields of a form, each with its label, what it is for, and what is wrong with what was typed.

import { Choice, Field, TextArea, TextInput } from '../ui/field.tsx'
import { Toggle } from '../ui/toggle.tsx'
import type { FormField, FormText } from './form.ts'

interface SchemaFormProps {
  readonly fields: readonly FormField[]
  readonly texts: FormText
  readonly complaints: Readonly<Record<string, string>>
  readonly onChange: (texts: FormText) => void
}

export function SchemaForm({ fields, texts, complaints, onChange }: SchemaFormProps) {
  return (
    <div className="flex flex-col gap-4">
      {fields.map((field) => (
        <SchemaField
          key={field.name}
          field={field}
          text={texts[field.name] ?? field.initial}
          complaint={complaints[field.name]}
          onChange={(text) => onChange({ ...texts, [field.name]: text })}
        />
      ))}
    </div>
  )
}

interface SchemaFieldProps {
  readonly field: FormField
  readonly text: string
  readonly complaint: string | undefined
  readonly onChange: (text: string) => void
}

function SchemaField({ field, text, complaint, onChange }: SchemaFieldProps) {
  if (field.kind === 'boolean') {
    return (
      <div className="flex flex-col gap-1">
        <Toggle label={field.name} on={text === 'true'} onChange={(on) => onChange(String(on))} />
        {field.about === undefined ? null : <p className="text-xs text-ink-3">{field.about}</p>}
      </div>
    )
  }
  return (
    <Field label={field.name} hint={hintOf(field)} complaint={complaint} required={field.required}>
      {(wiring) => <Control field={field} text={text} onChange={onChange} wiring={wiring} />}
    </Field>
  )
}

const inputTypes: Readonly<Record<string, string>> = { date: 'date', uri: 'url', email: 'email' }

function Control({
  field,
  text,
  onChange,
  wiring,
}: Omit<SchemaFieldProps, 'complaint'> & { readonly wiring: Record<string, unknown> }) {
  const wired = {
    ...wiring,
    value: text,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  }
  if (field.kind === 'choice') {
    const none = field.required ? [] : [{ value: '', label: '–' }]
    return <Choice {...wired} options={[...none, ...field.options.map((value) => ({ value, label: plain(value) }))]} />
  }
  if (field.kind === 'json') return <TextArea {...wired} spellCheck={false} placeholder="JSON" />
  if (field.kind === 'number') return <TextInput {...wired} inputMode="decimal" className="numeric font-mono" />
  return <TextInput {...wired} type={inputTypes[field.format ?? ''] ?? 'text'} spellCheck={false} />
}

function plain(json: string): string {
  const value: unknown = JSON.parse(json)
  return typeof value === 'string' ? value : json
}

function hintOf(field: FormField): string | undefined {
  const { minimum, maximum } = field
  const range =
    minimum !== undefined && maximum !== undefined
      ? `${minimum} to ${maximum}`
      : minimum !== undefined
        ? `at least ${minimum}`
        : maximum !== undefined
          ? `at most ${maximum}`
          : undefined
  const parts = [field.about, range].filter((part) => part !== undefined)
  return parts.length === 0 ? undefined : parts.join(' · ')
}
