// Dark, light, or as the system says. `public/theme.js` applies the kept choice before the first paint.

import { useSyncExternalStore } from 'react'
import { keep, kept } from './kept.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const system = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()
let theme: Theme = themes.find((candidate) => candidate === kept('theme')) ?? 'system'

function apply(): void {
  document.documentElement.dataset['theme'] = isDark() ? 'dark' : 'light'
  for (const listener of listeners) listener()
}
system.addEventListener('change', apply)

export function isDark(): boolean {
  return theme === 'dark' || (theme === 'system' && system.matches)
}

export function setTheme(next: Theme): void {
  theme = next
  keep('theme', next)
  apply()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => theme)
}

export function useDark(): boolean {
  return useSyncExternalStore(subscribe, isDark)
}
