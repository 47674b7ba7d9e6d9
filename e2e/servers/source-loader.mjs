// Lets a plain `node --import` run TypeScript sources, so that tests can start processes of their own (to kill them)
// without a build first. Types are stripped by the same compiler that vitest uses.
import { readFile } from 'node:fs/promises'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) register(import.meta.url)

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context)
  const { transformWithOxc } = await import('vite')
  const path = fileURLToPath(url)
  const { code, map } = await transformWithOxc(await readFile(path, 'utf8'), path, { sourcemap: true })
  const inline = Buffer.from(JSON.stringify(map)).toString('base64')
  const source = `${code}\n//# sourceMappingURL=data:application/json;base64,${inline}\n`
  return { format: 'module', shortCircuit: true, source }
}
