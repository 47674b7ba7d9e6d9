import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Run } from './index.ts'
import { playScript, refold } from './testdata/run-script.ts'

const directory = fileURLToPath(new URL('testdata/runs/', import.meta.url))

/** The parts of a run that are the fold; the rest is derived from them on the way. */
function folded(run: Run): string {
  return JSON.stringify(run, (key, value: unknown) => {
    if (key === 'playbook' || key === 'spec' || key === 'itemValues' || key === 'touched') return undefined
    return value instanceof Map || value instanceof Set ? [...value] : value
  })
}

for (const name of readdirSync(directory)) {
  test(`the run script ${name} tells what happens`, async () => {
    const text = readFileSync(`${directory}${name}`, 'utf8')
    const played = await playScript(text)
    if (process.env['UPDATE_SCRIPTS'] === '1') writeFileSync(`${directory}${name}`, played.actual)
    else expect(played.actual).toBe(text)
    expect(folded(refold(played))).toBe(folded(played.run))
  })
}
