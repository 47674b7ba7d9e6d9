// What must be made from the sources before anything runs: JavaScript by the compiler, the console by its bundler.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runNode } from './child.mjs'
import { readJson, workspaceFolders } from './manifests.mjs'
import { showing } from './progress.mjs'
import { Sentence } from './sentence.mjs'
import { compareWithStamp, filesUnder } from './stamp.mjs'

/** @param {string} root */
export function compileState(root) {
  const folders = [...workspaceFolders(root), 'examples', 'scripts'].map((folder) => join(root, folder))
  const sources = folders.flatMap(filesUnder).filter((path) => /\.(tsx?|json|[mc]js)$/.test(path))
  const configs = ['tsconfig.json', 'tsconfig.base.json', 'package-lock.json'].map((name) => join(root, name))
  const state = compareWithStamp(join(root, '.millrace', 'compiled.json'), [...configs, ...sources])
  return { ...state, fresh: state.fresh && projectOutputs(root).every((folder) => existsSync(folder)) }
}

/**
 * Where each project's JavaScript goes.
 *
 * @param {string} root
 * @returns {string[]}
 */
function projectOutputs(root) {
  /** @type {{ references: { path: string }[] }} */
  const { references } = readJson(join(root, 'tsconfig.json'))
  return references.map(({ path }) => {
    /** @type {{ compilerOptions: { outDir: string } }} */
    const { compilerOptions } = readJson(join(root, path, 'tsconfig.json'))
    return join(root, path, compilerOptions.outDir)
  })
}

/**
 * Compiles what changed. Answers whether everything was right; what was not is printed.
 *
 * @param {string} root
 */
export async function compile(root) {
  const state = compileState(root)
  if (state.fresh) {
    state.remember()
    return true
  }
  const { code, output } = await showing(
    'Compiling',
    () => runNode(['node_modules/typescript/bin/tsc', '-b'], { cwd: root, quiet: true }),
    ({ code }) => code === 0,
  )
  if (code === 0) state.remember()
  else console.error(output)
  return code === 0
}

/** @param {string} root */
export function consoleState(root) {
  const web = join(root, 'packages', 'web')
  const neighbours = Object.keys(readJson(join(web, 'package.json')).dependencies)
    .filter((name) => name.startsWith('@millrace/'))
    .map((name) => join(root, 'packages', name.slice('@millrace/'.length)))
  const sources = [web, ...neighbours].flatMap(filesUnder)
  const state = compareWithStamp(join(root, '.millrace', 'console.json'), [...sources, join(root, 'package-lock.json')])
  return { ...state, fresh: state.fresh && existsSync(join(web, 'dist', 'index.html')) }
}

/** @param {string} root */
export async function buildConsole(root) {
  const state = consoleState(root)
  if (state.fresh) return state.remember()
  const { code, output } = await showing(
    'Building the console',
    () =>
      runNode([join(root, 'node_modules/vite/bin/vite.js'), 'build'], { cwd: join(root, 'packages/web'), quiet: true }),
    ({ code }) => code === 0,
  )
  if (code !== 0) throw new Sentence(`${output}\n\nThe console could not be built; the reason is above.`)
  state.remember()
}
