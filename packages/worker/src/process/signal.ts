// Signals to processes that may have ended a moment ago, which then is what was wanted.

export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  signalOne(-pid, signal)
}

export function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code !== 'ESRCH' && code !== 'EPERM') throw cause
  }
}
