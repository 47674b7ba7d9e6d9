// The labels of a playbook: `team: geo`.

export function Labels({ labels }: { readonly labels: Readonly<Record<string, string>> | null }) {
  const entries = Object.entries(labels ?? {})
  if (entries.length === 0) return null
  return (
    <span className="inline-flex flex-wrap gap-1">
      {entries.map(([name, value]) => (
        <span
          key={name}
          className="inline-flex h-5 items-center rounded-full border border-line px-2 text-xs whitespace-nowrap text-ink-2"
        >
          <span className="text-ink-3">{name}</span>
          <span className="pl-1">{String(value)}</span>
        </span>
      ))}
    </span>
  )
}
