/** Asserts what cannot be otherwise. A failure is a fault of ours, never of a user. */
export function invariant(truth: unknown, message: string): asserts truth {
  if (!truth) throw new Error(`invariant broken: ${message}`)
}

/** Marks the branch that no value reaches; the compiler checks it too. */
export function impossible(value: never): never {
  throw new Error(`impossible value: ${JSON.stringify(value)}`)
}
