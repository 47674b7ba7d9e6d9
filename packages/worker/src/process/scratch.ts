// Directories of steps: one per program, private to it, gone afterwards. Those of a worker that died without cleaning up
// are removed by the next one.

import { constants } from 'node:fs'
import { mkdir, open, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { bytesFormat, pluginErrors } from '@millrace/plugin'

/** Where a worker keeps everything that ends with it, named so that the next worker can tell whether it lives. */
export async function makeWorkerDirectory(directory: string, mark: string): Promise<string> {
  const parent = join(directory, 'scratch')
  await mkdir(parent, { recursive: true, mode: 0o700 })
  for (const name of await readdir(parent)) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1])
    if (pid > 0 && !isAlive(pid)) await rm(join(parent, name), { recursive: true, force: true })
  }
  const own = join(parent, `${process.pid}-${mark.replaceAll('.', '')}`)
  await mkdir(join(own, 'steps'), { recursive: true, mode: 0o700 })
  return realpath(own)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Puts files into a step's directory. Names are relative and stay inside. */
export async function writeFiles(
  directory: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = inside(directory, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
}

/** A regular file of the step's directory, or undefined when there is none; what a link points to outside is none. */
export async function readFileInside(
  directory: string,
  name: string,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const path = inside(directory, name)
  const real = await realpath(path).catch(() => undefined)
  if (real === undefined || relative(directory, real).startsWith('..')) return undefined
  if (!(await stat(real)).isFile()) return undefined
  // The program is gone by now, so nothing changes between looking and opening.
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { size } = await file.stat()
    if (size > bytesMax) {
      throw pluginErrors.output_too_large(
        `The file \`${name}\` that the step wrote has ${bytesFormat(size)}; at most ${bytesFormat(bytesMax)} are read. Write less, or keep it with \`blob\` or \`dataset.write\`.`,
      )
    }
    return new Uint8Array(await file.readFile())
  } finally {
    await file.close()
  }
}

function inside(directory: string, name: string): string {
  const path = join(directory, name)
  const way = relative(directory, path)
  if (name === '' || name.startsWith('/') || way === '' || way.startsWith('..') || name.includes('\0')) {
    throw pluginErrors.input_invalid(
      `\`${name}\` is not a file name within the step's directory. Use a relative name without \`..\`.`,
    )
  }
  return path
}
