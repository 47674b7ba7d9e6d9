// Where Millrace can run, said in one sentence where it cannot. Old syntax on purpose: see ../bootstrap.cjs.
'use strict'

var fs = require('fs')

/** What decides whether Millrace can run here. */
function thisMachine() {
  return { node: process.version, platform: process.platform, arch: process.arch, musl: isMusl() }
}

/**
 * One sentence saying what is wrong and what to do, or undefined when all is well.
 *
 * @param {{ node: string, platform: string, arch: string, musl: boolean }} machine
 * @returns {string | undefined}
 */
function complaintAbout(machine) {
  if (!isNodeSupported(machine.node)) {
    return (
      'Millrace needs Node.js 20.19 or newer (of line 22 at least 22.12), and this is ' +
      machine.node +
      ': install a newer one from https://nodejs.org (or `nvm install 22`) and try again.'
    )
  }
  if (machine.platform === 'win32') {
    return (
      'Millrace does not run on Windows itself, because its column store has no Windows build: ' +
      'run it inside WSL 2 (`wsl --install`), with this folder cloned there.'
    )
  }
  if (machine.musl) {
    return (
      'Millrace needs a Linux with glibc, and this Node.js is built for musl (Alpine): ' +
      'use a Debian or Ubuntu based image, for example node:22-bookworm-slim.'
    )
  }
  if (['linux', 'darwin'].indexOf(machine.platform) < 0 || ['x64', 'arm64'].indexOf(machine.arch) < 0) {
    return (
      'Millrace runs on Linux and macOS with an x64 or arm64 processor, and this is ' +
      machine.platform +
      ' on ' +
      machine.arch +
      ': run it in a container or virtual machine of that kind.'
    )
  }
  return undefined
}

/** The lines that the build tools (vite) admit: ^20.19.0 || >=22.12.0. */
function isNodeSupported(/** @type {string} */ version) {
  var parts = /^v?(\d+)\.(\d+)/.exec(version)
  if (!parts) return false
  var major = Number(parts[1])
  var minor = Number(parts[2])
  if (major === 20) return minor >= 19
  if (major === 22) return minor >= 12
  return major > 22
}

/** Whether this Node was linked against musl: its program header names the loader, near the start of the file. */
function isMusl() {
  if (process.platform !== 'linux') return false
  try {
    var head = Buffer.alloc(4096)
    var file = fs.openSync(process.execPath, 'r')
    fs.readSync(file, head, 0, head.length, 0)
    fs.closeSync(file)
    return head.toString('latin1').indexOf('/ld-musl-') >= 0
  } catch (_) {
    return false
  }
}

module.exports = { complaintAbout: complaintAbout, thisMachine: thisMachine }
