// Installing, with an npm of our own in place of the real one: what it is asked, when, and what a person reads when it fails.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { advice, cleanEnvironment } from './install.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-install-'))
  const manifest = { name: 'millrace', workspaces: ['packages/*'], dependencies: { left: '1.0.0' } }
  write('package.json', JSON.stringify(manifest))
  write('packages/a/package.json', JSON.stringify({ name: 'a', dependencies: { left: '^1.0.0' } }))
  write('package-lock.json', JSON.stringify(lock('1.0.0')))
  npm('install()')
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(path: string, text: string) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

/** As npm leaves it behind: without what does not belong on this machine. */
function installedLock(version: string) {
  const { packages } = lock(version)
  return { packages: { 'node_modules/left': packages['node_modules/left'] } }
}

function lock(version: string) {
  const packages = {
    '': { dependencies: { left: '1.0.0' } },
    'packages/a': { dependencies: { left: '^1.0.0' } },
    'node_modules/left': { version },
    'node_modules/left-darwin': { version, optional: true },
  }
  return { packages }
}

/** Writes an npm that notes how it was called and then does `act`. */
function npm(act: string) {
  write(
    'npm/npm-cli.js',
    `
    const { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
    appendFileSync('calls', process.argv.slice(2).join(' ') + ' ' + (process.env.npm_config_omit ?? '-') + '\\n')
    function install() {
      rmSync('node_modules', { recursive: true, force: true })
      mkdirSync('node_modules/left', { recursive: true })
      const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
      delete packages['node_modules/left-darwin']
      writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }))
    }
    ${act}`,
  )
}

const calls = () =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : []

/** Runs the installation as the bootstrap does, as a process of its own. */
function install() {
  const script = `
    const { install } = await import(${JSON.stringify(new URL('./install.mjs', import.meta.url).href)})
    await install(process.cwd()).catch((thrown) => { console.error(thrown.message); process.exitCode = 1 })`
  const env = { ...process.env, npm_execpath: join(folder, 'npm/npm-cli.js'), npm_config_omit: 'dev' }
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder, env, encoding: 'utf8' })
}

test('a fresh clone is installed once, without scripts and without what the outer npm was told', () => {
  expect(install().status).toBe(0)
  expect(install().status).toBe(0)
  expect(calls()).toEqual(['ci --ignore-scripts --include=dev --no-audit --no-fund --loglevel=error -'])
})

test('a changed lock is installed again, a changed script in a manifest is not', () => {
  install()
  write('packages/a/package.json', JSON.stringify({ name: 'a', scripts: {}, dependencies: { left: '^1.0.0' } }))
  install()
  expect(calls()).toHaveLength(1)
  write('package-lock.json', JSON.stringify(lock('1.0.1')))
  install()
  expect(calls()).toHaveLength(2)
})

test('what a person installed by hand is accepted when it is what the lock says', () => {
  mkdirSync(join(folder, 'node_modules/left'), { recursive: true })
  write('node_modules/.package-lock.json', JSON.stringify(installedLock('1.0.0')))
  install()
  expect(calls()).toEqual([])
  write('node_modules/.package-lock.json', JSON.stringify(installedLock('2.0.0')))
  install()
  expect(calls()).toHaveLength(1)
})

test('an installation that lost a package or its record is made again', () => {
  install()
  rmSync(join(folder, 'node_modules/left'), { recursive: true })
  rmSync(join(folder, 'node_modules/.package-lock.json'))
  install()
  expect(calls()).toHaveLength(2)
})

test('a manifest that the lock does not fit goes to npm, which refuses it', () => {
  install()
  write('packages/a/package.json', JSON.stringify({ name: 'a', dependencies: { left: '^1.0.0', right: '1' } }))
  npm(`console.error('npm error code EUSAGE'); process.exit(1)`)
  const { status, stderr } = install()
  expect(status).toBe(1)
  expect(stderr).toMatch(/npm error code EUSAGE\n\nThe dependencies could not be installed: the lock file does not fit/)
})

test('a failed installation is tried again the next time', () => {
  npm(`console.error('npm error code ENOSPC'); process.exit(228)`)
  expect(install().stderr).toContain('the disk is full')
  npm('install()')
  expect(install().status).toBe(0)
  expect(calls()).toHaveLength(2)
})

test('the advice fits the failure', () => {
  expect(advice('npm error code EAI_AGAIN')).toContain('cannot be reached')
  expect(advice('npm error code EINTEGRITY')).toContain('npm cache clean')
  expect(advice('npm error code E404')).toContain('lacks a package')
  expect(advice('npm error something new')).toBe('npm says why above.')
})

test('the nested npm keeps how to reach the registry, and forgets the rest of the outer one', () => {
  const reach = {
    npm_config_registry: 'r',
    npm_config_cafile: 'c',
    npm_config_https_proxy: 'p',
    'npm_config_//host/:_authToken': 't',
  }
  const outer = {
    npm_config_omit: 'dev',
    npm_lifecycle_event: 'start',
    npm_package_json: 'x',
    NODE_ENV: 'production',
    INIT_CWD: '/',
  }
  expect(cleanEnvironment({ PATH: '/bin', ...reach, ...outer })).toEqual({ PATH: '/bin', ...reach })
})
