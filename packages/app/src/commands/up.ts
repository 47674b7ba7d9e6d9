// `millrace up`: the platform, until it is told to stop.

import { mkdir, statfs } from 'node:fs/promises'
import type { Logger } from '@millrace/stdx'
import { messageOf } from '@millrace/stdx'
import ora from 'ora'
import type { Config } from '../config.ts'
import { isLoopback } from '../config.ts'
import { refuseUnsupported } from '../environment-check.ts'
import { appErrors } from '../errors.ts'
import { publishExamples } from '../examples.ts'
import { createLogger } from '../logger.ts'
import { paint } from '../output.ts'
import { examplesDirectory } from '../paths.ts'
import { type RunningPlatform, startPlatform } from '../platform.ts'
import { removeServerFile, writeServerFile } from '../server-file.ts'
import { version } from '../version.ts'
import type { Context } from './context.ts'

/** The embedded stores refuse to write below 48 MB; a start that could do nothing but read would surprise. */
const freeBytesMin = 64 * 1024 ** 2

/** Milliseconds after which a stop that hangs is cut short; the stores survive that, it is what `kill -9` tests. */
const stopMsMax = 2800

export async function up(context: Context): Promise<void> {
  refuseUnsupported()
  const config = await context.config()
  const logger = createLogger(config)
  await makeDataDirectory(config)
  const stopping = stopSignals(logger)
  const platform = await startWithProgress(config, logger)
  await writeServerFile(config, platform.address)
  if (config.examples) await publishExamples(platform.dispatch, examplesDirectory(), logger)
  if (context.output.json) context.output.data(announcement(config, platform))
  else announce(config, platform)
  const code = await stopping.asked
  const late = setTimeout(() => {
    logger.warn('stopping took too long and was cut short; nothing acknowledged is lost')
    process.exit(code)
  }, stopMsMax)
  await platform.stop().catch((cause: unknown) => logger.error('stopping failed', { error: messageOf(cause) }))
  await removeServerFile(config)
  clearTimeout(late)
  context.exit(code)
  // Native threads of the embedded stores may outlive their last query; there is nothing left to wait for.
  setImmediate(() => process.exit(code))
}

async function makeDataDirectory(config: Config): Promise<void> {
  await mkdir(config.data, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOSPC') throw diskFull(config, 0)
    throw appErrors.file_unreadable(`The data directory ${config.data} cannot be made: ${cause.code ?? cause.message}.`)
  })
  const { bavail, bsize } = await statfs(config.data)
  if (bavail * bsize < freeBytesMin) throw diskFull(config, bavail * bsize)
}

function diskFull(config: Config, freeBytes: number): Error {
  const [free, wanted] = [freeBytes, freeBytesMin].map((bytes) => Math.floor(bytes / 1024 ** 2))
  return appErrors.disk_full(
    `The disk of ${config.data} has ${free} MB left; Millrace starts with ${wanted} MB or more. Free space, or choose another \`--data\` directory.`,
  )
}

async function startWithProgress(config: Config, logger: Logger): Promise<RunningPlatform> {
  const spinner = ora({
    text: 'Opening the stores',
    isEnabled: process.stderr.isTTY === true,
    isSilent: process.stderr.isTTY !== true,
  }).start()
  try {
    const platform = await startPlatform({ config, environment: process.env, logger })
    spinner.stop()
    return platform
  } catch (cause) {
    spinner.stop()
    throw cause
  }
}

/** The first signal asks for a stop; the second ends the process at once. */
function stopSignals(logger: Logger): { asked: Promise<number> } {
  let asked = false
  const promise = new Promise<number>((resolve) => {
    const hear = (code: number) => () => {
      if (asked) process.exit(code)
      asked = true
      logger.info('stopping; once more to stop at once')
      resolve(code)
    }
    process.on('SIGINT', hear(130))
    process.on('SIGTERM', hear(0))
    process.on('SIGHUP', hear(0))
  })
  return { asked: promise }
}

function announcement(config: Config, platform: RunningPlatform) {
  return {
    version,
    address: platform.address,
    data: config.data,
    startMs: Math.round(performance.now()),
    residentBytes: process.memoryUsage.rss(),
    ...(platform.firstToken === undefined ? {} : { adminToken: platform.firstToken }),
  }
}

function announce(config: Config, platform: RunningPlatform): void {
  const { startMs, residentBytes } = announcement(config, platform)
  const open = config.open && isLoopback(config.host)
  const label = (text: string) => paint('gray', text.padEnd(9))
  const lines = [
    '',
    `  ${paint('cyan', '✻')} ${paint('bold', 'Millrace')} ${version}   ready in ${(startMs / 1000).toFixed(1)} s, ${Math.round(residentBytes / 1024 ** 2)} MB resident`,
    '',
    `  ${label('Console')}${paint('underline', platform.address)}`,
    `  ${label('Data')}${config.data}`,
    `  ${label('Access')}${open ? 'open: whoever is at this machine may do everything (`--open false` asks for the token)' : 'by token'}`,
    ...(platform.firstToken === undefined
      ? []
      : [`  ${label('Token')}${platform.firstToken}   ${paint('yellow', 'administrator; shown this once')}`]),
    '',
    `  Next: open the console, or in another terminal  ${paint('cyan', 'npx millrace run hello')}`,
    `  Stop with Ctrl-C.`,
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
