// `context.code` for JavaScript: Node processes started ahead, each used for one call.

import { symlink } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CodeRequest } from '@millrace/plugin'
import { memoryBytesUsual, sparesMax } from '../limits.ts'
import { attend } from '../process/attend.ts'
import { boundsOf, memoryBytesOf, type StartedProgram, startProgram } from '../process/program.ts'
import type { ProgramCall, Workshop } from '../process/workshop.ts'
import { answerReader, outputOf } from './outcome.ts'
import type { PackageCache } from './packages.ts'
import type { Interpreter } from './python.ts'

interface Runner {
  readonly started: StartedProgram
  readonly directory: string
  readonly channel: Socket
}

const utf8 = new TextEncoder()
const program = fileURLToPath(new URL('../../programs/runner.cjs', import.meta.url))

/** V8's heap is not all that a process holds: this part of the memory is left for buffers, code and stacks. */
const heapShare = 0.8

export function createNode(workshop: Workshop, packages: PackageCache, command: string): Interpreter {
  const spares: Promise<Runner>[] = []
  let stopping = false

  const refill = () => {
    if (stopping) return
    while (spares.length < sparesMax) {
      const spare = startRunner(workshop, command, memoryBytesUsual)
      // A spare does not keep the worker's process alive. One that dies while it waits is taken off the shelf.
      const forget = () => void (spares.includes(spare) && spares.splice(spares.indexOf(spare), 1))
      spare.then((runner) => {
        runner.started.child.unref()
        for (const stream of [runner.channel, runner.started.stdout.reader, runner.started.stderr.reader])
          stream.unref()
        void runner.started.exited.then(forget)
      }, forget)
      spares.push(spare)
    }
  }

  const take = async (memoryBytes: number): Promise<Runner> => {
    // The heap's size is fixed at the start, so a step that asks for another amount gets a Node of its own.
    const spare = memoryBytes === memoryBytesUsual ? spares.shift() : undefined
    return (await spare?.catch(() => undefined)) ?? startRunner(workshop, command, memoryBytes)
  }

  return {
    async run(call: ProgramCall, request: CodeRequest) {
      const set = request.packages.length === 0 ? undefined : await call.untimed(packages.node(request.packages, call))
      const memoryBytes = memoryBytesOf(call, request.memoryBytes)
      const runner = await take(memoryBytes)
      call.after(() => {
        runner.channel.destroy()
        workshop.discard(runner.directory)
      })
      for (const handle of handlesOf(runner)) handle.ref()
      if (set !== undefined) await symlink(join(set, 'node_modules'), join(runner.directory, 'node_modules'))
      const answer = answerReader(runner.channel, call.outputBytesMax)
      const { code, input } = request
      const { environment, outputBytesMax } = call
      const payload = utf8.encode(JSON.stringify({ code, input, environment, outputBytesMax }))
      runner.channel.write(`${payload.length}\n`)
      runner.channel.write(payload)
      // The next call's Node starts while this one works.
      refill()
      const exit = await attend(workshop.warden, runner.started, boundsOf(call, memoryBytes))
      return outputOf('node', call, await answer.whole(), exit)
    },
    async stop() {
      stopping = true
      const idle = await Promise.allSettled(spares.splice(0))
      for (const one of idle) {
        if (one.status === 'fulfilled') await workshop.warden.end(one.value.started.tree, 0)
      }
    },
  }
}

async function startRunner(workshop: Workshop, command: string, memoryBytes: number): Promise<Runner> {
  const directory = await workshop.directory()
  const heapMebibytes = Math.max(16, Math.floor((memoryBytes * heapShare) / 1024 ** 2))
  const started = await startProgram(workshop, {
    command,
    arguments: [`--max-old-space-size=${heapMebibytes}`, '--disable-warning=ExperimentalWarning', program],
    directory,
    environment: {},
    channel: true,
  }).catch((cause) => {
    workshop.discard(directory)
    throw cause
  })
  const channel = started.child.stdio[3] as Socket
  channel.on('error', () => undefined)
  return { started, directory, channel }
}

function handlesOf({ started, channel }: Runner) {
  return [started.child, channel, started.stdout.reader, started.stderr.reader]
}
