// `<data>/server.json` says where the Millrace of this data directory listens, so that the command line finds it.

import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from './client.ts'
import type { Config } from './config.ts'

export async function writeServerFile(config: Config, address: string): Promise<void> {
  await writeFile(join(config.data, 'server.json'), `${JSON.stringify({ address, pid: process.pid })}\n`)
}

export async function removeServerFile(config: Config): Promise<void> {
  await rm(join(config.data, 'server.json'), { force: true })
}

/** The running server: the one named, else this data directory's, else the default address; undefined when none answers. */
export async function findServer(config: Config, named: string | undefined): Promise<string | undefined> {
  if (named !== undefined) return named
  const written = await readFile(join(config.data, 'server.json'), 'utf8').catch(() => undefined)
  const candidates = [addressIn(written), `http://${config.host}:${config.port === 0 ? 4400 : config.port}`]
  for (const candidate of candidates) if (candidate !== undefined && (await isAlive(candidate))) return candidate
  return undefined
}

function addressIn(text: string | undefined): string | undefined {
  try {
    const { address } = JSON.parse(text ?? '{}') as { address?: unknown }
    return typeof address === 'string' ? address : undefined
  } catch {
    return undefined
  }
}
