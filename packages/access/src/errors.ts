import { errorCatalog } from '@millrace/stdx'

export const accessErrors = errorCatalog('access', {
  token_weak: {
    kind: 'invalid',
    means: 'The administrator’s token is too short, too long, or has spaces in it.',
    todo: 'Give `MILLRACE_ADMIN_TOKEN` 32 to 512 letters and digits from a password generator, or leave it out.',
  },
  environment_unknown: {
    kind: 'absent',
    means: 'There is no environment of this name.',
    todo: 'Use one that `GET /v1/environments` lists; `dev` always exists.',
  },
  environment_invalid: {
    kind: 'invalid',
    means: 'An environment cannot have this name.',
    todo: 'Begin with a lower-case letter; then lower-case letters, digits and `-`; at most 40.',
  },
  not_started: {
    kind: 'busy',
    means: 'Access was asked before it had started.',
    todo: 'Try again when the process is up.',
  },
})
