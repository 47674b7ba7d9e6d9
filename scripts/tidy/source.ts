// A source file as its syntax says it is, read by the parser that also builds the console: a word in a comment or a text
// is not mistaken for code.

import { parseSync } from 'vite'
import type { Tree, TreeFile } from './tree.ts'

/** What our rules need to know of any syntax node. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

export interface Import {
  readonly specifier: string
  readonly line: number
  /** Only types come over; nothing is loaded when the program runs. */
  readonly isType: boolean
}

const endings = /\.(ts|tsx|mts|mjs|cjs|js)$/

export function isSource(file: TreeFile): boolean {
  return endings.test(file.path)
}

export function isTest({ path }: TreeFile): boolean {
  return /\.test\.tsx?$/.test(path) || path.includes('/testdata/') || /\/conformance(-[^/]+)?(\/|\.ts$)/.test(path)
}

/** Source files that ship: no tests, no data of tests. */
export function shippedSources(tree: Tree): readonly TreeFile[] {
  return tree.files.filter((file) => isSource(file) && !isTest(file))
}

const programs = new WeakMap<TreeFile, Node>()

/** Throws when the file is no TypeScript or JavaScript. */
export function programOf(file: TreeFile): Node {
  let program = programs.get(file)
  if (program === undefined) {
    const parsed = parseSync(file.path, file.text)
    if (parsed.errors.length > 0) throw new Error(`${file.path} does not parse: ${parsed.errors[0]?.message}`)
    program = parsed.program as unknown as Node
    programs.set(file, program)
  }
  return program
}

/** Calls `visit` for every node of a file, parents before children. */
export function eachNode(file: TreeFile, visit: (node: Node, parent: Node | undefined) => void): void {
  const walk = (node: Node, parent: Node | undefined) => {
    visit(node, parent)
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, node)
    }
  }
  walk(programOf(file), undefined)
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

export function lineOf(file: TreeFile, offset: number): number {
  return file.text.slice(0, offset).split('\n').length
}

const importLists = new WeakMap<TreeFile, readonly Import[]>()

/** Everything a file imports: `import`, `export … from`, `import()`, and the types of `import('…').Name`. */
export function importsOf(file: TreeFile): readonly Import[] {
  let imports = importLists.get(file)
  if (imports === undefined) {
    imports = findImports(file)
    importLists.set(file, imports)
  }
  return imports
}

function findImports(file: TreeFile): Import[] {
  const imports: Import[] = []
  eachNode(file, (node) => {
    const source = node['source']
    if (!isNode(source) || typeof source['value'] !== 'string') return
    const add = (isType: boolean) =>
      imports.push({ specifier: source['value'] as string, line: lineOf(file, node.start), isType })
    if (node.type === 'ImportDeclaration') add(node['importKind'] === 'type' || onlyTypes(node, 'importKind'))
    else if (node.type === 'ExportNamedDeclaration') add(node['exportKind'] === 'type' || onlyTypes(node, 'exportKind'))
    else if (node.type === 'ExportAllDeclaration') add(node['exportKind'] === 'type')
    else if (node.type === 'ImportExpression') add(false)
    else if (node.type === 'TSImportType') add(true)
  })
  return imports
}

/** `import { type A, type B }`: a list of names, each a type. A bare `import 'x'` has none and is no type. */
function onlyTypes(node: Node, kind: string): boolean {
  const names = node['specifiers'] as Node[]
  return names.length > 0 && names.every((name) => name[kind] === 'type')
}
