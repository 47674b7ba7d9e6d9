// A long wait that says what it waits for: a moving line on a terminal, plain lines in a file or a pipe.

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameMs = 100
/** Some CI services end a job that prints nothing for a few minutes. */
const plainLineMs = 15_000

/**
 * Shows `title` while `work` runs, then how long it took and whether it went well.
 *
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @param {(answer: T) => boolean} wentWell
 * @returns {Promise<T>}
 */
export async function showing(title, work, wentWell) {
  const out = process.stderr
  const startedAt = performance.now()
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(out.isTTY ? 0 : 1)
  let frame = 0
  if (!out.isTTY) out.write(`${title} …\n`)
  const timer = setInterval(
    () => {
      if (out.isTTY) out.write(`\r\x1b[2K${frames[frame++ % frames.length]} ${title} … ${seconds()} s`)
      else out.write(`${title} … ${seconds()} s so far\n`)
    },
    out.isTTY ? frameMs : plainLineMs,
  )
  let mark = '✗'
  try {
    const answer = await work()
    if (wentWell(answer)) mark = '✓'
    return answer
  } finally {
    clearInterval(timer)
    out.write(`${out.isTTY ? '\r\x1b[2K' : ''}${mark} ${title} (${seconds()} s)\n`)
  }
}
