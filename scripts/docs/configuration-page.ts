// Every setting, from the one list that the file, the environment and the flags are read by.

import { type ConfigKey, configKeys, flagOf, variableOf } from '@millrace/app'
import { blocks, code, fenced, table } from './markdown.ts'
import { type Page, referencePage } from './page.ts'

export function configurationPage(): Page {
  const text = blocks(
    '# Configuration',
    `Nothing has to be configured. What is, is read from four places; a later one is stronger:

1. the defaults below,
2. the file \`millrace.yaml\` in the working directory, or the one that \`--config\` names,
3. environment variables,
4. flags of \`millrace up\` (\`--data\` is a flag of every command).

Each place is checked strictly: an unknown key in the file, or a value that does not fit, ends the start with
[\`app.config_invalid\`](errors.md#app.config_invalid) and says in which place it stands. In the environment and in flags a list is written with commas,
\`api,worker\`.`,
    fenced(
      'yaml',
      `# millrace.yaml
port: 8080
data: /var/lib/millrace
store: postgres://millrace@db.internal/millrace
env: { REGION: eu-west, SHOP_URL: https://shop.example.com }`,
    ),
    '## Settings',
    table(
      ['in the file', 'in the environment', 'as a flag', 'default', 'meaning'],
      (configKeys as readonly ConfigKey[]).map((key) => [
        code(key.name),
        key.fileOnly === true ? 'no' : code(variableOf(key)),
        key.fileOnly === true ? 'no' : code(flagOf(key)),
        key.default === '' ? '' : code(key.default),
        `${key.about} ${allowed(key)}`,
      ]),
    ),
    `\`{data}\` in an address stands for the data directory. In this version one process does the work of all roles, and
other lists of \`roles\` are refused with [\`app.role_alone\`](errors.md#app.role_alone).`,
    '## Only in the environment',
    table(
      ['variable', 'read by', 'meaning'],
      [
        [
          '`MILLRACE_ADMIN_TOKEN`',
          'server, command line',
          'The administrator’s token, 32 to 512 letters and digits, in place of the one made at the first start.',
        ],
        [
          '`MILLRACE_SECRET_<NAME>`',
          'server',
          'The secret `<name>` of playbooks, with `-` written as `_`. See [secrets](../how-to/secrets.md).',
        ],
        ['`MILLRACE_SERVER`', 'command line', 'The Millrace to speak to, as `--server`.'],
        ['`MILLRACE_TOKEN`', 'command line', 'Who you are, as `--token`.'],
        ['`MILLRACE_ENVIRONMENT`', 'command line', 'The environment to work in, as `--environment`; `dev` without it.'],
        ['`MILLRACE_DEBUG`', 'command line', 'With any value, unexpected errors are printed with their stack.'],
        ['`NO_COLOR`', 'command line', 'With any value, nothing is printed in colour.'],
      ],
    ),
  )
  return referencePage('configuration', '`packages/app/src/config-key.ts`', text)
}

function allowed(key: ConfigKey): string {
  if (key.choices !== undefined) {
    return `${key.kind === 'list' ? 'Some of' : 'One of'} ${key.choices.map(code).join(', ')}.`
  }
  if (key.kind === 'yes') return '`true` or `false`.'
  return key.kind === 'whole' ? `A whole number from ${key.min ?? 0} to ${key.max ?? 'any'}.` : ''
}
