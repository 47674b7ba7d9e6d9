import { errorCatalog } from '@millrace/stdx'

export const journalErrors = errorCatalog('journal', {
  full: {
    kind: 'busy',
    means: 'The stream has reached its limit of bytes or records.',
    todo: 'Wait for its consumers, or raise the limit.',
  },
  stream_unknown: {
    kind: 'absent',
    means: 'No stream takes this subject.',
    todo: 'Report this: streams are made at start.',
  },
  stream_differs: {
    kind: 'conflict',
    means: 'The stream exists with other settings than asked.',
    todo: 'Change it by hand, or remove it when it is empty.',
  },
  subject_invalid: {
    kind: 'invalid',
    means: 'A subject or filter is not made of dotted words.',
    todo: 'Use words without blanks between dots; `*` and a final `>` only in filters.',
  },
  consumer_differs: {
    kind: 'conflict',
    means: 'Consumers of one name ask for different filters at the same time.',
    todo: 'Report this: consumers that share a name share their records.',
  },
  record_too_large: {
    kind: 'invalid',
    means: 'A record is larger than a journal takes.',
    todo: 'Keep large bytes in blob and send a reference.',
  },
  locked: {
    kind: 'conflict',
    means: 'The journal directory belongs to another running process.',
    todo: 'Stop the other Millrace, or start this one with another `--data` directory.',
  },
  disk_full: {
    kind: 'busy',
    means: 'The disk that holds the journal is full.',
    todo: 'Free space; nothing that was acknowledged is lost.',
  },
  write_failed: {
    kind: 'broken',
    means: 'The disk that holds the journal refused a write for another reason than being full.',
    todo: 'Look at the disk and at the rights of the journal directory; nothing that was acknowledged is lost.',
    retryable: true,
  },
  corrupt: {
    kind: 'broken',
    means: 'A journal segment is damaged before its end.',
    todo: 'Restore the segment from a copy, or move it aside to go on without its records.',
  },
  closed: { kind: 'busy', means: 'The journal is closing.', todo: 'Try again when the process is up.' },
})
