/** The platform's own log lines: a message in words, fields for machines. `app` gives one that writes with pino. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
}

export const quietLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }
