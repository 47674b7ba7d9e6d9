// Where the program's own files are, from wherever it was started.

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined
}

export function webDirectory(): string | undefined {
  return existing(`${root}/packages/web/dist`)
}

export function examplesDirectory(): string | undefined {
  return existing(`${root}/examples`)
}
