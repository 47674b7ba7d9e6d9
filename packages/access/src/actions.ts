// Everything that can be allowed or denied. Each route and each GraphQL field with a resolver names one of these.

interface ActionEntry {
  /** What the holder may do, as the end of "may …". */
  readonly means: string
  /** Open to whoever reaches the server: nothing behind it is anybody's data. */
  readonly anonymous?: true
}

export const actions = {
  'console.read': { means: 'load the console’s pages and scripts', anonymous: true },
  'dataset.read': { means: 'list datasets and their columns' },
  'dataset.write': { means: 'write events to datasets' },
  // Playbooks fetch their example files over HTTP like any other address, with no token to show.
  'example.read': { means: 'read the input files of the examples', anonymous: true },
  'health.read': { means: 'ask whether the process is alive and ready', anonymous: true },
  'hook.call': { means: 'start runs by calling webhooks' },
  'metrics.read': { means: 'scrape the metrics of the platform' },
  'platform.read': { means: 'see version, roles, memories and environments' },
  'playbook.publish': { means: 'publish playbooks' },
  'playbook.read': { means: 'read and check playbooks' },
  'plugin.read': { means: 'read the descriptions of plugins' },
  'query.read': { means: 'query the environment’s tables by SQL' },
  'run.cancel': { means: 'cancel runs' },
  'run.pause': { means: 'pause and resume runs' },
  'run.read': { means: 'see runs, their steps, outputs and log lines' },
  'run.start': { means: 'start runs, and run them again' },
  'schema.read': { means: 'read the descriptions of the API: OpenAPI and GraphQL introspection' },
  'self.read': { means: 'ask who they are taken for', anonymous: true },
  'session.write': { means: 'sign in and out of the console', anonymous: true },
} as const satisfies Readonly<Record<string, ActionEntry>>

export type Action = keyof typeof actions

export function isAction(name: string): name is Action {
  return Object.hasOwn(actions, name)
}

/** Open to whoever reaches the server. */
export function isAnonymous(action: Action): boolean {
  const entry: ActionEntry = actions[action]
  return entry.anonymous === true
}
