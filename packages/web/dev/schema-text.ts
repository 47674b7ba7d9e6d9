// The console's GraphQL schema as the API states it, read from its source so that neither room imports the other.

import { readFileSync } from 'node:fs'

export function schemaText(file: URL | string): string {
  const source = readFileSync(file, 'utf8')
  const text = /GraphQL \*\/ `([\s\S]*?)(?<!\\)`/.exec(source)?.[1]
  if (text === undefined) throw new Error(`No GraphQL schema was found in ${String(file)}.`)
  return text.replaceAll('\\`', '`')
}
