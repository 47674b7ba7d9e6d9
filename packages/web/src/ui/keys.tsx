// Keys of the keyboard: `Mod K`, `g r`.

const apple = /Mac|iPhone|iPad/.test(navigator.platform)

export function keyWord(key: string): string {
  if (key === 'Mod') return apple ? '⌘' : 'Ctrl'
  return key
}

export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className="inline-flex gap-0.5">
      {keys.split(' ').map((key) => (
        <kbd
          key={key}
          className="inline-flex h-5 min-w-5 items-center justify-center rounded-md border border-line-strong bg-sunken px-1 font-mono text-xs text-ink-2"
        >
          {keyWord(key)}
        </kbd>
      ))}
    </span>
  )
}
