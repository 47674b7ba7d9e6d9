// Every error a user can meet, from the catalogues of the rooms. Each room declares its own when it is loaded; of the memories
// that only adapters load, the contracts are loaded here.

import '@millrace/blob'
import '@millrace/journal'
import { finerStatuses } from '@millrace/api'
import { type ErrorEntry, type ErrorKind, errorCatalogs, statusOf } from '@millrace/stdx'
import { anchor, blocks, code, table } from './markdown.ts'
import { type Page, referencePage } from './page.ts'

const kinds: Readonly<Record<ErrorKind, string>> = {
  invalid: 'What was asked is wrong. Asking again the same way fails again.',
  denied: 'Whoever asks may not do this.',
  absent: 'What was named is not there.',
  conflict: 'It does not go together with what is there already.',
  busy: 'Not now: try again later. Such errors are retryable.',
  broken: 'Something failed that should not.',
}

const rooms: Readonly<Record<string, string>> = {
  access: 'Tokens and environments',
  api: 'HTTP and GraphQL',
  app: 'Starting, configuration and the command line',
  blob: 'Bytes',
  dataset: 'What a dataset says',
  dispatch: 'Keeping runs',
  journal: 'Records in order',
  lang: 'YAML, JSON Schema and expressions',
  olap: 'Columns and SQL',
  playbook: 'What a playbook says, and its runs',
  plugin: 'Steps',
  refine: 'Writing to datasets',
  store: 'Rows',
  watch: 'Logs and traces',
  worker: 'Carrying out steps',
}

export function errorsPage(): Page {
  const sections = [...errorCatalogs]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([room, entries]) => [
      `## ${room}`,
      rooms[room] === undefined ? '' : `${rooms[room]}.`,
      entriesOf(room, entries),
    ])
  const text = blocks(
    '# Errors',
    `What goes wrong says so in one sentence, with a stable code and what to do. Over HTTP an error is a problem document
(RFC 9457, \`application/problem+json\`) with the code as \`code\`; its \`type\` leads to the server's own copy of this list,
\`/docs/errors#<code>\`. In GraphQL the code is \`extensions.code\`, in a run it is \`error.code\`, and the command line prints it
in parentheses.`,
    'There are six kinds, and the kind decides the HTTP status unless a code has a finer one:',
    table(
      ['kind', 'HTTP status', 'means'],
      Object.entries(kinds).map(([kind, means]) => [code(kind), String(statusOf(kind as ErrorKind)), means]),
    ),
    ...sections,
  )
  return referencePage('errors', 'the file `errors.ts` of each package', text)
}

function entriesOf(room: string, entries: Readonly<Record<string, ErrorEntry>>): string {
  return table(
    ['code', 'kind', 'status', 'what it means', 'what to do'],
    Object.entries(entries).map(([name, { kind, means, todo, retryable }]) => {
      const full = `${room}.${name}`
      const again = retryable === true && kind !== 'busy' ? `${kind}, retryable` : kind
      return [`${anchor(full)}${code(full)}`, again, String(finerStatuses[full] ?? statusOf(kind)), means, todo]
    }),
  )
}
