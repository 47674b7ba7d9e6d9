// Bytes by name. Names are `/`-separated segments of [A-Za-z0-9._-], never `.` or `..`, at most 512 characters.

export interface Blob {
  /** Resolves when the bytes are durable. Writing the same name again replaces it whole (readers see old or new). */
  put(name: string, bytes: Uint8Array): Promise<void>
  /** Undefined when absent. */
  get(name: string): Promise<Uint8Array | undefined>
  /** Size in bytes, or undefined when absent. */
  size(name: string): Promise<number | undefined>
  remove(name: string): Promise<void>
  /** Names under a prefix, sorted, at most `namesMax`, after `after`. */
  list(prefix: string, namesMax: number, after?: string): Promise<readonly string[]>
  close(): Promise<void>
}
