// What this program runs on, said before anything fails in a worse way.

import { appErrors } from './errors.ts'

/** The C library of a Linux process: glibc says so in the process report, musl does not. */
export function usesMusl(): boolean {
  if (process.platform !== 'linux') return false
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return report.header?.glibcVersionRuntime === undefined
}

export function refuseUnsupported(): void {
  if (process.platform === 'win32') {
    throw appErrors.platform_unsupported('Windows is not supported; run Millrace inside WSL 2, where it is Linux.')
  }
  if (usesMusl()) {
    throw appErrors.platform_unsupported(
      'This Linux uses musl; the embedded column store needs glibc. Use an image such as `node:22-slim`, or point `olap` at a ClickHouse server.',
    )
  }
}
