// Secrets from the process's environment: `pager_token` is `MILLRACE_SECRET_PAGER_TOKEN`. They are read when a step needs
// them and kept nowhere.

export interface SecretSource {
  get(name: string): Promise<string | undefined>
}

export function environmentSecrets(environment: Readonly<Record<string, string | undefined>>): SecretSource {
  return {
    get: (name) => Promise.resolve(environment[`MILLRACE_SECRET_${name.toUpperCase().replaceAll('-', '_')}`]),
  }
}
