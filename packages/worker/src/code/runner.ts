// `context.code`: `main` of the code, in a warm interpreter of its language.

import { join } from 'node:path'
import type { CodeRequest, Json } from '@millrace/plugin'
import type { ProgramCall, Workshop } from '../process/workshop.ts'
import { createNode } from './node.ts'
import { createPackageCache } from './packages.ts'
import { createPython } from './python.ts'

export interface CodeRunner {
  run(call: ProgramCall, request: CodeRequest): Promise<Json>
  stop(): Promise<void>
}

/** Commands or paths. */
export interface Interpreters {
  readonly python: string
  readonly node: string
}

export function createCodeRunner(workshop: Workshop, root: string, interpreters: Interpreters): CodeRunner {
  const packages = createPackageCache(workshop, join(root, 'packages'))
  const python = createPython(workshop, packages, interpreters.python)
  const node = createNode(workshop, packages, interpreters.node)
  return {
    run: (call, request) =>
      workshop.inSlot(call, () => (request.language === 'python' ? python : node).run(call, request)),
    async stop() {
      await Promise.all([packages.stop(), python.stop(), node.stop()])
    },
  }
}
