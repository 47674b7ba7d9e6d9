// How big a playbook and a run may be, and why.

export const playbookLimits = {
  /** Items of one `forEach`: each costs about 1 kB of facts and state, so this is a run of 100 MB. */
  itemsMax: 100_000,
  /** More could not be drawn or read as one graph. */
  tasksMax: 1_000,
  /** Of all tasks together: what one screen of a run shows smoothly. */
  stepsMax: 5_000,
  /** More make no form that a person fills in. */
  inputsMax: 200,
  /** Values in the schemas of all inputs together: compiling a schema costs up to a millisecond for each. */
  inputSchemaValuesMax: 2_000,
  outputsMax: 200,
  triggersMax: 100,
  labelsMax: 50,
  secretsMax: 100,
  /** Those that are more than plain paths, a pattern counting for twenty: parsing as many takes about a second. */
  expressionsMax: 10_000,
  /** After that many, the reader mends the first and asks again. */
  complaintsMax: 100,
  /** Facts decided in one go: some megabytes of one commit, some milliseconds of the thread. */
  factsPerTurnMax: 5_000,
} as const
