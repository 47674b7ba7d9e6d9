'use strict'
// A Node started ahead of its one call: waits for the step on file descriptor 3, runs it, answers there, and ends.
//
//   worker ── fd 3: <length>\n{"code","input","environment","outputBytesMax"} ──▶ here
//   worker ◀─ fd 3: <length>\n{"output"} or {"failure"} ── here
//
// The end of fd 3 before the step has come is the end of the worker.

const { Socket } = require('node:net')
const { createRequire } = require('node:module')
const { join } = require('node:path')
const vm = require('node:vm')

const file = join(process.cwd(), 'step.js')
const tracebackLinesMax = 200
const messageMax = 4000
const own = process.pid

// Else Node keeps what the pipe does not take in memory, and loses it when the step ends.
for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true)

const channel = new Socket({ fd: 3, readable: true, writable: true })
const chunks = []
let bytes = 0
let wanted
channel.on('data', (chunk) => {
  chunks.push(chunk)
  bytes += chunk.length
  if (wanted === undefined) {
    const all = Buffer.concat(chunks)
    const end = all.indexOf(10)
    if (end < 0) return
    wanted = { from: end + 1, to: end + 1 + Number(all.toString('latin1', 0, end)) }
  }
  if (bytes < wanted.to) return
  const request = JSON.parse(Buffer.concat(chunks).toString('utf8', wanted.from, wanted.to))
  chunks.length = 0
  channel.removeAllListeners('data')
  channel.unref() // a step that awaits what never comes ends, instead of waiting for its timeout
  void run(request)
})
channel.on('end', () => process.exit(1))
channel.on('error', () => process.exit(1))

async function run({ code, input, environment, outputBytesMax }) {
  Object.assign(process.env, environment)
  process.on('uncaughtException', (error) => answer({ failure: failureOf(error) }))
  process.on('beforeExit', () => {
    answer({
      failure: {
        kind: 'failed',
        message: '`main` awaits something that never comes: nothing is left that could wake it.',
      },
    })
  })
  let output
  try {
    const main = load(code)
    if (typeof main !== 'function') {
      const message = 'The code defines no function `main`. Expected, for example: function main(input) { … }'
      return answer({ failure: { kind: 'failed', message } })
    }
    output = await main(input)
  } catch (error) {
    return answer({ failure: failureOf(error) })
  }
  // Nothing returned is null, as in Python.
  const fault = output === undefined ? undefined : faultOf(output)
  if (fault !== undefined) return answer({ failure: { kind: 'result', message: fault } })
  const body = Buffer.from(`{"output":${JSON.stringify(output ?? null)}}`)
  const size = body.length - '{"output":}'.length
  if (size > outputBytesMax) return answer({ failure: { kind: 'too_large', message: '', bytes: size } })
  send(body)
}

/** Runs the script; its `function main`, `const main` or `let main` is seen by the next script. */
function load(code) {
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  const module = { exports: {} }
  Object.assign(globalThis, { require: createRequire(file), module, exports: module.exports, __filename: file })
  Object.assign(globalThis, { __dirname: process.cwd() })
  new vm.Script(code, { filename: file, importModuleDynamically }).runInThisContext()
  return vm.runInThisContext("typeof main === 'undefined' ? undefined : main")
}

function failureOf(error) {
  if (!(error instanceof Error)) {
    return { kind: 'failed', message: `threw ${describe(error)}, which is not an Error.`.slice(0, messageMax) }
  }
  const stack = stackOf(error)
  const line = Number(new RegExp(`step\\.js:(\\d+)`).exec(stack.join('\n'))?.[1]) || undefined
  const facts = { type: error.name, line, traceback: stack }
  const message = `${error.name}: ${error.message.split('\nRequire stack:')[0]}${adviceFor(error)}`.slice(0, messageMax)
  if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND')
    return { kind: 'failed', message, ...facts }
  const module = /Cannot find (?:module|package) '([^']+)'/.exec(error.message)?.[1] ?? ''
  // `@scope/name/inner` is the package `@scope/name`; a path is no package.
  const named = /^(?:@[^/]+\/)?[^/.][^/]*/.exec(module)?.[0] ?? ''
  return { kind: 'import', message, ...facts, module, package: named }
}

function adviceFor(error) {
  if (!(error instanceof SyntaxError)) return ''
  if (/import statement|import declaration/.test(error.message))
    return '. Use `await import(…)` or `require(…)` inside the code.'
  return /'export'/.test(error.message) ? '. Write `function main(input) { … }` without `export`.' : ''
}

/** The stack without the frames of this program and of Node, which are nobody's business. */
function stackOf(error) {
  const lines = String(error.stack ?? error)
    .replaceAll(process.cwd() + '/', '')
    .split('\n')
  const kept = lines.filter((line) => !/^\s+at .*(?:runner\.cjs|node:)/.test(line))
  if (error.cause instanceof Error) kept.push('Caused by:', ...stackOf(error.cause))
  return kept.slice(0, tracebackLinesMax)
}

function describe(value) {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 200))
  return value === null || typeof value !== 'object' ? String(value) : `a ${nameOf(value)}`
}

function nameOf(value) {
  return value.constructor?.name || 'object without prototype'
}

/** A sentence about the first place in a value that JSON cannot hold. Not recursive: depth is no limit. */
function faultOf(value) {
  const open = new Set()
  const todo = [{ path: '', item: value }]
  while (todo.length > 0) {
    const { path, item, leaving } = todo.pop()
    if (leaving) open.delete(item)
    else {
      const what = faultHere(item, open)
      if (what !== undefined)
        return path === '' ? `\`main\` returned ${what}.` : `\`main\` returned, at ${path}, ${what}.`
      if (typeof item !== 'object' || item === null) continue
      open.add(item)
      todo.push({ item, leaving: true })
      const keys = Array.isArray(item) ? [...item.keys()] : Object.keys(item)
      for (let i = keys.length - 1; i >= 0; i--) todo.push({ path: `${path}/${keys[i]}`, item: item[keys[i]] })
    }
  }
  return undefined
}

function faultHere(item, open) {
  switch (typeof item) {
    case 'string':
      return item.isWellFormed() ? undefined : 'a string with half a surrogate pair, which UTF-8 cannot hold'
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(item) ? undefined : `${item}, which JSON does not have; use null`
    case 'undefined':
      return 'undefined, which JSON does not have; use null, or leave the key out'
    case 'bigint':
      return 'a BigInt, which JSON does not have; use String(…) or Number(…)'
    case 'object':
      break
    default:
      return `a ${typeof item}, which JSON does not have; leave it out`
  }
  if (item === null) return undefined
  if (open.has(item)) return 'an object that contains itself'
  if (Array.isArray(item)) return undefined
  const prototype = Object.getPrototypeOf(item)
  if (prototype === null || prototype === Object.prototype) return undefined
  const name = nameOf(item)
  if (name === 'Date') return 'a Date; use .toISOString()'
  if (name === 'Map') return 'a Map; use Object.fromEntries(…)'
  if (name === 'Set') return 'a Set; use [...set]'
  if (item instanceof Promise) return 'a Promise; await it'
  if (ArrayBuffer.isView(item)) return `a ${name}; use Array.from(…) or base64`
  return `a ${name}; return plain objects, arrays, strings, numbers, booleans and null only`
}

let answered = false
function answer(said) {
  send(Buffer.from(JSON.stringify(said)))
}

function send(body) {
  if (answered || process.pid !== own) return
  answered = true
  channel.ref()
  channel.write(Buffer.concat([Buffer.from(`${body.length}\n`), body]), () => process.exit(0))
}
