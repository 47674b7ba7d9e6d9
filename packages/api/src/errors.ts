import { errorCatalog } from '@millrace/stdx'

export const apiErrors = errorCatalog('api', {
  port_taken: {
    kind: 'conflict',
    means: 'The port is taken by another program.',
    todo: 'Stop that program, or start Millrace on another port with `--port`.',
  },
  port_denied: {
    kind: 'denied',
    means: 'The operating system does not let this user listen on the port.',
    todo: 'Take a port of 1024 or above with `--port`, or put a proxy in front.',
  },
  host_unavailable: {
    kind: 'invalid',
    means: 'This machine does not have the address to listen on.',
    todo: 'Use an address of this machine, `127.0.0.1` for this machine alone or `0.0.0.0` for all of them.',
  },
  token_required: {
    kind: 'denied',
    means: 'Millrace refuses to be open to other machines: without a token, whoever reaches it could run code on it.',
    todo: 'Listen on 127.0.0.1, or leave out `--open` so that the administrator’s token is needed.',
  },
  unauthenticated: {
    kind: 'denied',
    means: 'The request does not say who asks.',
    todo: 'Send `Authorization: Bearer <token>`; the token was shown at the first start.',
  },
  token_invalid: {
    kind: 'denied',
    means: 'The token is not one of ours.',
    todo: 'Check it; the server takes another when it is started with `MILLRACE_ADMIN_TOKEN`.',
  },
  too_many_failures: {
    kind: 'busy',
    means: 'Too many wrong tokens came from this address.',
    todo: 'Wait as long as `Retry-After` says.',
  },
  forbidden: { kind: 'denied', means: 'Whoever asks may not do this.', todo: 'Ask an administrator.' },
  host_denied: {
    kind: 'denied',
    means: 'The request came for a host name that is not this machine’s own.',
    todo: 'Open the console by the address that the server printed; other names need a token.',
  },
  origin_denied: {
    kind: 'denied',
    means: 'A page of another site sent the request.',
    todo: 'Send it from the console itself, or with `Authorization: Bearer <token>`.',
  },
  not_found: { kind: 'absent', means: 'There is nothing at this path.', todo: 'See `/v1/openapi.json`.' },
  method_not_allowed: {
    kind: 'invalid',
    means: 'The path exists, and not for this method.',
    todo: 'Use one of the methods in `Allow`.',
  },
  not_acceptable: {
    kind: 'invalid',
    means: 'The answer does not exist in the media type asked for.',
    todo: 'Ask for one that the message lists.',
  },
  media_type: {
    kind: 'invalid',
    means: 'The body is of a media type that this path does not take.',
    todo: 'Send one that the message lists, and say so in `Content-Type`.',
  },
  too_large: { kind: 'invalid', means: 'The body is larger than this path takes.', todo: 'Send less at once.' },
  too_deep: { kind: 'invalid', means: 'The JSON is nested deeper than allowed.', todo: 'Flatten it.' },
  body_invalid: { kind: 'invalid', means: 'The body cannot be read.', todo: 'Mend it where the message points.' },
  request_invalid: {
    kind: 'invalid',
    means: 'The request does not fit its description.',
    todo: 'Mend what `errors` lists; the description is in `/v1/openapi.json`.',
  },
  hook_not_found: {
    kind: 'absent',
    means: 'The playbook has no webhook of this name.',
    todo: 'Give it a trigger `<name>: { webhook: {} }` and publish it.',
  },
  query_too_costly: {
    kind: 'invalid',
    means: 'The GraphQL query is too deep or asks for too much at once.',
    todo: 'Ask for less: smaller `first`, fewer nested lists.',
  },
  query_invalid: {
    kind: 'invalid',
    means: 'The GraphQL query does not fit the schema.',
    todo: 'Mend it where the location points.',
  },
  introspection_denied: {
    kind: 'denied',
    means: 'Introspection needs a token.',
    todo: 'Send the administrator’s token.',
  },
  subscriptions_full: {
    kind: 'busy',
    means: 'One connection has more subscriptions than it may, or the server more connections.',
    todo: 'Close some; one page needs a few.',
  },
  not_ready: {
    kind: 'busy',
    means: 'A memory of the platform does not answer.',
    todo: 'See which one `errors` names; `millrace doctor` says more.',
  },
  console_absent: {
    kind: 'absent',
    means: 'The console is not built.',
    todo: 'Run `npm run build`, then start again.',
  },
  closing: { kind: 'busy', means: 'The server is stopping.', todo: 'Try again when the process is up.' },
  unexpected: {
    kind: 'broken',
    means: 'Something broke inside Millrace.',
    todo: 'The server’s log has it under the request’s id; report it with that line.',
  },
})

/** Where the web has a finer status than the six kinds have. */
export const finerStatuses: Readonly<Record<string, number>> = {
  'api.unauthenticated': 401,
  'api.token_invalid': 401,
  'api.method_not_allowed': 405,
  'api.not_acceptable': 406,
  'api.too_large': 413,
  'api.media_type': 415,
  'api.too_many_failures': 429,
}
