// The playbook language, declared once: every key, what it holds, what it means, what counts without it.

import { playbookLimits } from './limits.ts'
import type { Key, ObjectShape, Shape } from './shape.ts'

const text: Shape = { kind: 'text' }
const condition: Shape = { kind: 'expression', condition: true }
const expression: Shape = { kind: 'expression', condition: false }
const dayMs = 86_400_000
const span: Shape = { kind: 'duration', msMin: 0, msMax: 365 * dayMs }
const timeout: Shape = { kind: 'duration', msMin: 1, msMax: 365 * dayMs }

const whole = (min: number, max: number): Shape => ({ kind: 'whole', min, max })
const words = (of: Record<string, string>): Shape => ({ kind: 'words', words: of })
const object = (keys: Record<string, Key>): ObjectShape => ({ kind: 'object', keys })

export const metadataShape = object({
  name: {
    shape: { kind: 'name', name: 'slug', noun: 'playbook' },
    required: true,
    about: 'The name under which versions of this playbook are published.',
  },
  description: { shape: text, about: 'One sentence for those who read the list of playbooks.' },
  labels: {
    shape: { kind: 'map', of: text, name: 'dotted', noun: 'label' },
    about: 'Names and values to find playbooks by, such as `team: geo`.',
  },
})

export const concurrencyShape = object({
  key: { shape: expression, required: true, about: 'Runs with the same key count together.' },
  limit: { shape: whole(1, 10_000), about: 'How many of them may run at once.', default: 1 },
  whenFull: {
    shape: words({
      queue: 'The new run waits for its turn.',
      skip: 'The new run is not started.',
      cancelOldest: 'The oldest running one is cancelled.',
    }),
    about: 'What becomes of a run that finds the limit reached.',
    default: 'queue',
  },
})

export const scheduleShape = object({
  cron: {
    shape: text,
    about: 'Minute, hour, day, month, weekday (with seconds in front if there are six): `5 * * * *`.',
  },
  rrule: { shape: text, about: 'A rule of RFC 5545: `FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18`.' },
  timezone: { shape: text, about: 'An IANA time zone such as `Europe/Paris`.', default: 'UTC' },
  catchUp: {
    shape: words({
      none: 'Ticks missed while the platform was down stay missed.',
      latest: 'The last missed tick is made up for.',
      all: 'Every missed tick is made up for, in order.',
    }),
    about: 'What becomes of ticks that were missed.',
    default: 'latest',
  },
  overlap: {
    shape: words({ skip: 'The tick is skipped.', queue: 'The run waits.', allow: 'Both run.' }),
    about: 'What becomes of a tick while the run before is still going.',
    default: 'skip',
  },
})

export const triggerShape = object({
  schedule: { shape: scheduleShape, about: 'Starts runs by the clock.' },
  webhook: {
    shape: object({}),
    about:
      'Starts a run for each call of `/v1/hooks/<playbook>` (or `/v1/hooks/<playbook>/<trigger>`, of several); its `body`, `query`, `headers` and `method` are `trigger.payload`.',
  },
  alert: { shape: { kind: 'name', name: 'slug', noun: 'alert' }, about: 'Starts a run when this alert fires.' },
  dataset: {
    shape: { kind: 'name', name: 'slug', noun: 'dataset' },
    about: 'Starts a run for each batch of this dataset.',
  },
})

export const retryShape = object({
  attempts: { shape: whole(1, 1_000), about: 'Calls in all, the first included.', default: 3 },
  delay: { shape: span, about: 'Pause before the second call.', default: '1s' },
  backoff: {
    shape: words({
      constant: 'Every pause is `delay`.',
      linear: 'Pauses grow by `delay` each time.',
      exponential: 'Pauses double each time.',
    }),
    about: 'How pauses grow.',
    default: 'exponential',
  },
  delayMax: { shape: span, about: 'Longest pause.', default: '30s' },
  jitter: {
    shape: words({
      none: 'Pauses are exact.',
      full: 'Each pause is a random part of it, so that many do not return at once.',
    }),
    about: 'Chance in the pauses.',
    default: 'full',
  },
  when: {
    shape: condition,
    about: 'Over `error`: whether to try again. Without it, what the error itself says (`error.retryable`).',
  },
})

export const repeatShape = object({
  until: { shape: condition, required: true, about: 'Over `output`: the step is done again until this is true.' },
  delay: { shape: span, about: 'Pause between two calls; no worker is held meanwhile.', default: '10s' },
  timesMax: { shape: whole(1, 100_000), about: 'Most calls; then the step fails.', default: 100 },
})

export const paginateShape = object({
  next: {
    shape: expression,
    required: true,
    about: 'Over `output`: what leads to the next page; nothing, null, false or empty text ends it.',
  },
  into: {
    shape: text,
    required: true,
    about: 'Where in `with` that value goes for the next call: `url`, `query.cursor`, `json.offset`.',
  },
  pagesMax: { shape: whole(1, 100_000), about: 'Most pages; then the step fails.', default: 1000 },
  collect: {
    shape: expression,
    about:
      'Over `output`: what to take from each page; the pieces are joined. Without it, the output is the list of pages.',
  },
})

