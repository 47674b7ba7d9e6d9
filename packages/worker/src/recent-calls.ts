// What was answered lately, so that a command delivered again is answered again and not carried out again.

export interface RecentCalls {
  get(callId: string): Uint8Array | undefined
  put(callId: string, report: Uint8Array): void
}

/** Forgets the oldest beyond either bound. */
export function recentCalls(callsMax: number, bytesMax: number): RecentCalls {
  const reports = new Map<string, Uint8Array>()
  let bytes = 0
  return {
    get: (callId) => reports.get(callId),
    put(callId, report) {
      bytes += report.length - (reports.get(callId)?.length ?? 0)
      reports.delete(callId)
      reports.set(callId, report)
      for (const [oldest, { length }] of reports) {
        if (reports.size <= callsMax && bytes <= bytesMax) return
        reports.delete(oldest)
        bytes -= length
      }
    },
  }
}
