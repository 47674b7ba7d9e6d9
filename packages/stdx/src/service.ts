/** Everything that runs starts and stops the same way. `stop` drains, is idempotent, and may follow a failed start. */
export interface Service {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts in order; when one fails, stops those already started, in reverse, and rethrows. */
export async function startAll(services: readonly Service[]): Promise<void> {
  const started: Service[] = []
  try {
    for (const service of services) {
      started.push(service)
      await service.start()
    }
  } catch (cause) {
    await stopAll(started).catch(() => undefined)
    throw cause
  }
}

/** Stops in reverse order; every one is tried, and the first failure is rethrown at the end. */
export async function stopAll(services: readonly Service[]): Promise<void> {
  let failed: { cause: unknown } | undefined
  for (const service of [...services].reverse()) {
    try {
      await service.stop()
    } catch (cause) {
      failed ??= { cause }
    }
  }
  if (failed !== undefined) throw failed.cause
}
