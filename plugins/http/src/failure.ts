// What the network said, as an error that tells whether trying again can help.

import { PluginError, pluginErrors } from '@millrace/plugin'

/** Node's names for a certificate that does not hold (openssl's X509_V_ERR_…, and the host name check). */
const certificate =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME)/

/** `reached` is for messages: method, and URL without query. */
export function transportFailure(thrown: unknown, reached: string): Error {
  if (thrown instanceof PluginError) return thrown
  const { code, message } = innermost(thrown)
  const extras = { cause: thrown, details: { code } }
  if (certificate.test(code)) {
    return pluginErrors.http_certificate(
      `${reached}: the server's certificate is not valid (${message}). Give it a valid one, or add its authority with NODE_EXTRA_CA_CERTS on the worker.`,
      extras,
    )
  }
  if (code.startsWith('HPE_') || code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    const speaks = code.startsWith('HPE_')
      ? 'what answers there does not speak HTTP'
      : 'what answers there does not speak TLS as asked'
    return pluginErrors.http_unreachable(`${reached}: ${speaks} (${message}). Check scheme and port.`, {
      ...extras,
      retryable: false,
    })
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return pluginErrors.http_too_large(
      `${reached}: the answer's headers alone are larger than allowed (16 KiB).`,
      extras,
    )
  }
  if (code === 'UND_ERR_INVALID_ARG') {
    return pluginErrors.input_invalid(`${reached}: the request cannot be sent (${message}).`, extras)
  }
  return pluginErrors.http_unreachable(`${reached}: ${sentenceOf(code, message)}`, extras)
}

function sentenceOf(code: string, message: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there (connection refused). Check host and port.'
    case 'ENOTFOUND':
      return 'the host name is not known. Check its spelling.'
    case 'EAI_AGAIN':
      return 'the name server does not answer.'
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return 'no connection within the time allowed.'
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return 'connected, but no answer came within the time allowed.'
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return `the connection broke before the answer was whole (${message}).`
    default:
      return `no answer (${message}).`
  }
}

/** undici wraps (`terminated`), happy eyeballs gathers: the code sits on the first that has one. */
function innermost(thrown: unknown): { code: string; message: string } {
  let message = String(thrown)
  for (let at = thrown, depth = 0; at instanceof Error && depth < 5; depth++) {
    const { code } = at as { code?: unknown }
    message = at.message === '' ? message : at.message
    // undici leaves the code out when the very first bytes are no HTTP.
    if (at.name === 'HTTPParserError') return { code: String(code ?? 'HPE_INVALID'), message }
    if (typeof code === 'string' && code !== '') return { code, message: message === '' ? code : message }
    at = at instanceof AggregateError ? at.errors[0] : at.cause
  }
  return { code: 'unknown', message }
}
