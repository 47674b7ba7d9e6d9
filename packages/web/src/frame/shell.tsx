// The frame around every page: rail, top bar, palette, help, and the keys that reach them.

import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { keep, kept } from '../theme/kept.ts'
import { isDark, setTheme } from '../theme/theme.ts'
import { Sheet } from '../ui/dialog.tsx'
import { HelpProvider, HelpSheet, useHelp } from './help.tsx'
import { ReconnectBanner } from './live-indicator.tsx'
import { useRunCounts } from './live-runs.ts'
import { Palette } from './palette.tsx'
import { Rail, RailList } from './rail.tsx'
import { type ShortcutAct, shortcutReader } from './shortcuts.ts'
import { TopBar } from './top-bar.tsx'

export function Shell() {
  return (
    <HelpProvider>
      <Frame />
    </HelpProvider>
  )
}

function Frame() {
  const [collapsed, setCollapsed] = useState(() => kept('rail') === 'collapsed')
  const [palette, setPalette] = useState(false)
  const [drawer, setDrawer] = useState(false)
  const { data: counts } = useRunCounts()
  const running = counts?.get('running') ?? 0
  const collapse = () => {
    setCollapsed(!collapsed)
    keep('rail', collapsed ? 'open' : 'collapsed')
  }
  useShortcuts({ openPalette: () => setPalette(true), collapse })
  return (
    <div className="flex h-full">
      <a
        href="#main"
        className="absolute top-2 left-2 z-50 -translate-y-20 rounded-md bg-accent-solid px-3 py-1.5 text-sm text-accent-ink focus:translate-y-0"
      >
        Skip to the content
      </a>
      <Rail collapsed={collapsed} running={running} onCollapse={collapse} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar onPalette={() => setPalette(true)} onRail={() => setDrawer(true)} />
        <Content />
        <ReconnectBanner />
      </div>
      <Sheet side="left" open={drawer} onOpenChange={setDrawer} title="Millrace">
        <nav aria-label="Main" className="-m-4">
          <RailList collapsed={false} running={running} onGo={() => setDrawer(false)} />
        </nav>
      </Sheet>
      <Palette open={palette} onOpenChange={setPalette} />
      <HelpSheet />
    </div>
  )
}

/** After a route change the new page begins at its top, and the keyboard with it. */
function Content() {
  const main = useRef<HTMLElement>(null)
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    main.current?.scrollTo(0, 0)
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true })
  }, [pathname])
  return (
    <main ref={main} id="main" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
      <Outlet />
    </main>
  )
}

function useShortcuts({ openPalette, collapse }: { openPalette: () => void; collapse: () => void }): void {
  const navigate = useNavigate()
  const { setOpen } = useHelp()
  const act = useRef<(act: ShortcutAct) => void>(() => {})
  useEffect(() => {
    act.current = (shortcut) => {
      if (shortcut.kind === 'go') void navigate({ to: shortcut.to })
      else if (shortcut.kind === 'new') void navigate({ to: '/playbooks/new' })
      else if (shortcut.kind === 'palette') openPalette()
      else if (shortcut.kind === 'help') setOpen(true)
      else if (shortcut.kind === 'rail') collapse()
      else setTheme(isDark() ? 'light' : 'dark')
    }
  })
  useEffect(() => {
    const read = shortcutReader()
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const { key, metaKey, ctrlKey, altKey } = event
      const shortcut = read({ key, metaKey, ctrlKey, altKey, typing: isTyping(event.target), at: event.timeStamp })
      if (shortcut === undefined) return
      event.preventDefault()
      act.current(shortcut)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, [role=dialog], [role=menu]') !== null)
  )
}
