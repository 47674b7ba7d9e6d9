// What one request may take, so that no server can take the worker with it.

export const limits = {
  /** Enough for any page of an API; a download of more is a matter for `blob` and a process of its own. */
  bodyBytesMax: 100 * 1024 * 1024,
  /** What a step gets without asking: a hundred times a usual answer. */
  bodyBytesDefault: 10 * 1024 * 1024,
  /** Browsers stop at 20, curl at 50; an API that needs more than 20 runs in a circle. */
  redirectsMax: 20,
  redirectsDefault: 5,
  /** A host that has not answered the handshake by then is down; waiting on only delays the retry. */
  connectMsMax: 10_000,
  /** Connections to one origin: as many as a browser has over HTTP/1.1, times ten, and few enough to be polite. */
  connectionsPerOriginMax: 64,
  /** Longer than the pause between two steps of a run, shorter than the patience of common servers (60 s and up). */
  keepAliveMsMax: 20_000,
  /** Beginning of a body that goes into an error: enough for the server's own sentence. */
  excerptBytesMax: 2_048,
  /** Encodings piled on each other (`gzip, gzip`) are an attack; one is usual, two exist. */
  encodingsMax: 2,
} as const
