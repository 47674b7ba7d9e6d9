import { errorCatalog, MillraceError } from '@millrace/stdx'

export const pluginErrors = errorCatalog('plugin', {
  input_invalid: {
    kind: 'invalid',
    means: 'What `with` holds does not fit the plugin’s schema.',
    todo: 'Mend `with` where the pointer says.',
  },
  unknown: {
    kind: 'absent',
    means: 'No worker has a plugin of this name.',
    todo: 'See `millrace plugins`, or the console’s Plugins page.',
  },
  timed_out: {
    kind: 'busy',
    means: 'The call took longer than its timeout.',
    todo: 'Raise `timeout`, or make the step do less.',
  },
  cancelled: { kind: 'conflict', means: 'The call was cancelled.', todo: 'Nothing.' },
  output_too_large: {
    kind: 'invalid',
    means: 'The output is over its limit of bytes.',
    todo: 'Return less, or write it with `blob` or `dataset.write`.',
  },
  broken: { kind: 'broken', means: 'The plugin itself failed.', todo: 'Report it with the log lines of the step.' },
  secret_missing: {
    kind: 'absent',
    means: 'A secret that the step names has no value.',
    todo: 'Set it (`MILLRACE_SECRET_<NAME>` in the environment of the worker).',
  },

  http_status: {
    kind: 'broken',
    means: 'The server answered with a status that is not expected.',
    todo: 'See status and body in the error’s details.',
  },
  http_unreachable: { kind: 'busy', means: 'No connection, or it broke.', todo: 'Check the address; retry.' },
  http_certificate: {
    kind: 'denied',
    means: 'The server’s certificate is not valid.',
    todo: 'Use a valid one; verification cannot be switched off.',
  },
  http_too_large: {
    kind: 'invalid',
    means: 'The response is larger than allowed.',
    todo: 'Page it, or raise `bytesMax` up to its limit.',
  },
  http_not_json: {
    kind: 'invalid',
    means: 'The response is not the JSON that `expect` asked for.',
    todo: 'See the beginning of the body in the message.',
  },
  http_redirects: {
    kind: 'invalid',
    means: 'More redirects than allowed, or to a place not allowed.',
    todo: 'Use the final address.',
  },
  http_url: { kind: 'invalid', means: 'The URL is not one that can be fetched.', todo: 'Use http:// or https://.' },

  http_encoding: {
    kind: 'invalid',
    means: 'The body is not compressed the way its `content-encoding` says.',
    todo: 'Ask for it uncompressed: `headers: { accept-encoding: identity }`.',
  },

  sql_failed: {
    kind: 'invalid',
    means: 'The database refused the statement.',
    todo: 'Mend it where the message points.',
  },
  sql_unreachable: { kind: 'busy', means: 'The database does not answer, or went away.', todo: 'Check it; retry.' },
  sql_rows: { kind: 'invalid', means: 'The result has more rows than allowed.', todo: 'Add LIMIT, or aggregate.' },

  blob_absent: { kind: 'absent', means: 'There is no blob of this name.', todo: 'Ask with `exists` first, or put it.' },
  blob_unreadable: {
    kind: 'invalid',
    means: 'The bytes are not the JSON or text that `as` asks for.',
    todo: 'Use `as: base64`, or look at what was put.',
  },

  dataset_rejected: {
    kind: 'invalid',
    means: 'The dataset rejected events, and `onReject` is `fail`.',
    todo: 'See the rejects of the dataset; mend the events, or use `onReject: keep`.',
  },

  code_failed: {
    kind: 'invalid',
    means: 'The code threw, or exited with a code other than 0.',
    todo: 'See the traceback in the step’s log.',
  },
  code_result: {
    kind: 'invalid',
    means: 'What the code returned is not JSON.',
    todo: 'Return lists, dicts, strings, numbers, booleans and None only.',
  },
  code_import: {
    kind: 'invalid',
    means: 'The code imports a package that is not there.',
    todo: 'Name it in `packages`.',
  },
  code_packages: {
    kind: 'busy',
    means: 'The packages could not be installed.',
    todo: 'Check names and versions; see the installer’s lines in the step’s log.',
  },
  code_memory: {
    kind: 'invalid',
    means: 'The code used more memory than allowed.',
    todo: 'Work in smaller batches, or raise the limit.',
  },
  code_killed: {
    kind: 'broken',
    means: 'The process was killed by a signal.',
    todo: 'See the signal; the machine may be out of memory.',
  },
  code_logs: {
    kind: 'invalid',
    means: 'The code wrote more output than allowed and was stopped.',
    todo: 'Print less.',
  },
  code_processes: {
    kind: 'invalid',
    means: 'The code started more processes than allowed.',
    todo: 'Start fewer at once, and wait for them to end.',
  },
  code_interpreter: {
    kind: 'absent',
    means: 'The interpreter is not installed on this worker.',
    todo: 'Install it (`python3`, `node`, `bash`), or choose another pool.',
  },
})

/** What a plugin throws: any MillraceError, with `retryable` telling the engine whether doing it again can help. */
export const PluginError: typeof MillraceError = MillraceError
