// The console and the examples' input files: bytes from two directories, and nothing outside them.

import { access, realpath } from 'node:fs/promises'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { apiErrors } from '../errors.ts'
import { isApi } from '../http/refusals.ts'
import { pathOf } from '../http/request-name.ts'

export interface FileOptions {
  readonly webDirectory: string | undefined
  readonly examplesDirectory: string | undefined
}

const yearSeconds = 31_536_000

/** Names with a hash in them never change what they hold; the rest is asked for again each time. */
function cacheControl(file: string): string {
  return /[/\\]assets[/\\]/.test(file) ? `public, max-age=${yearSeconds}, immutable` : 'no-cache'
}

export async function addFiles(app: FastifyInstance, { webDirectory, examplesDirectory }: FileOptions): Promise<void> {
  await app.register(fastifyStatic, {
    root: path.resolve(webDirectory ?? '.'),
    serve: false,
    preCompressed: true,
    setHeaders: (reply, file) => reply.header('Cache-Control', cacheControl(file)),
  })
  addConsole(app, webDirectory)
  addExamples(app, examplesDirectory)
}

function addConsole(app: FastifyInstance, webDirectory: string | undefined): void {
  app.get('/*', { config: { action: 'console.read' } }, async (request, reply) => {
    const asked = pathOf(request)
    if (isApi(asked)) return reply.callNotFound()
    if (webDirectory === undefined || !(await exists(path.join(webDirectory, 'index.html')))) {
      throw apiErrors.console_absent(
        'The console is not built. Run `npm run build`, then start again; the API at /v1 works without it.',
      )
    }
    const file = (request.params as { '*': string })['*']
    // A path with a dot in its last part is a file; every other is a page of the console, which draws itself.
    if (/\.[a-z0-9]+$/i.test(file)) return reply.sendFile(file)
    return reply.sendFile('index.html')
  })
}

function addExamples(app: FastifyInstance, directory: string | undefined): void {
  app.get('/examples/:name/:file', { config: { action: 'example.read' } }, async (request, reply) => {
    const { name, file } = request.params as { name: string; file: string }
    const found = directory === undefined ? undefined : await confined(directory, name, file)
    if (found === undefined) throw apiErrors.not_found(`There is no example file ${name}/${file}.`)
    return reply.sendFile(found, path.resolve(directory ?? '.'))
  })
}

/** The file, when following every link still ends inside the example's own folder. */
async function confined(directory: string, name: string, file: string): Promise<string | undefined> {
  if (!/^[\w-]+$/.test(name) || !/^[\w][\w.-]*$/.test(file)) return undefined
  try {
    const whole = await realpath(directory)
    const root = await realpath(path.join(whole, name))
    const found = await realpath(path.join(root, file))
    return path.dirname(found) === root && path.dirname(root) === whole ? path.relative(whole, found) : undefined
  } catch {
    return undefined
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
