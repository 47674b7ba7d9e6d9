// How often something can be done in a second, from several callers at once.

/** Runs `work` from `concurrency` callers for `seconds` and answers the rate. */
export async function ratePerSecond(
  work: () => Promise<unknown>,
  concurrency: number,
  seconds: number,
): Promise<number> {
  const begun = performance.now()
  const until = begun + seconds * 1000
  let done = 0
  const caller = async () => {
    while (performance.now() < until) {
      await work()
      done++
    }
  }
  await Promise.all(Array.from({ length: concurrency }, caller))
  return (done / (performance.now() - begun)) * 1000
}
