// Markdown as elements, for CodeMirror's tips, which know nothing of React.

import { type Block, blocksOf, inlinesOf } from '../ui/markdown-blocks.ts'

export function markdownElement(text: string): HTMLElement {
  const root = document.createElement('div')
  root.className = 'cm-about'
  root.append(...blocksOf(text).map(blockElement))
  return root
}

function blockElement(block: Block): HTMLElement {
  if (block.kind === 'list') {
    const list = document.createElement('ul')
    list.append(...block.items.map((item) => withText('li', item)))
    return list
  }
  if (block.kind !== 'code') return withText('p', block.text)
  const code = document.createElement('pre')
  code.textContent = block.text
  return code
}

const tags = { text: 'span', code: 'code', strong: 'strong', emphasis: 'em' } as const

function withText(tag: 'p' | 'li', text: string): HTMLElement {
  const element = document.createElement(tag)
  for (const part of inlinesOf(text)) {
    const inline = document.createElement(tags[part.kind])
    inline.textContent = part.text
    element.append(inline)
  }
  return element
}
