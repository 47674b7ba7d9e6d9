import type { ReactNode } from 'react'

/** A part of the page in one theme, whatever the rest is in. */
export function OneTheme({ theme, children }: { readonly theme: 'light' | 'dark'; readonly children: ReactNode }) {
  return (
    <div data-theme={theme} className="bg-canvas text-ink">
      {children}
    </div>
  )
}
