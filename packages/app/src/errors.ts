import { errorCatalog } from '@millrace/stdx'

export const appErrors = errorCatalog('app', {
  config_invalid: {
    kind: 'invalid',
    means: 'The configuration has faults.',
    todo: 'Mend what the message names; docs/reference/configuration.md lists every setting.',
  },
  address_unknown: {
    kind: 'invalid',
    means: 'An address of a memory has a scheme that no adapter serves.',
    todo: 'Use one of the schemes listed.',
  },
  role_alone: {
    kind: 'invalid',
    means: 'A process was asked to do only some of the roles.',
    todo: 'Leave `roles` out: in this version one process does all of them.',
  },
  platform_unsupported: {
    kind: 'broken',
    means: 'This operating system or C library is not supported.',
    todo: 'Use Linux with glibc or macOS; on Windows, WSL 2.',
  },
  server_unreachable: {
    kind: 'busy',
    means: 'No Millrace answers at the address.',
    todo: 'Start one with `millrace up`, or name it with `--server`.',
  },
  server_answer: {
    kind: 'broken',
    means: 'What answers at the address does not speak as Millrace does.',
    todo: 'Check `--server`.',
  },
  file_unreadable: { kind: 'absent', means: 'A file cannot be read.', todo: 'Check the path.' },
  usage: { kind: 'invalid', means: 'The command line is wrong.', todo: 'See `millrace --help`.' },
  disk_full: { kind: 'busy', means: 'The disk is full.', todo: 'Free space, or choose another `--data` directory.' },
})
