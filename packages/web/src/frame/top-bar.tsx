// The top bar: environment, search, whether the page is live, help, theme, person.

import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleHelp, Menu as MenuIcon, Monitor, Moon, Search, Server, Sun, User } from 'lucide-react'
import { meQuery } from '../api/me.ts'
import { setTheme, type Theme, themes, useTheme } from '../theme/theme.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Keys } from '../ui/keys.tsx'
import { Menu } from '../ui/menu.tsx'
import { Tip } from '../ui/tip.tsx'
import { environmentDefault, useEnvironment } from './environment.ts'
import { useHelp } from './help.tsx'
import { LiveIndicator } from './live-indicator.tsx'

export function TopBar({ onPalette, onRail }: { readonly onPalette: () => void; readonly onRail: () => void }) {
  const { setOpen } = useHelp()
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 border-b border-line bg-surface px-2 md:px-4">
      <IconButton label="Open navigation" className="md:hidden" onClick={onRail}>
        <MenuIcon size={18} />
      </IconButton>
      <EnvironmentMenu />
      <button
        type="button"
        onClick={onPalette}
        className="mx-2 hidden h-8 w-full max-w-96 items-center gap-2 rounded-md border border-line bg-sunken px-2.5 text-sm text-ink-3 hover:border-line-strong sm:flex"
      >
        <Search size={14} aria-hidden="true" />
        Go to, run, find
        <span className="ml-auto">
          <Keys keys="Mod K" />
        </span>
      </button>
      <div className="ml-auto flex items-center">
        <IconButton label="Search" className="sm:hidden" onClick={onPalette}>
          <Search size={16} />
        </IconButton>
        <LiveIndicator />
        <IconButton label="Help for this page" shortcut="?" onClick={() => setOpen(true)}>
          <CircleHelp size={16} />
        </IconButton>
        <ThemeMenu />
        <Person />
      </div>
    </header>
  )
}

function EnvironmentMenu() {
  const environment = useEnvironment()
  const navigate = useNavigate()
  const { data: me } = useQuery(meQuery)
  const environments = me?.environments ?? [environment]
  return (
    <Menu
      label="Environments"
      trigger={
        <Button kind="quiet" icon={<Server size={14} aria-hidden="true" />} aria-label={`Environment: ${environment}`}>
          <span className="font-mono text-xs">{environment}</span>
        </Button>
      }
      items={environments.map((name) => ({
        label: name,
        chosen: name === environment,
        act: () => void navigate({ to: '/', search: name === environmentDefault ? {} : { env: name } }),
      }))}
    />
  )
}

const themeWords: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' }
const themeIcons = { system: Monitor, light: Sun, dark: Moon } as const

function ThemeMenu() {
  const theme = useTheme()
  const Icon = themeIcons[theme]
  return (
    <Menu
      label="Themes"
      trigger={
        <button
          type="button"
          aria-label={`Theme: ${themeWords[theme]}`}
          className="inline-flex size-8 items-center justify-center rounded-md text-ink-2 hover:bg-hover hover:text-ink"
        >
          <Icon size={16} />
        </button>
      }
      items={themes.map((name) => {
        const ItemIcon = themeIcons[name]
        return {
          label: themeWords[name],
          icon: <ItemIcon size={14} />,
          chosen: name === theme,
          act: () => setTheme(name),
        }
      })}
    />
  )
}

function Person() {
  const { data: me } = useQuery(meQuery)
  const name = me?.name ?? '…'
  const about = me?.open === true ? `${name}: open on this machine only, no token needed` : `Signed in as ${name}`
  return (
    <Tip text={about}>
      <span
        // reachable so that its tip can be read by keyboard
        tabIndex={0}
        role="img"
        aria-label={about}
        className="ml-1 inline-flex size-7 items-center justify-center rounded-full border border-line-strong text-ink-2"
      >
        <User size={14} />
      </span>
    </Tip>
  )
}
