// An end that one sentence explains: it is printed without a stack, and the exit code is not 0.

export class Sentence extends Error {}

/**
 * What the file system refused, as a sentence; undefined when it is no trouble of the machine.
 *
 * @param {unknown} thrown
 */
export function machineTrouble(thrown) {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  const path = thrown instanceof Error && 'path' in thrown ? String(thrown.path) : 'this folder'
  if (code === 'ENOSPC') return `The disk is full: free some space (about 2 GB for a first start) and try again.`
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return `${path} cannot be written: run this from a clone that belongs to you.`
  }
  return undefined
}
