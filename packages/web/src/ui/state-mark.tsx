// A state is a shape, a word and a colour, the same on every page: nobody needs to tell green from red.

import { classNames } from './class-names.ts'

export const states = [
  'queued',
  'pending',
  'scheduled',
  'running',
  'waiting',
  'paused',
  'completed',
  'failed',
  'skipped',
  'cancelled',
] as const
export type AnyState = (typeof states)[number]

const colours: Readonly<Record<AnyState, string>> = {
  queued: 'text-queued',
  pending: 'text-queued',
  scheduled: 'text-queued',
  running: 'text-accent',
  waiting: 'text-waiting',
  paused: 'text-waiting',
  completed: 'text-completed',
  failed: 'text-failed',
  skipped: 'text-ink-3',
  cancelled: 'text-cancelled',
}

const sentences: Readonly<Record<AnyState, string>> = {
  queued: 'Queued',
  pending: 'Pending',
  scheduled: 'Scheduled',
  running: 'Running',
  waiting: 'Waiting',
  paused: 'Paused',
  completed: 'Completed',
  failed: 'Failed',
  skipped: 'Skipped',
  cancelled: 'Cancelled',
}

export function stateColour(state: AnyState): string {
  return colours[state]
}

export function stateWord(state: AnyState): string {
  return sentences[state]
}

/** The shape alone; beside it must stand the word, or it carries the word for screen readers with `named`. */
export function StateMark({
  state,
  size = 14,
  named = false,
}: {
  readonly state: AnyState
  readonly size?: number
  readonly named?: boolean
}) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={classNames('shrink-0', colours[state], state === 'running' && 'turning-fast')}
      {...(named ? { role: 'img', 'aria-label': sentences[state] } : { 'aria-hidden': true })}
    >
      <Shape state={state} />
    </svg>
  )
}

function Shape({ state }: { readonly state: AnyState }) {
  switch (state) {
    case 'queued':
    case 'scheduled':
      return (
        <>
          <circle cx="8" cy="8" r="6" />
          <path d="M8 5v3.2l2 1.3" />
        </>
      )
    case 'pending':
      return <circle cx="8" cy="8" r="6" strokeDasharray="0.2 3.57" />
    case 'running':
      return (
        <>
          <path d="M8 2a6 6 0 1 1-5.2 3" />
          <circle cx="8" cy="8" r="1.6" fill="currentColor" stroke="none" />
        </>
      )
    case 'waiting':
      return <path d="M4 2.5h8M4 13.5h8M5 2.5c0 3 3 3.6 3 5.5s-3 2.5-3 5.5M11 2.5c0 3-3 3.6-3 5.5s3 2.5 3 5.5" />
    case 'paused':
      return <path d="M5.5 3.5v9M10.5 3.5v9" strokeWidth="2.5" />
    case 'completed':
      return (
        <>
          <circle cx="8" cy="8" r="6.9" fill="currentColor" stroke="none" />
          <path d="M5 8.2l2.1 2.1L11 6" stroke="var(--surface)" strokeWidth="2" />
        </>
      )
    case 'failed':
      return (
        <>
          <path d="M8 .9L15.1 8 8 15.1.9 8z" fill="currentColor" strokeWidth="1" />
          <path d="M6 6l4 4M10 6l-4 4" stroke="var(--surface)" strokeWidth="1.9" />
        </>
      )
    case 'skipped':
      return (
        <>
          <circle cx="8" cy="8" r="6" strokeDasharray="2.6 2.1" />
          <path d="M6.6 5.6L9 8l-2.4 2.4" />
        </>
      )
    case 'cancelled':
      return (
        <>
          <circle cx="8" cy="8" r="6" />
          <path d="M3.8 12.2l8.4-8.4" />
        </>
      )
  }
}

/** Shape and word. */
export function StateBadge({ state, strong = false }: { readonly state: AnyState; readonly strong?: boolean }) {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1.5 whitespace-nowrap',
        colours[state],
        strong && 'font-semibold',
      )}
    >
      <StateMark state={state} size={strong ? 16 : 14} />
      <span className={state === 'cancelled' ? 'line-through decoration-1' : undefined}>{sentences[state]}</span>
    </span>
  )
}