export const stepShape = object({
  id: {
    shape: { kind: 'name', name: 'word', noun: 'step' },
    required: true,
    about: 'Name of the step within its task: its output is `steps.<id>.output`.',
  },
  plugin: {
    shape: { kind: 'name', name: 'dotted', noun: 'plugin', refers: 'plugin' },
    required: true,
    about: 'What carries the step out: `http`, `python`, `transform`, …',
  },
  with: { shape: { kind: 'mapping' }, about: 'What the plugin is given; see its reference. Texts may hold `{{ … }}`.' },
  if: { shape: condition, about: 'Skips the step when false.' },
  timeout: { shape: timeout, about: 'Longest one call may take.', default: '10m' },
  retry: { shape: retryShape, about: 'Tries again after a failure that may pass. `retry: {}` takes the defaults.' },
  onError: {
    shape: words({
      fail: 'The task fails.',
      continue: 'The task goes on; the error is `steps.<id>.error`.',
    }),
    about: 'What a failure of this step does, once retries are used up.',
    default: 'fail',
  },
  pool: {
    shape: { kind: 'name', name: 'slug', noun: 'pool', refers: 'pool' },
    about: 'The workers that carry this step out, if others than the task’s.',
  },
  repeat: { shape: repeatShape, about: 'Does the step again and again until something is true: polling.' },
  paginate: { shape: paginateShape, about: 'Calls the step page after page.' },
})

export const forEachShape = object({
  in: {
    shape: { kind: 'value' },
    required: true,
    about: 'An expression that yields a list; the steps run once for each item.',
  },
  as: {
    shape: { kind: 'name', name: 'word', noun: 'item' },
    about: 'The name of the item in expressions.',
    default: 'item',
  },
  concurrency: { shape: whole(1, 10_000), about: 'Most items at once.', default: 16 },
  batch: {
    shape: whole(1, 100_000),
    about: 'Gives the steps lists of up to this many items instead of one item at a time.',
  },
})

export const taskShape = object({
  description: { shape: text, about: 'What this task is for.' },
  needs: {
    shape: { kind: 'list', of: { kind: 'name', name: 'word', noun: 'task', refers: 'task' }, itemsMin: 0 },
    about: 'Tasks that must have ended before this one starts. Tasks without `needs` between them run in parallel.',
    default: [],
  },
  if: { shape: condition, about: 'Skips the task, and what only it leads to, when false.' },
  when: {
    shape: words({
      completed: 'It runs when all its `needs` completed.',
      failed: 'It runs when one of its `needs` failed; the error is `error`.',
      always: 'It runs when its `needs` have ended, however that was.',
    }),
    about: 'Which outcome of its `needs` the task wants.',
    default: 'completed',
  },
  pool: {
    shape: { kind: 'name', name: 'slug', noun: 'pool', refers: 'pool' },
    about: 'The group of workers that carries out its steps.',
    default: 'default',
  },
  timeout: { shape: timeout, about: 'Longest the whole task may take.' },
  forEach: {
    shape: forEachShape,
    about: 'Runs the steps once for each item of a list; the task’s output is the list of outputs.',
  },
  steps: {
    shape: { kind: 'list', of: stepShape, itemsMin: 1 },
    required: true,
    about: 'Run in order; the output of the last is the output of the task.',
  },
})

export const playbookShape = object({
  apiVersion: {
    shape: words({ 'millrace.io/v1': 'The only version.' }),
    required: true,
    about: 'Version of the language.',
  },
  kind: { shape: words({ Playbook: 'This document is a playbook.' }), required: true, about: 'What this document is.' },
  metadata: { shape: metadataShape, required: true, about: 'Name, description and labels.' },
  inputs: {
    shape: { kind: 'map', of: { kind: 'schema' }, name: 'word', noun: 'input' },
    about: 'What a run is given: a JSON Schema for each. One without a `default` must be given.',
  },
  secrets: {
    shape: { kind: 'list', of: { kind: 'name', name: 'slug', noun: 'secret' }, itemsMin: 0 },
    about: 'The only secrets that runs of this playbook may read. Steps name them as `{ secret: name }`.',
  },
  timeout: { shape: timeout, about: 'Longest a run may take.' },
  concurrency: { shape: concurrencyShape, about: 'How many runs may go on at once.' },
  triggers: {
    shape: { kind: 'map', of: triggerShape, name: 'slug', noun: 'trigger' },
    about: 'What starts runs, besides people and the API.',
  },
  tasks: {
    shape: { kind: 'map', of: taskShape, name: 'word', noun: 'task' },
    required: true,
    about: 'The graph of what is done.',
  },
  outputs: {
    shape: { kind: 'map', of: { kind: 'value' }, name: 'word', noun: 'output' },
    about: 'What a run yields, by name.',
  },
})

/** How many of each thing one playbook may have. */
export const countsMax: Readonly<Record<string, number>> = {
  task: playbookLimits.tasksMax,
  input: playbookLimits.inputsMax,
  trigger: playbookLimits.triggersMax,
  label: playbookLimits.labelsMax,
  output: playbookLimits.outputsMax,
}
