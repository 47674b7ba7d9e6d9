// Where the Markdown of the repository leads: every relative link to a file that is there, every anchor to a place in it.

import { posix } from 'node:path'
import { slugger } from './markdown.ts'

/** The repository as far as links are concerned. */
export interface LinkedFiles {
  /** Markdown by path, relative to the root. */
  readonly pages: ReadonlyMap<string, string>
  /** Files and folders, pictures included. */
  exists(path: string): boolean
}

/** One fault a line, as `page:line: what is wrong`. */
export function brokenLinks(files: LinkedFiles): readonly string[] {
  return [...files.pages].flatMap(([path, text]) =>
    linksIn(text).flatMap(({ target, line }) => {
      const fault = faultOf(files, path, target)
      return fault === undefined ? [] : [`${path}:${line}: ${fault}`]
    }),
  )
}

function faultOf(files: LinkedFiles, from: string, target: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined
  const [path = '', fragment] = target.split('#', 2)
  if (path.startsWith('/')) return `${target} begins at the root of a server; write it relative to the page.`
  const to = path === '' ? from : posix.normalize(posix.join(posix.dirname(from), decodeURIComponent(path)))
  if (to.startsWith('..')) return `${target} leads out of the repository.`
  if (!files.exists(to)) return `${target} leads to ${to}, which is not there.`
  const page = files.pages.get(to)
  if (fragment === undefined || fragment === '' || page === undefined) return undefined
  return anchorsIn(page).has(decodeURIComponent(fragment)) ? undefined : `${target}: ${to} has no #${fragment}.`
}

/** Links and pictures in the text, not in code. */
function linksIn(text: string): readonly { readonly target: string; readonly line: number }[] {
  return linesOutsideCode(text).flatMap(({ content, line }) => {
    const plain = content.replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, (span) => ' '.repeat(span.length))
    return [
      ...plain.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g),
      ...plain.matchAll(/^\s*\[[^\]]+\]:\s+<?([^\s>]+)>?/g),
      ...plain.matchAll(/(?:href|src)="([^"]+)"/g),
    ].map(([, target = '']) => ({ target, line }))
  })
}

function anchorsIn(text: string): ReadonlySet<string> {
  const slug = slugger()
  const anchors = new Set<string>()
  for (const { content } of linesOutsideCode(text)) {
    const [, heading] = /^#{1,6}\s+(.*?)\s*#*$/.exec(content) ?? []
    if (heading !== undefined) anchors.add(slug(heading))
    for (const [, id = ''] of content.matchAll(/\bid="([^"]+)"/g)) anchors.add(id)
  }
  return anchors
}

function linesOutsideCode(text: string): readonly { readonly content: string; readonly line: number }[] {
  let fence: string | undefined
  return text.split('\n').flatMap((content, index) => {
    const [, mark] = /^\s*(`{3,}|~{3,})/.exec(content) ?? []
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true && content.trim() === mark) fence = undefined
      return []
    }
    fence = mark
    return mark === undefined ? [{ content, line: index + 1 }] : []
  })
}
