// A fresh console is not empty: the example playbooks are published once, and the first one has run.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dispatch } from '@millrace/dispatch'
import { type Logger, messageOf } from '@millrace/stdx'

const environment = 'dev'
const by = 'millrace'
const firstToRun = 'hello'

/** Does nothing where any playbook has been published before. */
export async function publishExamples(
  dispatch: Dispatch,
  directory: string | undefined,
  logger: Logger,
): Promise<void> {
  if (directory === undefined) return
  const { items } = await dispatch.playbooks(environment, { limit: 1 })
  if (items.length > 0) return
  const names = (await readdir(directory, { withFileTypes: true }))
    .filter((it) => it.isDirectory())
    .map((it) => it.name)
  for (const name of names.sort()) {
    try {
      const text = await readFile(join(directory, name, 'playbook.yaml'), 'utf8')
      await dispatch.publish({ environment, text, by })
    } catch (cause) {
      logger.warn('an example was not published', { example: name, error: messageOf(cause) })
    }
  }
  if (!names.includes(firstToRun)) return
  await dispatch
    .startRun({ environment, playbook: firstToRun, inputs: {}, trigger: { kind: 'manual' }, by, key: 'first-start' })
    .catch((cause: unknown) => logger.warn('the first example did not start', { error: messageOf(cause) }))
}
