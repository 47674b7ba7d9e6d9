// The little Markdown that plugin descriptions use: paragraphs, lists, headings, code, bold, links within the text. It is
// turned into elements, never into HTML.

import { Fragment, type ReactNode } from 'react'
import { CodeBlock } from './code-block.tsx'
import { type Block, blocksOf, type Inline, inlinesOf } from './markdown-blocks.ts'

export function Markdown({ text }: { readonly text: string }) {
  return (
    <div className="flex max-w-[72ch] flex-col gap-3 text-base text-ink">
      {blocksOf(text).map((block, index) => (
        <Fragment key={`${block.kind} ${index}`}>{blockView(block)}</Fragment>
      ))}
    </div>
  )
}

function blockView(block: Block): ReactNode {
  switch (block.kind) {
    case 'code':
      return <CodeBlock text={block.text} label="example" />
    case 'heading':
      return <h3 className="mt-2 text-base font-semibold">{inline(block.text)}</h3>
    case 'list':
      return (
        <ul className="flex list-disc flex-col gap-1 pl-5 marker:text-ink-3">
          {block.items.map((item) => (
            <li key={item}>{inline(item)}</li>
          ))}
        </ul>
      )
    case 'paragraph':
      return <p>{inline(block.text)}</p>
  }
}

export function inline(text: string): ReactNode {
  return inlinesOf(text).map((part, index) => <Fragment key={`${index} ${part.text}`}>{inlineView(part)}</Fragment>)
}

function inlineView(part: Inline): ReactNode {
  if (part.kind === 'code')
    return <code className="rounded-md bg-hover px-1 py-px font-mono text-[0.92em]">{part.text}</code>
  if (part.kind === 'strong') return <strong className="font-semibold">{part.text}</strong>
  if (part.kind === 'emphasis') return <em>{part.text}</em>
  return part.text
}
