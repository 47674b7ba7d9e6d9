// Triggers and concurrency: they are checked as written; of them, webhooks run in this version.

import { pointerJoin } from '@millrace/lang'
import { isObject, type Json, type JsonObject } from '@millrace/stdx'
import { filled } from './check-shape.ts'
import type { TriggerSpec } from './document.ts'
import type { ExpressionScope } from './expression-scope.ts'
import { concurrencyShape, scheduleShape, triggerShape } from './grammar.ts'
import { expressionOf, notYet, type ParseWork } from './parse-work.ts'

const kinds = ['schedule', 'webhook', 'alert', 'dataset'] as const

const planned: Readonly<Record<string, string>> = {
  schedule: 'Schedules do not run yet',
  alert: 'Alerts do not start runs yet',
  dataset: 'Datasets do not start runs yet',
}

export function triggersOf(work: ParseWork, written: Json | undefined): ReadonlyMap<string, TriggerSpec> {
  const triggers = new Map<string, TriggerSpec>()
  for (const [name, trigger] of Object.entries(isObject(written) ? (written as JsonObject) : {})) {
    const pointer = pointerJoin('/triggers', name)
    const given = filled(triggerShape, trigger)
    const found = kinds.filter((kind) => given[kind] !== undefined)
    const kind = found[0]
    if (found.length !== 1 || kind === undefined) {
      if (isObject(trigger)) complainKinds(work, pointer, found, Object.keys(trigger))
      continue
    }
    if (kind === 'schedule') checkSchedule(work, given['schedule'], `${pointer}/schedule`)
    const sentence = planned[kind]
    if (sentence !== undefined) {
      notYet(work, pointer, `${sentence} in this version; remove \`triggers.${name}\` to publish.`)
    }
    triggers.set(name, { name, kind, detail: detailOf(kind, given[kind]) })
  }
  return triggers
}

function detailOf(kind: TriggerSpec['kind'], value: Json | undefined): JsonObject {
  return isObject(value) ? (value as JsonObject) : { [kind]: value ?? null }
}

function complainKinds(work: ParseWork, pointer: string, found: readonly string[], keys: readonly string[]): void {
  // A key that is unknown or of the wrong kind has been complained about already.
  if (found.length === 0 && keys.length > 0) return
  const expected = 'exactly one of `schedule`, `webhook`, `alert`, `dataset`'
  work.complaints.at(
    pointer,
    'playbook.keys_together',
    `A trigger is ${expected}; found ${found.join(' and ') || 'none'}.`,
    {
      part: 'key',
      expected,
      found: found.join(', ') || 'none',
    },
  )
}

function checkSchedule(work: ParseWork, written: Json | undefined, pointer: string): void {
  const given = filled(scheduleShape, written)
  const { cron, rrule, timezone } = given
  if ((cron === undefined) === (rrule === undefined)) {
    const found = cron === undefined ? 'neither' : 'both'
    work.complaints.at(pointer, 'playbook.keys_together', `A schedule says \`cron\` or \`rrule\`; found ${found}.`, {
      part: 'key',
      expected: 'exactly one of `cron`, `rrule`',
      found,
    })
  }
  if (typeof cron === 'string' && !isCron(cron)) {
    work.complaints.at(`${pointer}/cron`, 'playbook.value_invalid', `\`${cron}\` is no cron expression.`, {
      expected: 'minute hour day month weekday, with seconds in front if there are six, such as `5 * * * *`',
      found: cron,
    })
  }
  if (typeof rrule === 'string' && !isRrule(rrule)) {
    work.complaints.at(`${pointer}/rrule`, 'playbook.value_invalid', `\`${rrule}\` is no recurrence rule.`, {
      expected: 'a rule of RFC 5545 such as `FREQ=WEEKLY;BYDAY=MO`',
      found: rrule,
    })
  }
  if (typeof timezone === 'string' && !isTimezone(timezone)) {
    work.complaints.at(`${pointer}/timezone`, 'playbook.value_invalid', `\`${timezone}\` is no time zone.`, {
      expected: 'an IANA time zone such as `Europe/Paris`',
      found: timezone,
    })
  }
}

/** The form only: what the numbers mean is the scheduler's matter. */
function isCron(text: string): boolean {
  const fields = text.trim().split(/\s+/)
  const field = /^[\d*/,\-A-Za-z#?LW]{1,64}$/
  return (fields.length === 5 || fields.length === 6) && fields.every((each) => field.test(each))
}

const frequencies = /^FREQ=(SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)$/

function isRrule(text: string): boolean {
  const parts = text.replace(/^RRULE:/, '').split(';')
  return (
    parts.length <= 20 &&
    parts.some((part) => frequencies.test(part)) &&
    parts.every((part) => /^[A-Z]+=[\w,+:-]+$/.test(part))
  )
}

function isTimezone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export function checkConcurrency(work: ParseWork, written: Json | undefined, scope: ExpressionScope): void {
  if (written === undefined) return
  const given = filled(concurrencyShape, written)
  expressionOf(work, given['key'], '/concurrency/key', scope)
  notYet(
    work,
    '/concurrency',
    'Limits on concurrent runs do not work yet in this version; remove `concurrency` to publish.',
  )
}
