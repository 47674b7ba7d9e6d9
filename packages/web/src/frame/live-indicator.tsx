// Whether what one sees is what is: the state of the WebSocket, as shape and word.

import { useSyncExternalStore } from 'react'
import { type LiveState, liveState, onLiveState } from '../api/live.ts'
import { classNames } from '../ui/class-names.ts'
import { Tip } from '../ui/tip.tsx'

const words: Readonly<Record<LiveState, { word: string; about: string }>> = {
  idle: { word: 'Idle', about: 'Nothing on this page changes by itself.' },
  connecting: { word: 'Connecting', about: 'Opening the live connection.' },
  live: { word: 'Live', about: 'Changes show as they happen.' },
  reconnecting: { word: 'Offline', about: 'The live connection is lost; trying again.' },
  denied: { word: 'Signed out', about: 'The server closed the live connection: sign in again.' },
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(onLiveState, liveState)
}

export function LiveIndicator() {
  const state = useLiveState()
  const { word, about } = words[state]
  return (
    <Tip text={about}>
      <span
        // reachable so that its tip can be read by keyboard
        tabIndex={0}
        role="status"
        aria-label={`Connection: ${word}`}
        className="inline-flex h-8 items-center gap-1.5 rounded-md px-2 text-xs text-ink-2"
      >
        <span
          aria-hidden="true"
          className={classNames(
            'size-2 rounded-full',
            state === 'live' ? 'bg-accent' : 'border-[1.5px] border-waiting bg-transparent',
          )}
        />
        <span className="hidden sm:inline">{word}</span>
      </span>
    </Tip>
  )
}

/** Across the foot while the connection is lost: nothing above it moves. */
export function ReconnectBanner() {
  const state = useLiveState()
  if (state !== 'reconnecting') return null
  return (
    <div
      role="alert"
      className="flex shrink-0 items-center gap-2 border-t border-waiting/40 bg-waiting-wash px-4 py-1.5 text-xs text-ink"
    >
      <span aria-hidden="true" className="size-2 rounded-full border-[1.5px] border-waiting" />
      The connection to the server is lost. What you see may be old; it comes back by itself.
    </div>
  )
}
