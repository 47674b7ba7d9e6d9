import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import platform from './platform.cjs'

const fine = { node: 'v20.19.0', platform: 'linux', arch: 'x64', musl: false }
const about = (change: Partial<typeof fine>) => platform.complaintAbout({ ...fine, ...change })

test('the machines that Millrace runs on get no complaint', () => {
  for (const node of ['v20.19.0', 'v20.20.2', 'v22.12.0', 'v24.0.0', 'v26.1.0']) expect(about({ node })).toBeUndefined()
  expect(about({ platform: 'darwin', arch: 'arm64' })).toBeUndefined()
})

test('any other machine gets one sentence that says what to do', () => {
  for (const node of ['v0.10.48', 'v12.22.12', 'v18.20.8', 'v20.18.3', 'v21.7.3', 'v22.11.0', 'unknown']) {
    expect(about({ node })).toMatch(/^Millrace needs Node\.js 20\.19 .* try again\.$/)
  }
  expect(about({ platform: 'win32' })).toMatch(/^Millrace does not run on Windows .* WSL 2 .*\.$/)
  expect(about({ musl: true })).toMatch(/^Millrace needs a Linux with glibc.* image.*\.$/)
  expect(about({ platform: 'freebsd' })).toMatch(/^Millrace runs on Linux and macOS .* freebsd .*\.$/)
  expect(about({ arch: 'ia32' })).toMatch(/^Millrace runs on Linux and macOS .* ia32: .*\.$/)
})

test('an old Node prints the sentence and nothing else, and the exit code is not 0', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-platform-'))
  try {
    const old = join(folder, 'old-node.cjs')
    writeFileSync(old, `Object.defineProperty(process, 'version', { value: 'v12.22.12' })`)
    const door = fileURLToPath(new URL('../bootstrap.cjs', import.meta.url))
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', old, door, 'start'], {
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('this is v12.22.12')])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what an old Node reads first holds nothing that it cannot parse', async () => {
  // The syntax of 2009, which every Node parses; `tsc` and vite know it by name only, so the newer signs are looked for.
  const { readFile } = await import('node:fs/promises')
  for (const name of ['../bootstrap.cjs', './platform.cjs']) {
    const text = await readFile(new URL(name, import.meta.url), 'utf8')
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/'[^'\n]*'/g, "''")
    expect(code.match(/\b(?:const|let|async|await|class|import)\b|=>|`|\?\.|\?\?|\.\.\.|catch \{/g), name).toBeNull()
  }
})
