// A page: a title line with one main action, then filters, then content.

import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { type PageHelp, usePageHelp } from '../frame/help.tsx'
import { classNames } from './class-names.ts'

export function Page({
  title,
  heading,
  aside,
  actions,
  help,
  fill = false,
  children,
}: {
  /** The document's title, and the heading unless `heading` says more. */
  readonly title: string
  readonly heading?: ReactNode
  readonly aside?: ReactNode
  readonly actions?: ReactNode
  readonly help: PageHelp
  /** The content takes the rest of the height and scrolls inside. */
  readonly fill?: boolean
  readonly children: ReactNode
}) {
  usePageHelp(help)
  useEffect(() => {
    document.title = title === 'Home' ? 'Millrace' : `${title} · Millrace`
  }, [title])
  return (
    <div className={classNames('flex min-h-full flex-col', fill && 'wide:h-full wide:min-h-[560px]')}>
      <div className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-4 pt-3 pb-2 md:px-6">
        <h1 className="min-w-0 text-xl font-semibold tracking-tight text-ink">{heading ?? title}</h1>
        {aside}
        <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>
      </div>
      <div className={classNames('flex min-h-0 min-w-0 flex-1 flex-col px-4 pb-4 md:px-6')}>{children}</div>
    </div>
  )
}
