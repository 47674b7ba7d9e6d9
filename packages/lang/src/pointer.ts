// JSON pointers (RFC 6901): how complaints say where.

export function pointerJoin(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

export function pointerParse(pointer: string): string[] {
  if (pointer === '') return []
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Whether `pointer` is named by a pattern in which `*` stands for any one key or index. */
export function pointerMatches(pattern: string, pointer: string): boolean {
  if (pattern === pointer) return true
  const wanted = pattern.split('/')
  const given = pointer.split('/')
  return wanted.length === given.length && wanted.every((part, i) => part === '*' || part === given[i])
}
