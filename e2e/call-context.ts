// What a worker lends a plugin, for tests that call one plugin against a real server.

import type { CallContext, JsonObject, Plugin } from '@millrace/plugin'

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly timeMsMax?: number
  readonly outputBytesMax?: number
}

/** Anything but what is here is a fault of the test. */
export function callContext(options: CallOptions = {}): CallContext {
  const part: Partial<CallContext> = {
    environment: 'dev',
    idempotencyKey: 'run_1/task/-1/step/0',
    signal: options.signal ?? new AbortController().signal,
    limits: {
      timeMsMax: options.timeMsMax ?? 30_000,
      outputBytesMax: options.outputBytesMax ?? 64 << 20,
      memoryBytesMax: 1 << 30,
      logLinesMax: 100,
    },
    log: () => undefined,
  }
  return part as CallContext
}

/** `call` as the tests write it: the output, as whatever they say it is. */
export function caller<Input>(plugin: Plugin<Input>, base: Partial<Input>) {
  return async (input: Partial<Input>, options?: CallOptions) =>
    (await plugin.call({ ...base, ...input } as Input, callContext(options))) as JsonObject & {
      readonly rows: readonly JsonObject[]
      readonly rowCount: number
      readonly columns: readonly { readonly name: string; readonly type: string }[]
    }
}

/** What a call comes to that must fail later, caught from now on. */
export function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => new Error('it did not fail'),
    (failure: unknown) => failure,
  )
}

/** Asks until the answer is there. Each asking is a round trip to a server, so no sleep is needed in between. */
export async function until(ask: () => Promise<boolean>, rounds = 5_000): Promise<void> {
  for (let i = 0; i < rounds; i++) if (await ask()) return
  throw new Error(`not so after ${rounds} askings`)
}
