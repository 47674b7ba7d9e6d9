// Reads the Markdown of descriptions into blocks and inline parts. What it does not know stays the text that it is.

export type Block =
  | { readonly kind: 'paragraph' | 'heading' | 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }

export interface Inline {
  readonly kind: 'text' | 'code' | 'strong' | 'emphasis'
  readonly text: string
}

export function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = []
  const lines = text.split('\n')
  let at = 0
  const takeWhile = (fits: (line: string) => boolean): string[] => {
    const from = at
    while (at < lines.length && fits(lines[at] ?? '')) at++
    return lines.slice(from, at)
  }
  while (at < lines.length) {
    const line = lines[at] ?? ''
    if (line.trim() === '') at++
    else if (line.startsWith('```')) {
      at++
      blocks.push({ kind: 'code', text: takeWhile((each) => !each.startsWith('```')).join('\n') })
      at++
    } else if (/^#{1,6} /.test(line)) {
      blocks.push({ kind: 'heading', text: line.replace(/^#+ /, '') })
      at++
    } else if (isItem(line)) {
      blocks.push({ kind: 'list', items: itemsOf(takeWhile((each) => each.trim() !== '' && !each.startsWith('```'))) })
    } else {
      const paragraph = takeWhile(
        (each) => each.trim() !== '' && !isItem(each) && !each.startsWith('```') && !/^#{1,6} /.test(each),
      )
      blocks.push({ kind: 'paragraph', text: paragraph.join(' ') })
    }
  }
  return blocks
}

function isItem(line: string): boolean {
  return /^\s*([-*]|\d+\.) /.test(line)
}

function itemsOf(lines: readonly string[]): readonly string[] {
  const items: string[] = []
  for (const line of lines) {
    if (isItem(line)) items.push(line.replace(/^\s*([-*]|\d+\.) /, ''))
    else items.push(`${items.pop() ?? ''} ${line.trim()}`)
  }
  return items
}

/** `code`, **strong**, *emphasis*; of a [link](address) the words. */
export function inlinesOf(text: string): readonly Inline[] {
  const parts: Inline[] = []
  let from = 0
  for (const match of text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\([^)]*\)/g)) {
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) })
    const [whole, code, strong, emphasis, link] = match
    if (code !== undefined) parts.push({ kind: 'code', text: code })
    else if (strong !== undefined) parts.push({ kind: 'strong', text: strong })
    else if (emphasis !== undefined) parts.push({ kind: 'emphasis', text: emphasis })
    else parts.push({ kind: 'text', text: link ?? whole })
    from = match.index + whole.length
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) })
  return parts
}
