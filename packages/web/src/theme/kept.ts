// Small choices a person made, kept in this browser. Storage can be forbidden or full; then nothing is kept, and nothing breaks.

const prefix = 'millrace.'

export function kept(name: string): string | undefined {
  try {
    return localStorage.getItem(prefix + name) ?? undefined
  } catch {
    return undefined
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(prefix + name, value)
  } catch {
    // Private windows and full storage: the choice holds until the page is left.
  }
}

export function forget(name: string): void {
  try {
    localStorage.removeItem(prefix + name)
  } catch {
    // Nothing was kept.
  }
}
