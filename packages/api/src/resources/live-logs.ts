// Log lines while they pass through the journal, before any table has them. One ear per environment, however many
// screens look: a record is decoded once and handed to those who follow its runs.

import type { Journal } from '@millrace/journal'
import type { Logger } from '@millrace/stdx'
import { decodeLogs, runAttributes, type StoredLog, telemetryStream } from '@millrace/telemetry'
import type { LogLine } from '../contract.ts'

type Heard = (lines: readonly LogLine[]) => void

export interface LiveLogs {
  /** Lines of one run, from now on. The answer stops it. */
  follow(environment: string, runId: string, heard: Heard): Promise<() => void>
  close(): void
}

interface Ear {
  readonly followers: Map<string, Set<Heard>>
  readonly stop: Promise<() => void>
}

export function liveLogs(journal: Pick<Journal, 'follow'>, logger: Logger): LiveLogs {
  const ears = new Map<string, Ear>()

  const hear = (followers: Ear['followers'], body: Uint8Array) => {
    const byRun = new Map<string, LogLine[]>()
    for (const log of decodeLogs(body)) {
      const runId = log.attributes?.[runAttributes.run]
      if (typeof runId !== 'string' || !followers.has(runId)) continue
      const lines = byRun.get(runId) ?? []
      lines.push(lineOf(log))
      byRun.set(runId, lines)
    }
    for (const [runId, lines] of byRun) for (const heard of followers.get(runId) ?? []) heard(lines)
  }

  const earOf = (environment: string): Ear => {
    const known = ears.get(environment)
    if (known !== undefined) return known
    const followers: Ear['followers'] = new Map()
    const stop = journal.follow(`${telemetryStream}.${environment}.log`, ({ body }) => {
      try {
        hear(followers, body)
      } catch (cause) {
        logger.warn('A record of log lines could not be read; screens miss its lines.', { cause: String(cause) })
      }
    })
    const ear = { followers, stop }
    ears.set(environment, ear)
    return ear
  }

  const leave = (environment: string, ear: Ear) => {
    if (ear.followers.size > 0 || ears.get(environment) !== ear) return
    ears.delete(environment)
    void ear.stop.then((stop) => stop()).catch(() => undefined)
  }

  return {
    async follow(environment, runId, heard) {
      const ear = earOf(environment)
      const own: Heard = (lines) => heard(lines)
      const ofRun = ear.followers.get(runId) ?? new Set()
      ear.followers.set(runId, ofRun)
      ofRun.add(own)
      const stop = () => {
        ofRun.delete(own)
        if (ofRun.size === 0 && ear.followers.get(runId) === ofRun) ear.followers.delete(runId)
        leave(environment, ear)
      }
      try {
        await ear.stop
        return stop
      } catch (cause) {
        ears.delete(environment)
        stop()
        throw cause
      }
    },
    close() {
      for (const [environment, ear] of ears) {
        ear.followers.clear()
        leave(environment, ear)
      }
    },
  }
}

function lineOf(log: StoredLog): LogLine {
  const attributes: Record<string, string> = {}
  for (const [key, value] of Object.entries(log.attributes ?? {})) attributes[key] = String(value)
  return {
    id: log.id,
    at: log.atMs,
    severity: log.severity,
    text: log.body,
    task: attributes[runAttributes.task],
    step: attributes[runAttributes.step],
    item: numberOf(attributes[runAttributes.item]),
    attempt: numberOf(attributes[runAttributes.attempt]),
    attributes,
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || text === '' || Number.isNaN(Number(text)) ? undefined : Number(text)
}
