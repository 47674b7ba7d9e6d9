// The commands behind `npm start`, `npm test` and the others. Each one brings a fresh clone to where it can do its work:
//
//   manifests, lock ── npm ci ──▶ node_modules ── tsc -b ──▶ */dist ── vite build ──▶ packages/web/dist ──▶ the command
//
// Every arrow has a stamp, so that a warm start goes straight to the command. Only what comes with Node is imported.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildConsole, compile, compileState, consoleState } from './build.mjs'
import { runNode } from './child.mjs'
import { install, installState } from './install.mjs'
import { machineTrouble, Sentence } from './sentence.mjs'
import { test, testServers } from './test.mjs'
import { inTurn } from './turn.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  async start(args) {
    await prepare()
    return (await runNode(['packages/app/bin/millrace.mjs', 'up', ...args], { cwd: root })).code
  },
  async test(args) {
    await turn(() => install(root))
    return test(root, args, () => turn(() => compile(root)))
  },
  async 'test:servers'(args) {
    await prepare()
    return testServers(root, args)
  },
  async bench(args) {
    await prepare()
    return (await runNode(['bench/dist/main.js', ...args], { cwd: root })).code
  },
  async docs() {
    await prepare()
    return (await runNode(['scripts/dist/docs/main.js'], { cwd: root })).code
  },
  async build() {
    await prepare()
    return 0
  },
}

/** Installs, compiles and bundles what is not fresh. */
async function prepare() {
  const states = [installState, compileState, consoleState].map((stateOf) => stateOf(root))
  if (states.every((state) => state.fresh)) {
    for (const state of states) state.remember()
    return
  }
  await turn(async () => {
    await install(root)
    if (!(await compile(root))) throw new Sentence('The sources do not compile; the reasons are above.')
    await buildConsole(root)
  })
}

/**
 * @template T
 * @param {() => Promise<T>} act
 */
function turn(act) {
  const onWait = () => console.error('Another command is installing or building in this clone; waiting for it …')
  return inTurn(join(root, '.millrace', 'turn'), onWait, act)
}

const [name = '', ...args] = process.argv.slice(2)
try {
  const command = commands[name]
  if (command === undefined) {
    throw new Sentence(`There is no command "${name}": use one of ${Object.keys(commands).join(', ')}.`)
  }
  process.exitCode = await command(args[0] === '--' ? args.slice(1) : args)
} catch (thrown) {
  const sentence = thrown instanceof Sentence ? thrown.message : machineTrouble(thrown)
  if (sentence === undefined) throw thrown
  console.error(sentence)
  process.exitCode = 1
}
