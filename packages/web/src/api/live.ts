// What the server tells without being asked: subscriptions over one WebSocket that mends itself.
//
//   idle → connecting → live ⇄ reconnecting        (denied: signed out, not tried again)

import { type Client, createClient } from 'graphql-ws/client'
import type { Operation } from './client.ts'
import { frameBatch } from './frame-batch.ts'

export type LiveState = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'denied'

let state: LiveState = 'idle'
let connectedBefore = false
const stateListeners = new Set<() => void>()
const returnListeners = new Set<() => void>()
let client: Client | undefined

export function liveState(): LiveState {
  return state
}

export function onLiveState(listener: () => void): () => void {
  stateListeners.add(listener)
  return () => stateListeners.delete(listener)
}

/** Called when the connection is back after a gap: what happened meanwhile was missed and must be asked for. */
export function onLiveReturn(listener: () => void): () => void {
  returnListeners.add(listener)
  return () => returnListeners.delete(listener)
}

function become(next: LiveState): void {
  if (next === state) return
  state = next
  for (const listener of stateListeners) listener()
}

const deniedCodes = new Set([4401, 4403])

function connection(): Client {
  client ??= createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    lazy: true,
    lazyCloseTimeout: 5_000,
    keepAlive: 12_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => !(event instanceof CloseEvent && deniedCodes.has(event.code)),
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** retries, 5_000))),
    on: {
      connecting: () => become(connectedBefore ? 'reconnecting' : 'connecting'),
      connected: () => {
        const returned = connectedBefore
        connectedBefore = true
        become('live')
        if (returned) for (const listener of returnListeners) listener()
      },
      closed: (event) => {
        if (event instanceof CloseEvent && deniedCodes.has(event.code)) become('denied')
        else if (event instanceof CloseEvent && event.code === 1000) become('idle')
        else become('reconnecting')
      },
    },
  })
  return client
}

/** Hears a subscription until the returned function is called. Messages of one frame arrive together. */
export function subscribe<Data, Variables extends Record<string, unknown>>(
  asked: Operation<Data, Variables>,
  variables: Variables,
  hear: (messages: readonly Data[]) => void,
): () => void {
  const batch = frameBatch<Data>(hear)
  const end = connection().subscribe<Data>(
    { query: asked.text, variables },
    {
      next: (message) => {
        if (message.data !== null && message.data !== undefined) batch.push(message.data)
      },
      // The connection's own state says what is wrong; a refused subscription leaves the page as it was loaded.
      error: () => {},
      complete: () => {},
    },
  )
  return () => {
    end()
    batch.stop()
  }
}

/** After signing in: the socket is made anew with the new cookie. */
export function reconnect(): void {
  client?.terminate()
}
