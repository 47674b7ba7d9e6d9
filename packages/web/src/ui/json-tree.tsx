// A JSON value as a tree that opens where one looks; long texts and long lists show their beginning first.

import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { plural } from '../format/number.ts'
import { limits } from '../limits.ts'

/** Levels that are open at first. */
const openDepth = 2

export function JsonTree({ value, label }: { readonly value: unknown; readonly label: string }) {
  return (
    <div aria-label={label} role="group" className="font-mono text-xs leading-5 text-ink">
      <Value name={undefined} value={value} depth={0} />
    </div>
  )
}

interface ValueProps {
  readonly name: string | undefined
  readonly value: unknown
  readonly depth: number
}

function Value({ name, value, depth }: ValueProps) {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    return <Branch name={name} value={value} depth={depth} />
  }
  return (
    <div className="flex pl-5">
      <Name name={name} />
      <Leaf value={value} />
    </div>
  )
}

function Name({ name }: { readonly name: string | undefined }) {
  return name === undefined ? null : <span className="shrink-0 pr-2 text-(--code-key)">{name}</span>
}

function Branch({ name, value, depth }: ValueProps & { readonly value: object }) {
  const entries = Object.entries(value)
  const [open, setOpen] = useState(depth < openDepth && entries.length <= limits.treeChildrenMax)
  const [shown, setShown] = useState<number>(limits.treeChildrenMax)
  const Icon = open ? ChevronDown : ChevronRight
  const size = Array.isArray(value) ? plural(entries.length, 'item') : plural(entries.length, 'key')
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        aria-label={`${name ?? 'value'}, ${size}`}
        onClick={() => setOpen(!open)}
        className="flex items-center rounded-md pr-2 hover:bg-hover"
      >
        <Icon size={13} className="mr-[7px] shrink-0 text-ink-3" aria-hidden="true" />
        <Name name={name} />
        <span className="text-ink-3">
          {Array.isArray(value) ? '[' : '{'} {size} {Array.isArray(value) ? ']' : '}'}
        </span>
      </button>
      {open ? (
        <div className="ml-1.5 border-l border-line pl-2.5">
          {entries.slice(0, shown).map(([key, child]) => (
            <Value key={key} name={key} value={child} depth={depth + 1} />
          ))}
          {entries.length > shown ? (
            <button type="button" className="link ml-5" onClick={() => setShown(shown + limits.treeChildrenMax)}>
              {plural(entries.length - shown, 'more')} of {entries.length}
            </button>
          ) : null}
        </div>
      ) : null}
    </div>
  )
}

function Leaf({ value }: { readonly value: unknown }) {
  const [whole, setWhole] = useState(false)
  if (typeof value === 'string') {
    const cut = !whole && value.length > limits.treeStringCharactersMax
    return (
      <span className="min-w-0 break-words whitespace-pre-wrap text-(--code-string)">
        {JSON.stringify(cut ? value.slice(0, limits.treeStringCharactersMax) : value)}
        {cut ? (
          <button type="button" className="link ml-2" onClick={() => setWhole(true)}>
            show all {plural(value.length, 'character')}
          </button>
        ) : null}
      </span>
    )
  }
  if (typeof value === 'number') return <span className="numeric text-(--code-number)">{String(value)}</span>
  if (typeof value === 'object' && value !== null)
    return <span className="text-ink-3">{Array.isArray(value) ? '[ ]' : '{ }'}</span>
  return <span className="text-(--code-keyword)">{String(value)}</span>
}
