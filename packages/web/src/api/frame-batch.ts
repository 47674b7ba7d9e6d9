// A thousand messages a second are sixty paintings a second: what arrives within a frame is applied at once.

/** Collects items and hands them over together at the next frame; a hidden tab has no frames, so a timer stands in. */
export function frameBatch<T>(apply: (items: readonly T[]) => void): { push(item: T): void; stop(): void } {
  let waiting: T[] = []
  let cancel: (() => void) | undefined

  const flush = () => {
    cancel = undefined
    const items = waiting
    waiting = []
    apply(items)
  }
  return {
    push(item) {
      waiting.push(item)
      cancel ??= nextFrame(flush)
    },
    stop() {
      cancel?.()
      cancel = undefined
      waiting = []
    },
  }
}

const hiddenFrameMs = 500

function nextFrame(act: () => void): () => void {
  if (document.visibilityState === 'hidden') {
    const timer = setTimeout(act, hiddenFrameMs)
    return () => clearTimeout(timer)
  }
  const frame = requestAnimationFrame(act)
  return () => cancelAnimationFrame(frame)
}
