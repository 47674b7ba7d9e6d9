// The sockets of one pool. A pool closes politely, and waits for ever for a server that never finished its greeting;
// a worker that stops has half a second for manners.

import { Socket } from 'node:net'
import { limits } from './limits.ts'

export interface Sockets {
  /** One more, not yet connected. */
  open(): Socket
  /** Waits for `ending`, for a while, and then closes what is left. */
  close(ending: Promise<unknown>): Promise<void>
}

export function sockets(): Sockets {
  const open = new Set<Socket>()
  return {
    open() {
      const socket = new Socket()
      socket.setKeepAlive(true).setNoDelay(true)
      open.add(socket)
      return socket.once('close', () => open.delete(socket))
    },
    async close(ending) {
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise((resolve) => {
        timer = setTimeout(resolve, limits.closeMsMax)
      })
      await Promise.race([ending.catch(() => undefined), patience])
      clearTimeout(timer)
      for (const socket of open) socket.destroy()
    },
  }
}
