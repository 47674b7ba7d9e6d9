// Names and words: what a file may be called, how long it may be, and what may not stand in any file.

import { isSource, isTest } from './source.ts'
import type { Fault, Tree, TreeFile } from './tree.ts'

/** Names that say nothing of what is inside, so that everything ends up there. */
const emptyNames = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'manager', 'managers'])

/** A file is called after the noun it exports, in kebab-case. */
export function namesSaySomething(tree: Tree): Fault[] {
  return tree.files.filter(isSource).flatMap(({ path }) =>
    path.split('/').flatMap((segment) => {
      const name = segment.replace(/\..*$/, '')
      if (name === 'types' || name.split(/[-_]/).some((word) => emptyNames.has(word.toLowerCase()))) {
        return [`${path}: "${segment}" says nothing; call it after the noun it holds.`]
      }
      return /^[a-z0-9.$-]+$/.test(segment) ? [] : [`${path}: "${segment}" is not kebab-case.`]
    }),
  )
}

const linesMax = 500

/** A file that cannot be read in one sitting is several. */
export function filesStayShort(tree: Tree): Fault[] {
  return tree.files
    .filter((file) => isSource(file) && !isTest(file))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > linesMax)
    .map(({ path, lines }) => `${path}: has ${lines} lines, at most ${linesMax} are read in one sitting; split it.`)
}

interface Forbidden {
  readonly pattern: RegExp
  readonly why: string
  readonly isFine?: (file: TreeFile) => boolean
}

const forbidden: readonly Forbidden[] = [
  { pattern: /registry\.[\w-]+\.\w+|pypi\.org|goproxy/i, why: 'names a package registry; the reader has their own' },
  { pattern: /(?<![\w.])\/work\//, why: 'is a path of one machine' },
  {
    pattern: /\.\.\/shared\b/,
    why: 'lies outside the repository; only a test may read it, after looking whether it is there',
    isFine: (file) => isTest(file) && file.text.includes('existsSync'),
  },
  { pattern: /\bclaude\b|\banthropic\b|\bLLMs?\b|\bAI[- ]generated\b/i, why: 'does not belong in this repository' },
  { pattern: /^(<{7}|>{7}) /m, why: 'was left by a merge' },
]

/** This file must name what it forbids, its test too; the lock's checksums may spell anything. */
const notSearched = /^(scripts\/tidy\/(words|rules\.test)\.ts|package-lock\.json)$/

/** Words that may not stand in any file. */
export function noForbiddenWords(tree: Tree): Fault[] {
  return tree.files
    .filter(({ path }) => !notSearched.test(path))
    .flatMap((file) =>
      forbidden.flatMap(({ pattern, why, isFine }) => {
        const found = isFine?.(file) ? null : pattern.exec(file.text)
        if (found === null) return []
        const line = file.text.slice(0, found.index).split('\n').length
        return [`${file.path}:${line}: "${found[0].trim()}" ${why}.`]
      }),
    )
}

/** A rule of a tool is switched off for one line only, and with a reason. */
export function exceptionsHaveReasons(tree: Tree): Fault[] {
  const sources = tree.files.filter((file) => isSource(file) && !notSearched.test(file.path))
  return sources.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const [off, extent] = /(?:oxlint|eslint)-disable(-next-line|-line)?|biome-ignore/.exec(line) ?? []
      if (off === undefined) return []
      if (off !== 'biome-ignore' && extent === undefined) {
        return [`${path}:${index + 1}: switches a rule off for more than one line.`]
      }
      const hasReason = off === 'biome-ignore' ? /biome-ignore [^:]+: \S/ : / -- \S/
      return hasReason.test(line) ? [] : [`${path}:${index + 1}: switches a rule off and does not say why.`]
    }),
  )
}
