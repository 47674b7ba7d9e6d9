// The peer: DBOS, a durable workflow library on PostgreSQL, doing the same two steps on the same server. Loaded when it is
// measured, because it is not part of Millrace.

import { ratePerSecond } from './rate.ts'

export async function dbosRunsPerSecond(postgres: string, concurrency: number, seconds: number): Promise<number> {
  const { workflow, shutdown } = await launch(postgres)
  try {
    await ratePerSecond(workflow, 10, 0.5)
    return await ratePerSecond(workflow, concurrency, seconds)
  } finally {
    await shutdown()
  }
}

let launched: { workflow: () => Promise<number>; shutdown: () => Promise<void> } | undefined

/** DBOS registers workflows once a process; it is launched again for each measurement. */
async function launch(postgres: string) {
  const { DBOS } = await import('@dbos-inc/dbos-sdk')
  const address = new URL(postgres)
  address.pathname = '/dbos_peer'
  launched ??= {
    workflow: DBOS.registerWorkflow(
      async () => {
        const one = await DBOS.runStep(() => Promise.resolve(1), { name: 'one' })
        return await DBOS.runStep(() => Promise.resolve(one + 1), { name: 'two' })
      },
      { name: 'two-steps' },
    ),
    shutdown: () => DBOS.shutdown(),
  }
  DBOS.setConfig({ name: 'peer', systemDatabaseUrl: address.href, logLevel: 'error', runAdminServer: false })
  await DBOS.launch()
  return launched
}
