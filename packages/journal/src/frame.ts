// How a record lies in a segment file. Little endian.
//
//   0  u32  magic "MJR1"
//   4  u32  bytes of the payload
//   8  u32  settled: how much of this file was durable before the write that brought this frame
//  12  u32  CRC-32 (zlib) of bytes 4…11 and the payload
//  16  payload:  u48 position · u48 at (ms) · u8 flags · u16 subject bytes · u32 header bytes
//                · subject · headers (JSON) · body
//
// `settled` tells two kinds of damage apart. A frame that cannot be read and lies beyond what every later frame knew as
// settled belongs to a write that was never acknowledged: a torn tail, cut off. One that lies before was acknowledged,
// and its damage is for a person to see. The flag `last` ends a call of `append`, which is taken whole or not at all.

import { crc32 } from 'node:zlib'
import type { JournalRecord, StoredRecord } from './contract.ts'

const frameHeaderBytes = 16
const recordHeaderBytes = 19
const magic = Buffer.from('MJR1', 'latin1')
const flagLast = 1

export interface Frame {
  readonly record: StoredRecord
  /** Ends a call of `append`. */
  readonly last: boolean
  readonly settled: number
  /** Where the next frame begins. */
  readonly end: number
}

/** What a record takes in a file. */
export function frameBytes({ subject, headers, body }: JournalRecord): number {
  const headersBytes = headers === undefined ? 0 : Buffer.byteLength(JSON.stringify(headers))
  return frameHeaderBytes + recordHeaderBytes + Buffer.byteLength(subject) + headersBytes + body.byteLength
}

/** The frames of some calls, to be written at the end of a file of which `settled` bytes are durable. */
export function encodeFrames(calls: readonly (readonly StoredRecord[])[], settled: number): Buffer {
  let bytes = 0
  for (const call of calls) for (const record of call) bytes += frameBytes(record)
  const buffer = Buffer.allocUnsafe(bytes)
  let at = 0
  for (const call of calls) {
    for (const record of call) at = encodeFrame(buffer, at, record, record === call.at(-1), settled)
  }
  return buffer
}

function encodeFrame(buffer: Buffer, at: number, record: StoredRecord, last: boolean, settled: number): number {
  const payload = at + frameHeaderBytes
  const subject = payload + recordHeaderBytes
  const headers = subject + buffer.write(record.subject, subject)
  const body = record.headers === undefined ? headers : headers + buffer.write(JSON.stringify(record.headers), headers)
  const end = body + record.body.byteLength
  buffer.set(record.body, body)
  buffer.writeUIntLE(record.position, payload, 6)
  buffer.writeUIntLE(record.at, payload + 6, 6)
  buffer.writeUInt8(last ? flagLast : 0, payload + 12)
  buffer.writeUInt16LE(headers - subject, payload + 13)
  buffer.writeUInt32LE(body - headers, payload + 15)
  magic.copy(buffer, at)
  buffer.writeUInt32LE(end - payload, at + 4)
  buffer.writeUInt32LE(settled, at + 8)
  buffer.writeUInt32LE(checksum(buffer, at, end), at + 12)
  return end
}

/**
 * The frame that begins at `at`; its body is a view into `buffer`. `short` when the buffer ends before the frame, with
 * the bytes that would be needed from `at`. Undefined when no frame begins there.
 */
export function decodeFrame(buffer: Buffer, at: number): Frame | { readonly short: number } | undefined {
  if (buffer.length - at < frameHeaderBytes) return { short: frameHeaderBytes }
  if (!magic.equals(buffer.subarray(at, at + magic.length))) return undefined
  const payload = at + frameHeaderBytes
  const end = payload + buffer.readUInt32LE(at + 4)
  if (end < payload + recordHeaderBytes) return undefined
  if (end > buffer.length) return { short: end - at }
  if (buffer.readUInt32LE(at + 12) !== checksum(buffer, at, end)) return undefined
  const subject = payload + recordHeaderBytes
  const headers = subject + buffer.readUInt16LE(payload + 13)
  const body = headers + buffer.readUInt32LE(payload + 15)
  const plain = {
    subject: buffer.toString('utf8', subject, headers),
    body: buffer.subarray(body, end),
    position: buffer.readUIntLE(payload, 6),
    at: buffer.readUIntLE(payload + 6, 6),
  }
  const record = body === headers ? plain : { ...plain, headers: JSON.parse(buffer.toString('utf8', headers, body)) }
  const last = (buffer.readUInt8(payload + 12) & flagLast) !== 0
  return { record, last, settled: buffer.readUInt32LE(at + 8), end }
}

/** The next place at or after `from` that may be the begin of a frame, or -1. */
export function nextFrame(buffer: Buffer, from: number): number {
  return buffer.indexOf(magic, from)
}

function checksum(buffer: Buffer, at: number, end: number): number {
  return crc32(buffer.subarray(at + frameHeaderBytes, end), crc32(buffer.subarray(at + 4, at + 12)))
}
