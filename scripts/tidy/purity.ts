// Floor 2 decides and does nothing else: time and chance come in as arguments, so that a run can be told again from its
// facts, in the simulator and in the browser. `lang` and `stdx` run in the browser too.

import { eachNode, importsOf, isNode, lineOf, type Node, shippedSources } from './source.ts'
import type { Fault, Tree, TreeFile } from './tree.ts'
import { reachableFrom } from './workspace.ts'

const pure = ['playbook', 'plugin', 'dataset', 'telemetry']
const browser = ['stdx', 'lang', ...pure]

/** No module of Node's in what also runs in a browser. */
export function browserRooms(tree: Tree): Fault[] {
  return browser.flatMap((room) => {
    return filesOf(tree, room).flatMap((file) => [
      ...importsOf(file)
        .filter(({ specifier }) => specifier.startsWith('node:') || specifier.endsWith('/stdx/node'))
        .map(
          ({ specifier, line }) => `${file.path}:${line}: ${room} also runs in a browser, which has no ${specifier}.`,
        ),
      ...globalsUsed(file, (name) => ['Buffer', 'process', 'require', '__dirname'].includes(name)).map(
        ({ name, line }) => `${file.path}:${line}: ${room} also runs in a browser, which has no ${name}.`,
      ),
    ])
  })
}

const outside = ['fetch', 'XMLHttpRequest', 'WebSocket', 'performance', 'crypto', 'process', 'console', 'localStorage']
const waiting = ['setTimeout', 'setInterval', 'setImmediate', 'requestAnimationFrame']

/** No clock, no chance, no waiting and nothing of the outside on floor 2. */
export function pureRooms(tree: Tree): Fault[] {
  return pure.flatMap((room) =>
    filesOf(tree, room).flatMap((file) => {
      const found = globalsUsed(file, (name) => outside.includes(name) || waiting.includes(name))
      eachNode(file, (node) => {
        const name = clockOrChance(node)
        if (name !== undefined) found.push({ name, line: lineOf(file, node.start) })
      })
      return found.map(
        ({ name, line }) => `${file.path}:${line}: ${room} is pure; ${name} must come in as an argument.`,
      )
    }),
  )
}

/** `stdx` has a second door, for Node; what lies behind that one only is not meant. */
function filesOf(tree: Tree, room: string): TreeFile[] {
  const folder = `packages/${room}/src`
  const inBrowser = reachableFrom(tree, `${folder}/index.ts`)
  const onNode = reachableFrom(tree, `${folder}/node.ts`)
  return shippedSources(tree).filter(
    ({ path }) => path.startsWith(`${folder}/`) && (inBrowser.has(path) || !onNode.has(path)),
  )
}

function clockOrChance(node: Node): string | undefined {
  const called = node['callee']
  if (!isNode(called)) return undefined
  if (node.type === 'NewExpression' && called['name'] === 'Date' && (node['arguments'] as unknown[]).length === 0) {
    return 'new Date()'
  }
  const object = called['object']
  const property = called['property']
  if (node.type !== 'CallExpression' || !isNode(object) || !isNode(property)) {
    return node.type === 'CallExpression' && called['name'] === 'Date' ? 'Date()' : undefined
  }
  const name = `${String(object['name'])}.${String(property['name'])}`
  return ['Date.now', 'Math.random'].includes(name) ? name : undefined
}

/** Names that are read and that the file does not declare itself. */
function globalsUsed(file: TreeFile, isMeant: (name: string) => boolean): { name: string; line: number }[] {
  const used: { name: string; line: number }[] = []
  const declared = new Set<string>()
  eachNode(file, (node, parent) => {
    if (node.type !== 'Identifier' || !isMeant(String(node['name']))) return
    const name = String(node['name'])
    const role = roleOf(node, parent)
    if (role === 'declaration') declared.add(name)
    if (role === 'reference') used.push({ name, line: lineOf(file, node.start) })
  })
  return used.filter(({ name }) => !declared.has(name))
}

/** Whether an identifier names something new, reads something, or is only a label (`x.fetch`, `{ fetch: 1 }`, a type). */
function roleOf(node: Node, parent: Node | undefined): 'declaration' | 'reference' | 'label' {
  if (parent === undefined || parent.type.startsWith('TS')) return 'label'
  if (parent.type === 'MemberExpression') return parent['object'] === node || parent['computed'] ? 'reference' : 'label'
  if (/^(Property|MethodDefinition|PropertyDefinition)$/.test(parent.type)) {
    return parent['key'] === node && !parent['computed'] && !parent['shorthand'] ? 'label' : 'reference'
  }
  const isParameter = Array.isArray(parent['params']) && parent['params'].includes(node)
  const isDeclared = parent['id'] === node || /^Import.*Specifier$/.test(parent.type)
  return isParameter || isDeclared ? 'declaration' : 'reference'
}

const sql = /\b(select|insert\s+into|update|delete\s+from|create|alter|default|values|where)\b/i
const chanceInSql =
  /\b(now|random|rand|rand64|today|clock_timestamp|statement_timestamp|transaction_timestamp|gen_random_uuid|uuid_generate_v4|generateUUIDv4)\s*\(|\bcurrent_(timestamp|date|time)\b/i

/** SQL of the platform reads no clock and rolls no die: the time comes from the platform's clock, as a parameter. */
export function sqlWithoutClock(tree: Tree): Fault[] {
  return tree.files.flatMap((file) => {
    if (/^packages\/.*\.sql$/.test(file.path)) return faultsIn(file.path, 1, file.text)
    if (!/^packages\/[^/]+\/src\//.test(file.path) || !shippedSources(tree).includes(file)) return []
    const faults: Fault[] = []
    eachNode(file, (node) => {
      const text = node.type === 'Literal' ? node['value'] : templateText(node)
      if (typeof text === 'string' && sql.test(text))
        faults.push(...faultsIn(file.path, lineOf(file, node.start), text))
    })
    return faults
  })
}

function templateText(node: Node): string | undefined {
  if (node.type !== 'TemplateLiteral') return undefined
  const parts = node['quasis'] as { value: { raw: string } }[]
  return parts.map(({ value }) => value.raw).join(' ? ')
}

function faultsIn(path: string, line: number, text: string): Fault[] {
  const found = chanceInSql.exec(text)?.[0]
  return found === undefined ? [] : [`${path}:${line}: SQL calls ${found.trim()}; pass the value as a parameter.`]
}
