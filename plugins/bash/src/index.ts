// `bash`: a shell script. What it prints is its log, and what it leaves behind is its output.

import {
  type Json,
  type JsonObject,
  memoryRequest,
  memorySchema,
  type Plugin,
  type PluginDescription,
  type ProcessResult,
  pluginErrors,
} from '@millrace/plugin'

export interface BashInput {
  readonly script: string
  readonly input?: JsonObject
  readonly memory?: string
}

const about = `Runs a script with \`bash\`. \`set -euo pipefail\` is on: the script ends at the first command that fails, at a variable
that does not exist, and at a failure anywhere in a pipe. Say \`set +e\` where that is not wanted. It fails when the script exits
with a code other than 0.

- **Input.** \`input\` is JSON on standard input, and in \`$MILLRACE_INPUT\` when it has at most 100 KB; a larger one is in the file
  \`$MILLRACE_INPUT_FILE\`.
- **Output**, the first of these that there is: what the script wrote to the file \`$MILLRACE_OUTPUT\` (JSON, or else text); its
  last printed line when that is JSON; its printed text, the last 64 KB of it.
- **Isolation.** An empty working directory that is removed afterwards, and a clean environment.
- **Log.** What it prints on standard output and standard error, line by line while it runs.
- **Limits.** \`timeout\` of the step, \`memory\`, 64 MB of output, 10,000 log lines. A step that is cancelled or goes beyond a
  limit is stopped whole, with every process it has started.
- **Again.** A step may be carried out more than once, when a worker dies under it or it is retried.
  \`$MILLRACE_IDEMPOTENCY_KEY\` stays the same then: hand it to whatever must happen only once. There are also
  \`$MILLRACE_RUN_ID\`, \`$MILLRACE_TASK\`, \`$MILLRACE_STEP\`, \`$MILLRACE_ATTEMPT\` and \`$TRACEPARENT\`.`

const description: PluginDescription = {
  name: 'bash',
  version: '1.0.0',
  summary: 'Runs a shell script.',
  about,
  side: 'worker',
  // What the script does when it runs twice is its author's to say: the honest default is the careful one.
  effect: 'once',
  input: {
    type: 'object',
    required: ['script'],
    additionalProperties: false,
    properties: {
      script: {
        type: 'string',
        minLength: 1,
        description: 'A bash script. `{{ … }}` is not an expression in here: pass values through `input`.',
        contentMediaType: 'application/x-sh',
        examples: ['jq "{ count: length }" > "$MILLRACE_OUTPUT"\n'],
      },
      input: {
        type: 'object',
        description: 'What the script gets as JSON. A value in it may be `{ secret: name }`.',
        default: {},
      },
      memory: memorySchema,
    },
  },
  output: { description: 'What the script wrote to `$MILLRACE_OUTPUT`, or its last line as JSON, or its text.' },
  secrets: ['/input/*', '/input/*/*'],
  literal: ['/script'],
  examples: [
    {
      title: 'Count failed logins by address',
      yaml: `id: count
plugin: bash
with:
  input: { log: "Failed password for root from 10.0.0.7" }
  script: |
    grep -o 'from [0-9.]*' | sort | uniq -c | tee counts.txt
    printf '{"addresses": %d}' "$(wc -l < counts.txt)" > "$MILLRACE_OUTPUT"
`,
    },
    {
      title: 'The last line is the output',
      yaml: `id: disk
plugin: bash
with:
  script: |
    echo "looking at the disk"
    df -k . | awk 'NR == 2 { printf "{\\"freeKb\\": %d}\\n", $4 }'
`,
    },
  ],
}

/** A variable of the environment holds 128 KiB in Linux; this leaves room. */
const variableBytesMax = 100 * 1024

const script = 'step.sh'
const inputFile = 'input.json'
const outputFile = 'output'

// Sourced, not executed: one process less, and messages still name step.sh and its line.
const start = `export MILLRACE_OUTPUT="$PWD/${outputFile}"; [ -z "\${MILLRACE_INPUT_FILE+x}" ] || MILLRACE_INPUT_FILE="$PWD/$MILLRACE_INPUT_FILE"; . ./${script}`

const utf8 = new TextEncoder()
const utf8Text = new TextDecoder()

export const plugin: Plugin<BashInput> = {
  description,
  async call({ script: text, input = {}, memory }, context) {
    const json = utf8.encode(JSON.stringify(input))
    const small = json.length <= variableBytesMax
    const result = await context.process({
      command: 'bash',
      arguments: ['--noprofile', '--norc', '-euo', 'pipefail', '-c', start, script],
      environment: small ? { MILLRACE_INPUT: utf8Text.decode(json) } : { MILLRACE_INPUT_FILE: inputFile },
      standardInput: json,
      files: small ? { [script]: text } : { [script]: text, [inputFile]: json },
      ...memoryRequest(memory, context.limits),
    })
    if (result.exitCode !== 0) throw failureOf(result)
    const written = await result.readFile(outputFile, context.limits.outputBytesMax)
    if (written !== undefined) {
      const all = withoutLineEnd(utf8Text.decode(written))
      return valueOr(all, all)
    }
    const printed = withoutLineEnd(result.standardOutput)
    return valueOr(printed, printed.slice(printed.lastIndexOf('\n') + 1))
  },
}

/** The value when `json` is some, else the text. */
function valueOr(text: string, json: string): Json {
  try {
    return JSON.parse(json) as Json
  } catch {
    return text
  }
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '')
}

function failureOf(result: ProcessResult) {
  const { exitCode, signal } = result
  const lastLines = result.standardError.trimEnd().split('\n').slice(-5).join('\n').slice(-1000)
  const said = lastLines === '' ? '' : ` It last said: ${lastLines}`
  if (exitCode === undefined) {
    return pluginErrors.code_killed(`The script was killed by ${signal}.${said}`, {
      details: { signal },
      retryable: signal === 'SIGKILL',
    })
  }
  return pluginErrors.code_failed(`The script exited with code ${exitCode}${meaningOf(exitCode)}.${said}`, {
    details: { exitCode },
  })
}

/** What shells mean by their codes. */
function meaningOf(exitCode: number): string {
  if (exitCode === 126) return ' (a command may not be executed)'
  if (exitCode === 127) return ' (a command was not found)'
  return exitCode > 128 && exitCode < 160 ? ` (a command was killed by signal ${exitCode - 128})` : ''
}
