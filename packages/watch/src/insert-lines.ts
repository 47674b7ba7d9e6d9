// Lines into a table, whatever they are: ClickHouse takes a block whole or refuses it whole, so a block that it refuses
// is halved until the lines at fault stand alone. Those are kept as rejects, and their neighbours are stored.

import type { Olap } from '@millrace/olap'
import { type Logger, MillraceError } from '@millrace/stdx'

/** Stores what can be stored; answers how many lines were rejected. Rejects only when trying again later may succeed. */
export async function insertLines(
  olap: Olap,
  target: { readonly table: string; readonly rejects: string },
  bytes: Uint8Array,
  token: string,
  logger: Logger,
): Promise<number> {
  try {
    await olap.insertBytes(target.table, bytes, token)
    return 0
  } catch (fault) {
    if (!(fault instanceof MillraceError) || fault.code !== 'olap.insert_failed' || fault.retryable) throw fault
    const lines = new TextDecoder()
      .decode(bytes)
      .split('\n')
      .filter((line) => line.trim() !== '')
    if (lines.length <= 1) {
      logger.warn('ClickHouse refused a signal; it is kept as a reject', {
        table: target.table,
        message: fault.message,
      })
      const row = { Table: target.table.split('.').at(-1), Message: fault.message, Line: lines[0] ?? '' }
      await olap.insert(target.rejects, [row], token)
      return lines.length
    }
    const half = Math.ceil(lines.length / 2)
    const part = (from: number, to: number, name: string) =>
      insertLines(olap, target, Buffer.from(lines.slice(from, to).join('\n')), `${token}${name}`, logger)
    return (await part(0, half, '<')) + (await part(half, lines.length, '>'))
  }
}
