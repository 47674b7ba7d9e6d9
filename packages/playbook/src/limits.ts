// How big a playbook and a run may be, and why.

export const playbookLimits = {
  /** Items of one `forEach`: each costs about 1 kB of facts and state, so this is a run of 100 MB. */
  itemsMax: 100_000,
} as const
