// What the grammar cannot say of the language, in words: how names work, what expressions are, and what a run does.

import type { NameRule } from '@millrace/playbook'
import { code, table } from './markdown.ts'

export const introduction = `A playbook is one YAML document. It is published under its name as a version, and a version never changes; a run stays on its
version. \`millrace validate\` and the editor hold a document to all of this and say where it is wrong: unknown keys, circles,
names that do not exist, \`with\` that does not fit its plugin, expressions that do not parse.

The same is there as [JSON Schema](generated/playbook.schema.json), for editors elsewhere. What this version parses and does not
run yet is refused at publishing with [\`playbook.not_yet\`](errors.md#playbook.not_yet): schedules, alert and dataset triggers,
\`concurrency\`, pools other than \`default\`, and the plugins \`approve\`, \`playbook\`, \`container\` and \`kubernetes\`.`

/** Beneath the tables, by the path of the part. */
export const notes: Readonly<Record<string, string>> = {
  '': `**Inputs** are JSON Schema 2020-12, one schema for each. An input without \`default\` must be given; \`title\`, \`description\`,
\`enum\` and \`format\` shape the form that starts a run.

**Outputs** are evaluated when the last task has ended. One that yields nothing, such as the output of a task that was skipped, is
null.`,
  'triggers.<trigger>': `Exactly one of the keys. A webhook is called at \`/v1/hooks/<playbook>\` when the playbook has one, else at
\`/v1/hooks/<playbook>/<trigger>\`; what came with the call is \`trigger.payload\`: \`method\`, \`body\`, \`query\`, \`headers\`. See
[how to start runs over HTTP](../how-to/http.md).`,
  'triggers.<trigger>.schedule': 'Exactly one of `cron` and `rrule`.',
  'tasks.<task>': `A task waits for everything in \`needs\`. A task that is skipped by its own \`if\` does not keep the next from running, unless
everything that the next one needs was skipped. After a failure, tasks with \`when: completed\` behind it are skipped.

A run in which a task failed ends as \`failed\`, also when a task with \`when: failed\` has dealt with it. Where a failure is a
normal outcome, let the step go on with \`onError: continue\`.`,
  'tasks.<task>.forEach': `The task's output is the list of its items' outputs, in order. With \`batch\`, batches whose outputs are lists are joined, so
that batching does not show in the result. None, one and 100,000 items all work; more are refused with
[\`playbook.items_too_many\`](errors.md#playbook.items_too_many). After the first item that fails no further one starts.`,
  'tasks.<task>.steps[]': `\`repeat\` and \`paginate\` do not go together on one step. A \`timeout\` holds for each call by itself. The output of a step that is
skipped, or that failed with \`onError: continue\`, is nothing.`,
  'tasks.<task>.steps[].retry': `Every call of one step carries the same idempotency key. Some errors are never tried again, whatever \`when\` says: input
that does not fit, a plugin or secret that is not there, and \`repeat\` or \`paginate\` that ran out.`,
  'tasks.<task>.steps[].repeat':
    'When `timesMax` is used up, the step fails with [`playbook.repeat_exhausted`](errors.md#playbook.repeat_exhausted).',
  'tasks.<task>.steps[].paginate': `The step's output is the list of its pages' outputs or, with \`collect\`, everything that was collected, joined. When
\`pagesMax\` is used up, the step fails with [\`playbook.pages_exhausted\`](errors.md#playbook.pages_exhausted).`,
}

export function names(rules: Readonly<Record<NameRule, string>>): string {
  const used: Readonly<Record<NameRule, string>> = {
    word: 'inputs, tasks, steps, items, outputs: they stand in expressions as they are',
    slug: 'playbooks, triggers, secrets, pools',
    dotted: 'plugins and labels',
  }
  const rows = Object.entries(rules).map(([rule, means]) => [code(rule), means, used[rule as NameRule]])
  return `## Names and values

${table(['kind', 'is', 'of'], rows)}

A **duration** is a number with a unit, or several: \`500ms\`, \`10s\`, \`1h30m\`, \`7d\`. A **condition** is \`true\`, \`false\` or an
expression that yields one of them; anything else is the error [\`playbook.if_not_boolean\`](errors.md#playbook.if_not_boolean). A
**secret** is written \`{ secret: name }\`, only where the plugin takes one; it is not a value and no expression can read it.`
}

export const expressions = `## Expressions

Between \`{{\` and \`}}\` stands [JSONata](https://docs.jsonata.org). A text that is one expression keeps the type of its value; otherwise
the parts are joined as text, what is no text as JSON. \`{{ '{{' }}\` is two braces. Some texts of plugins are taken as they stand
(\`code\`, \`script\`, \`query\`). [More about expressions](../explanation/expressions.md).

| name | exists | is |
|---|---|---|
| \`inputs\` | everywhere | the run's inputs, defaults filled in |
| \`env\` | everywhere | the variables of \`env\` in the configuration, and \`MILLRACE_URL\`, the server's own address |
| \`trigger\` | everywhere | \`kind\` (\`manual\`, \`api\`, \`webhook\`, \`rerun\`), \`name\` and \`payload\` |
| \`run\` | in tasks and \`outputs\` | \`id\`, \`startedAt\`, \`attempt\`, \`playbook\`, \`version\`, \`by\` |
| \`tasks.<task>\` | in tasks that wait for it, and in \`outputs\` | \`output\`, \`state\`, \`error\` and, without \`forEach\`, \`steps\` |
| \`steps.<id>\` | in later steps of the same task | \`output\`, \`state\`, \`error\` |
| \`item\`, or the name in \`as\` | in the steps of a \`forEach\` | the item, or the batch |
| \`loop\` | in the steps of a \`forEach\` | \`index\` from 0, and \`count\` |
| \`error\` | in \`retry.when\`, and in tasks with \`when: failed\` or \`always\` | \`code\`, \`message\`, \`retryable\`, \`details\`, \`task\`, \`step\` |
| \`output\` | in \`repeat\` and \`paginate\` | the output of the call that has just ended |

### Functions`

export const runs = `## Runs

A run is \`queued\`, \`running\`, \`paused\`, \`completed\`, \`failed\` or \`cancelled\`; a task can also be \`pending\` or \`skipped\`, a step
\`scheduled\` or \`waiting\`. Paused, a run starts no further step. Cancelled, its steps are stopped and the rest never starts. The
same key starts a run once. Outputs up to 64 KiB are kept with the run's facts, larger ones in blob; 64 MiB is the most one step may
yield.

What is kept of a run, and what happens when a process dies under it, is in [Exactly once](../explanation/exactly-once.md).`
