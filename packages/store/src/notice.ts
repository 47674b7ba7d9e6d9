// Who listens to which channel of this process, the same for every adapter.

import { invariant, type Logger, messageOf } from '@millrace/stdx'

type Heard = (payload: string) => void

export interface Notices {
  /** Registers a listener and answers what removes it; that answers true when it was the channel's last. */
  add(channel: string, heard: Heard): () => boolean
  /** Passes a notice on, after the statement that carried it. A listener that throws harms no other. */
  hear(channel: string, payload: string): void
  /** Channels somebody listens to. */
  channels(): readonly string[]
}

export function notices(logger: Logger): Notices {
  const listeners = new Map<string, Set<{ heard: Heard }>>()
  const tell = (listener: { heard: Heard }, channel: string, payload: string) => {
    try {
      listener.heard(payload)
    } catch (cause) {
      logger.error('a listener to notices failed', { channel, error: messageOf(cause) })
    }
  }
  return {
    add(channel, heard) {
      const listener = { heard }
      const all = listeners.get(channel) ?? new Set()
      listeners.set(channel, all.add(listener))
      return () => {
        if (!all.delete(listener) || all.size > 0) return false
        if (listeners.get(channel) === all) listeners.delete(channel)
        return true
      }
    },
    hear(channel, payload) {
      for (const listener of listeners.get(channel) ?? []) queueMicrotask(() => tell(listener, channel, payload))
    },
    channels: () => [...listeners.keys()],
  }
}

/** Channel names are ours and go into `LISTEN` as identifiers, so they are checked rather than quoted. */
export function channelName(channel: string): string {
  invariant(/^[a-z_][a-z0-9_]{0,62}$/.test(channel), `a channel is a word like millrace_run, not ${channel}`)
  return channel
}
