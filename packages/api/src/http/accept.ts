// Which of the media types that exist the caller likes best (RFC 9110, 12.5.1), or a refusal that lists them.

import { apiErrors } from '../errors.ts'
import { headerLettersShown } from '../limits.ts'

export function preferred<T extends string>(accept: string | undefined, offered: readonly T[]): T {
  const [first] = offered
  if (first === undefined) throw new Error('nothing is offered')
  if (accept === undefined || accept.trim() === '') return first
  let best: { type: T; quality: number } | undefined
  for (const type of offered) {
    const quality = qualityOf(accept, type)
    if (quality > 0 && (best === undefined || quality > best.quality)) best = { type, quality }
  }
  if (best === undefined) {
    throw apiErrors.not_acceptable(
      `\`Accept: ${accept.slice(0, headerLettersShown)}\` names nothing that this answer comes as: ${offered.join(', ')}.`,
    )
  }
  return best.type
}

/** The quality of the most specific range that covers the type. */
function qualityOf(accept: string, type: string): number {
  let quality = 0
  let precision = -1
  for (const part of accept.split(',')) {
    const [range = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase())
    const exactness = range === type ? 2 : range === `${type.split('/')[0]}/*` ? 1 : range === '*/*' ? 0 : -1
    if (exactness <= precision) continue
    precision = exactness
    const written = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    const number = written === undefined ? 1 : Number(written)
    quality = number >= 0 && number <= 1 ? number : 0
  }
  return quality
}
