// The keys of the console. Two-key shortcuts start with `g` (go) and are forgotten after a moment.

export interface Shortcut {
  /** As `event.key` says them, separated by spaces; `Mod` is ⌘ or Ctrl. */
  readonly keys: string
  readonly does: string
  readonly act: ShortcutAct
}

export type ShortcutAct =
  | { readonly kind: 'go'; readonly to: '/' | '/playbooks' | '/runs' | '/datasets' | '/sql' | '/plugins' }
  | { readonly kind: 'new' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'help' }
  | { readonly kind: 'rail' }
  | { readonly kind: 'theme' }

export const shortcuts: readonly Shortcut[] = [
  { keys: 'Mod k', does: 'Go to, run, find', act: { kind: 'palette' } },
  { keys: '/', does: 'Search', act: { kind: 'palette' } },
  { keys: '?', does: 'Help and keys', act: { kind: 'help' } },
  { keys: 'g h', does: 'Go home', act: { kind: 'go', to: '/' } },
  { keys: 'g p', does: 'Go to playbooks', act: { kind: 'go', to: '/playbooks' } },
  { keys: 'g r', does: 'Go to runs', act: { kind: 'go', to: '/runs' } },
  { keys: 'g d', does: 'Go to datasets', act: { kind: 'go', to: '/datasets' } },
  { keys: 'g s', does: 'Go to SQL', act: { kind: 'go', to: '/sql' } },
  { keys: 'g l', does: 'Go to plugins', act: { kind: 'go', to: '/plugins' } },
  { keys: 'c', does: 'Create a playbook', act: { kind: 'new' } },
  { keys: '[', does: 'Collapse the rail', act: { kind: 'rail' } },
  { keys: 't', does: 'Change the theme', act: { kind: 'theme' } },
]

const sequenceMsMax = 1_200

interface Pressed {
  readonly key: string
  readonly metaKey: boolean
  readonly ctrlKey: boolean
  readonly altKey: boolean
  /** Whether the key goes into a text. */
  readonly typing: boolean
  readonly at: number
}

/** Follows keys as they are pressed and answers the shortcut that they complete. */
export function shortcutReader(): (pressed: Pressed) => ShortcutAct | undefined {
  let first: { key: string; at: number } | undefined
  return (pressed) => {
    const before = first !== undefined && pressed.at - first.at <= sequenceMsMax ? first.key : undefined
    first = undefined
    if (pressed.metaKey || pressed.ctrlKey) {
      return pressed.altKey ? undefined : find(`Mod ${pressed.key.toLowerCase()}`)
    }
    if (pressed.typing || pressed.altKey) return undefined
    if (before !== undefined) return find(`${before} ${pressed.key}`)
    if (pressed.key === 'g') {
      first = { key: pressed.key, at: pressed.at }
      return undefined
    }
    return find(pressed.key)
  }
}

function find(keys: string): ShortcutAct | undefined {
  return shortcuts.find((shortcut) => shortcut.keys === keys)?.act
}
