// Every bound of the worker, with its reason.

const kibibyte = 1024
const mebibyte = 1024 ** 2
const gibibyte = 1024 ** 3

export interface WorkerLimits {
  readonly outputBytesMax: number
  readonly inputBytesMax: number
  readonly memoryBytesMax: number
  readonly logLinesMax: number
  readonly printedBytesMax: number
  readonly processesMax: number
  readonly stopGraceMs: number
}

/** What a deployment may set. */
export const workerLimits: WorkerLimits = {
  /** One step's output, and so what one expression may have to hold. */
  outputBytesMax: 64 * mebibyte,
  /** `with` of one step; outputs of others flow in here. */
  inputBytesMax: 64 * mebibyte,
  /** Most that `memory` may ask for. */
  memoryBytesMax: 4 * gibibyte,
  /** Log lines of one call: enough to read, too few to be a data channel. */
  logLinesMax: 10_000,
  /** Bytes a program may print, kept or not: reading what nobody sees still costs the worker time. */
  printedBytesMax: 64 * mebibyte,
  /** Processes of one step at once: a build with its compilers fits, a fork bomb does not. */
  processesMax: 256,
  /** How long running calls may go on after `stop`, so that the whole process ends within 3 s. */
  stopGraceMs: 1_000,
}

/** Up to here an output travels in the report (playbook.md: "Outputs up to 64 KiB are kept inline"). */
export const outputBytesInlineMax = 64 * kibibyte

/** Memory of a code step that asks for none: comfortable for a few hundred thousand rows in Python. */
export const memoryBytesUsual = gibibyte

/** One log line; the rest is cut with a mark. */
export const lineCharactersMax = 16 * kibibyte

/** What a line may reach before the cut: a secret that straddles the cut is masked whole first. */
export const lineCharactersRead = 2 * lineCharactersMax

/** Last part of what a program printed, kept for error messages and outputs. */
export const tailCharactersMax = 64 * kibibyte

/** A call shorter than this is not announced with `step.started`: two messages per step are enough. */
export const startedAfterMs = 50

/** Log lines of a running call are on their way after this. */
export const logsAfterMs = 80

/** How often running calls are looked at: for the two above, leases and timeouts. */
export const lookEveryMs = 25

/** A plugin that does not heed its signal is given up after this; longer than a process has between SIGTERM and SIGKILL. */
export const abandonAfterMs = 4_000

/** The same while the worker is stopping, so that a stop takes no longer than it may. */
export const stopAbandonAfterMs = 1_000

/** From SIGTERM to SIGKILL. */
export const terminateGraceMs = 2_000

/** The same while the worker itself is stopping. */
export const stopTerminateGraceMs = 300

/** How often memory and number of processes of running programs are looked at. */
export const watchEveryMs = 250

/** After a program's end its pipes are read to their end, unless a stray process holds them longer than this. */
export const drainMsMax = 500

/** Finished calls remembered, so that a command delivered again is answered and not run again. */
export const recentCallsMax = 10_000
export const recentBytesMax = 16 * mebibyte

/** Cancelled runs and steps remembered, for commands that arrive after their cancellation. */
export const recentCancelsMax = 1_000

/** Reports of one append; a tick of a busy worker makes some hundreds. */
export const reportsPerAppendMax = 512

/** Reports waiting for the journal; each belongs to a call that holds a slot, so this is never reached by calls alone. */
export const reportsWaitingMax = 100_000

/** A delivery not acknowledged after this is given to another worker; running calls extend theirs every third of it. */
export const ackWaitMs = 30_000

/** Sets of packages with a warm Python at once; a zygote is 15 to 30 MB. */
export const zygotesMax = 4

/** Node processes started ahead, each for one call; one is about 40 MB. */
export const sparesMax = 1

/** Installing packages may take this long, over and above the step's own timeout being longer. */
export const installMsMax = 10 * 60_000

/** Packages of one step. */
export const packagesMax = 64

/** Sets of packages kept on disk; the one unused longest goes first. */
export const packageSetsMax = 32

/** One file that a plugin reads back from a step's directory. */
export const readFileBytesMax = 64 * mebibyte

/** Secrets shorter than this cannot be masked without masking ordinary words. */
export const secretCharactersMin = 4
