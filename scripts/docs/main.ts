// `npm run docs`: writes the reference, and says what has changed.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pagesOf } from './pages.ts'
import { serverAnswers } from './server-answers.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

for (const { path, text } of pagesOf(await serverAnswers())) {
  const file = join(root, path)
  const before = await readFile(file, 'utf8').catch(() => undefined)
  if (before === text) continue
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  console.log(`${before === undefined ? 'new    ' : 'changed'} ${path}`)
}
// The embedded stores' threads may outlive their last query.
process.exit()
