// `context.code` for Python: a warm interpreter per distinct set of packages, the ones used last kept.

import type { CodeRequest, Json } from '@millrace/plugin'
import { zygotesMax } from '../limits.ts'
import { memoryBytesOf } from '../process/program.ts'
import type { ProgramCall, Workshop } from '../process/workshop.ts'
import { outputOf } from './outcome.ts'
import type { PackageCache } from './packages.ts'
import { findPython, startZygote, type Zygote } from './zygote.ts'

export interface Interpreter {
  run(call: ProgramCall, request: CodeRequest): Promise<Json>
  stop(): Promise<void>
}

export function createPython(workshop: Workshop, packages: PackageCache, command: string): Interpreter {
  let found: Promise<string> | undefined
  const warm = new Map<string, Promise<Zygote>>()

  const python = () => {
    // A Python installed later is found later: only success is remembered.
    found ??= findPython(command).catch((cause) => {
      found = undefined
      throw cause
    })
    return found
  }

  const zygoteFor = (directory: string): Promise<Zygote> => {
    const known = warm.get(directory)
    if (known !== undefined) {
      warm.delete(directory) // and to the end: the one used longest ago stands first
      warm.set(directory, known)
      return known
    }
    const starting = python().then((path) => startZygote(workshop, path, directory))
    const forget = () => void (warm.get(directory) === starting && warm.delete(directory))
    starting.then((zygote) => zygote.gone.then(forget), forget)
    warm.set(directory, starting)
    void dismissIdle()
    return starting
  }

  const dismissIdle = async () => {
    for (const [directory, zygote] of warm) {
      if (warm.size <= zygotesMax) return
      const one = await zygote.catch(() => undefined)
      if (one !== undefined && one.busy > 0) continue
      warm.delete(directory)
      void one?.stop()
    }
  }

  return {
    async run(call, request) {
      const directory =
        request.packages.length === 0 ? '' : await packages.python(await python(), request.packages, call)
      const { code, input } = request
      const memoryBytes = memoryBytesOf(call, request.memoryBytes)
      const { answer, ...exit } = await (await call.untimed(zygoteFor(directory))).run(call, {
        code,
        input,
        memoryBytes,
      })
      return outputOf('python', call, answer, exit)
    },
    async stop() {
      await Promise.all([...warm.values()].map((zygote) => zygote.then((one) => one.stop()).catch(() => undefined)))
    },
  }
}
