// What a test needs from the system and a clean machine lacks. Only root on Debian gets it; anybody else is told.

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A large package with its dependencies from a slow mirror. */
const installMsMax = 900_000

/** Installs Debian packages where that is possible: as root, with apt. Answers whether it was tried. */
export function installDebianPackages(...names: string[]): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'],
    timeout: installMsMax,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  // A clean image has no package lists, or old ones that name files which are gone.
  execFileSync('apt-get', ['update', '-qq'], options)
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], options)
  return true
}
