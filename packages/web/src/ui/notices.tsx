// A sentence about what has just happened; it goes by itself, and screen readers hear it.

import { X } from 'lucide-react'
import { useEffect, useSyncExternalStore } from 'react'
import { limits } from '../limits.ts'
import { classNames } from './class-names.ts'

export interface Notice {
  readonly tone: 'good' | 'bad' | 'plain'
  readonly text: string
}

let notices: readonly (Notice & { readonly id: number })[] = []
let lastId = 0
const listeners = new Set<() => void>()

function set(next: typeof notices): void {
  notices = next
  for (const listener of listeners) listener()
}

/** Says a sentence at the corner of the screen. */
export function notify(notice: Notice): void {
  lastId++
  set([...notices, { ...notice, id: lastId }].slice(-limits.noticesMax))
}

function dismiss(id: number): void {
  set(notices.filter((notice) => notice.id !== id))
}

export function Notices() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => notices,
  )
  return (
    <div
      role="status"
      aria-live="polite"
      className="fixed right-3 bottom-3 z-[60] flex max-w-[calc(100vw-24px)] flex-col gap-2"
    >
      {shown.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} close={() => dismiss(notice.id)} />
      ))}
    </div>
  )
}

function NoticeCard({ notice, close }: { readonly notice: Notice & { id: number }; readonly close: () => void }) {
  const { id } = notice
  useEffect(() => {
    const timer = setTimeout(() => dismiss(id), limits.noticeMs)
    return () => clearTimeout(timer)
  }, [id])
  return (
    <div
      className={classNames(
        'rising flex min-h-9 max-w-sm items-center gap-2 rounded-md border-l-3 bg-raised py-1.5 pr-1 pl-3 text-sm text-ink shadow-float',
        notice.tone === 'good' && 'border-completed',
        notice.tone === 'bad' && 'border-failed',
        notice.tone === 'plain' && 'border-accent',
      )}
    >
      <span className="min-w-0 flex-1 break-words">{notice.text}</span>
      <button type="button" aria-label="Dismiss" onClick={close} className="rounded-md p-1 text-ink-3 hover:text-ink">
        <X size={14} />
      </button>
    </div>
  )
}
