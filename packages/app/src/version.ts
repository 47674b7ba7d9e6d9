import { createRequire } from 'node:module'

/** The program's version, from its manifest. */
export const version: string = (createRequire(import.meta.url)('../package.json') as { version: string }).version
