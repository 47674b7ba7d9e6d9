// The shape of what is coming, in its place and size, so that nothing jumps when it arrives.

import type { CSSProperties } from 'react'
import { classNames } from './class-names.ts'

export function Skeleton({ className, style }: { readonly className?: string; readonly style?: CSSProperties }) {
  return <div aria-hidden="true" className={classNames('skeleton', className)} style={style} />
}

/** Rows of a list that loads. */
export function SkeletonRows({ rows, label }: { readonly rows: number; readonly label: string }) {
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-8 items-center gap-4 border-b border-line px-3">
          <Skeleton className="size-3.5 rounded-full" />
          <Skeleton className={row % 3 === 0 ? 'h-3 w-40' : 'h-3 w-28'} />
          <Skeleton className="h-3 w-16" />
          <Skeleton className="ml-auto h-3 w-12" />
        </div>
      ))}
    </div>
  )
}
