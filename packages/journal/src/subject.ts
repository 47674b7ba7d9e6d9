// Subjects are dotted words; filters add the wildcards of NATS: `*` is one word, a final `>` is one word or more
// (docs.nats.io/nats-concepts/subjects).

import { journalErrors } from './errors.ts'
import { subjectLengthMax } from './limits.ts'

export type SubjectMatcher = (subject: string) => boolean

const word = /^[^\s.*>]+$/
const words = /^[^\s.*>]+(?:\.[^\s.*>]+)*$/

/** Refuses what is no subject, so that a mistake shows where it is made and not as a record nobody receives. */
export function checkSubject(subject: string): void {
  if (subject.length > subjectLengthMax || !words.test(subject)) {
    throw journalErrors.subject_invalid(
      `A subject is words between dots, at most ${subjectLengthMax} characters; found ${JSON.stringify(subject.slice(0, 80))}.`,
    )
  }
}

/** A function that tells whether a subject passes the filter. */
export function subjectMatcher(filter: string): SubjectMatcher {
  const tokens = filterTokens(filter)
  const rest = tokens.at(-1) === '>'
  const fixed = rest ? tokens.slice(0, -1) : tokens
  if (fixed.includes('*')) return (subject) => matchesWords(fixed, rest, subject.split('.'))
  if (!rest) return (subject) => subject === filter
  const prefix = filter.slice(0, -1)
  return (subject) => subject.startsWith(prefix) && subject.length > prefix.length
}

function matchesWords(fixed: readonly string[], rest: boolean, words: readonly string[]): boolean {
  if (rest ? words.length <= fixed.length : words.length !== fixed.length) return false
  return fixed.every((token, i) => token === '*' || token === words[i])
}

/** Whether some subject passes both filters. */
export function subjectsOverlap(a: string, b: string): boolean {
  const left = filterTokens(a)
  const right = filterTokens(b)
  for (let i = 0; ; i++) {
    const l = left[i]
    const r = right[i]
    if (l === undefined || r === undefined) return l === r
    if (l === '>' || r === '>') return true
    if (l !== r && l !== '*' && r !== '*') return false
  }
}

function filterTokens(filter: string): string[] {
  const tokens = filter.split('.')
  const good = tokens.every((token, i) => token === '*' || (token === '>' ? i === tokens.length - 1 : word.test(token)))
  if (!good || filter.length > subjectLengthMax) {
    throw journalErrors.subject_invalid(
      `A filter is words, \`*\` or a final \`>\` between dots; found ${JSON.stringify(filter.slice(0, 80))}.`,
    )
  }
  return tokens
}
