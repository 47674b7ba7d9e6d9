export interface BoundedQueue<T> {
  /** False when the queue is full or closed; nothing is taken then. */
  offer(item: T): boolean
  /** The next item, or undefined once closed and empty. */
  take(): Promise<T | undefined>
  close(): void
  readonly length: number
}

/** First in, first out, never more than `itemsMax`. */
export function boundedQueue<T>(itemsMax: number): BoundedQueue<T> {
  const items: T[] = []
  const takers: ((item: T | undefined) => void)[] = []
  let closed = false
  return {
    offer(item) {
      if (closed) return false
      const taker = takers.shift()
      if (taker !== undefined) {
        taker(item)
        return true
      }
      if (items.length >= itemsMax) return false
      items.push(item)
      return true
    },
    take() {
      if (items.length > 0) return Promise.resolve(items.shift())
      if (closed) return Promise.resolve(undefined)
      return new Promise((resolve) => takers.push(resolve))
    },
    close() {
      closed = true
      for (const taker of takers.splice(0)) taker(undefined)
    },
    get length() {
      return items.length
    },
  }
}
