// The real browser of the walks through the console. It is the system's Chromium, driven by playwright-core, because
// a browser downloaded by a test tool needs a download that many machines refuse.

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { installDebianPackages } from './debian-package.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

// No sandbox: tests run as root in containers, and the only pages opened are our own. No request may leave the machine
// that a page did not ask for, or a test's time would depend on somebody else's network.
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const launchMsMax = 60_000

/** Where a Chromium is: `MILLRACE_CHROMIUM`, else the first one on the PATH or among macOS applications. */
export function findChromium(): string | undefined {
  const named = process.env['MILLRACE_CHROMIUM']
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) throw new Error(`MILLRACE_CHROMIUM names ${named}, which is no program that can be run.`)
    return named
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/bin', '/usr/local/bin', '/snap/bin')
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...candidates, ...applications].find(isExecutable)
}

/** Starts a headless Chromium, installing one where apt can. `close` ends it whole. */
export async function launchChromium(): Promise<{ browser: Browser; close(): Promise<void> }> {
  const browser = await chromium.launch({ executablePath: obtainChromium(), args: flags, timeout: launchMsMax })
  return { browser, close: () => browser.close() }
}

/** The path of a Chromium, installed first where there is none and apt can; throws saying what to do. */
export function obtainChromium(): string {
  const found = findChromium() ?? (installDebianPackages('chromium') ? findChromium() : undefined)
  if (found !== undefined) return found
  throw new Error('No Chromium was found: install one (`apt-get install chromium`), or name it in MILLRACE_CHROMIUM.')
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
