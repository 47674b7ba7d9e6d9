// ClickHouse takes a block whole or refuses it whole. Where one bad line must not take its neighbours along, a refused
// block is halved until the lines at fault stand alone; the same bytes are halved the same way under the same tokens.

import { MillraceError } from '@millrace/stdx'
import type { Olap } from './contract.ts'
import { insertPartBytesMax } from './limits.ts'

export interface RefusedLine {
  /** Counted over the lines that are not empty, from 0. */
  readonly index: number
  readonly line: string
  readonly message: string
}

/** Bytes of one call: they must reach ClickHouse as one block. */
export const linewiseBytesMax = insertPartBytesMax / 2

/**
 * Inserts JSONEachRow lines, at most `linewiseBytesMax`, and answers those that ClickHouse refused. Rejects only with
 * what may pass: then nothing is known to be stored, and the same call may be made again.
 */
export async function insertLinewise(
  olap: Pick<Olap, 'insertBytes'>,
  table: string,
  bytes: Uint8Array,
  token: string,
): Promise<readonly RefusedLine[]> {
  try {
    await olap.insertBytes(table, bytes, token)
    return []
  } catch (fault) {
    if (!isRefusal(fault)) throw fault
    const lines = new TextDecoder().decode(bytes).split('\n')
    return halve(
      olap,
      table,
      lines.filter((line) => line.trim() !== ''),
      token,
      fault.message,
      0,
    )
  }
}

async function halve(
  olap: Pick<Olap, 'insertBytes'>,
  table: string,
  lines: readonly string[],
  token: string,
  message: string,
  offset: number,
): Promise<readonly RefusedLine[]> {
  if (lines.length <= 1) return lines.map((line) => ({ index: offset, line, message }))
  const middle = Math.ceil(lines.length / 2)
  const refused: RefusedLine[] = []
  for (const [name, from, to] of [
    ['<', 0, middle],
    ['>', middle, lines.length],
  ] as const) {
    const part = lines.slice(from, to)
    try {
      await olap.insertBytes(table, Buffer.from(part.join('\n')), `${token}${name}`)
    } catch (fault) {
      if (!isRefusal(fault)) throw fault
      refused.push(...(await halve(olap, table, part, `${token}${name}`, fault.message, offset + from)))
    }
  }
  return refused
}

function isRefusal(fault: unknown): fault is MillraceError {
  return fault instanceof MillraceError && fault.code === 'olap.insert_failed' && !fault.retryable
}
