// Every bound of this room, with its reason.

/** One journal record of signals: small enough for every journal's message limit (NATS: 1 MiB), large enough to batch. */
export const recordBytesMax = 512 * 1024

/** Text of one log line. A line is for reading; what is longer belongs in an output or a blob. */
export const bodyCharactersMax = 64 * 1024

/** One attribute's value. */
export const attributeCharactersMax = 8 * 1024

/** Attributes of one span or line: OpenTelemetry's own default limit. */
export const attributesMax = 128

/** How long spans, lines and points are kept unless said otherwise: a season to look back on. */
export const keepDays = 90
