// The process's own log lines: JSON for machines, one quiet line for people. Bounded, and never on standard output, which
// belongs to results.

import { styleText } from 'node:util'
import type { Logger } from '@millrace/stdx'
import { pino } from 'pino'
import type { Config } from './config.ts'

const lineMax = 8 * 1024

export function createLogger(config: Pick<Config, 'logLevel' | 'logFormat'>): Logger {
  const text = config.logFormat === 'text' || (config.logFormat === 'auto' && process.stderr.isTTY === true)
  return text ? textLogger(config.logLevel) : jsonLogger(config.logLevel)
}

function jsonLogger(level: Config['logLevel']): Logger {
  const log = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: ['token', 'password', 'authorization'] },
    pino.destination({ dest: 2, sync: true }),
  )
  const at =
    (write: (fields: object, message: string) => void) =>
    (message: string, fields: object = {}) =>
      write(fields, message)
  return {
    debug: at(log.debug.bind(log)),
    info: at(log.info.bind(log)),
    warn: at(log.warn.bind(log)),
    error: at(log.error.bind(log)),
  }
}

const levels = ['debug', 'info', 'warn', 'error'] as const
const colours = { debug: 'gray', info: 'cyan', warn: 'yellow', error: 'red' } as const

function textLogger(from: Config['logLevel']): Logger {
  const at =
    (level: (typeof levels)[number]) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      if (levels.indexOf(level) < levels.indexOf(from)) return
      const rest = Object.entries(fields).map(
        ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      )
      process.stderr.write(
        `${styleText(colours[level], level.padEnd(5))} ${message} ${styleText('gray', rest.join(' '))}`
          .slice(0, lineMax)
          .trimEnd() + '\n',
      )
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
