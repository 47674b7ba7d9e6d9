// The console's sign-in: a session secret in a cookie that scripts cannot read and other sites cannot send.

const name = 'millrace_session'

export function sessionOf(cookies: string | undefined): string | undefined {
  for (const pair of (cookies ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

/** `secure` where the browser came over TLS; a cookie so marked would not be kept over plain HTTP. */
export function sessionCookie(secret: string, secondsMax: number, secure: boolean): string {
  return `${name}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${secondsMax}${secure ? '; Secure' : ''}`
}
