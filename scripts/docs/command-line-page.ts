// Every command, from the program that parses them.

import { exitCodes, programOf } from '@millrace/app'
import { blocks, code, fenced, table } from './markdown.ts'
import { type Page, referencePage } from './page.ts'

type Command = ReturnType<typeof programOf>
type Option = Command['options'][number]

const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done; of `run`: the run completed',
  failed: 'the work failed; of `run`: the run did not complete; of `validate`: there are complaints',
  usage: 'the command line or the configuration is wrong',
  absent: 'what was named is not there',
  denied: 'not allowed',
  unreachable: 'busy, or no server answers',
  interrupted: 'interrupted with Ctrl-C',
}

export function commandLinePage(): Page {
  const program = programOf(() => undefined)
  const text = blocks(
    '# Command line',
    `\`npx millrace <command>\` in the clone, after \`npm start\` or \`npm run build\`. Results go to standard output, words to the
person to standard error. On a terminal there is colour and a live view; piped, plain text. \`--json\` writes one JSON object, or
one a line. Nothing ever asks a question.`,
    `A command that needs a server takes the one that \`--server\` or \`MILLRACE_SERVER\` names; else the one that runs with this data
directory; else the one at the default address. \`run\` starts the platform for the time of the run when none is there;
\`validate\`, \`plugins\`, \`completion\`, \`doctor\` and \`version\` need none.`,
    '## For every command',
    optionsTable(program.options),
    '## Commands',
    table(
      ['command', 'does'],
      program.commands.map((command) => [`[${code(command.name())}](#${command.name()})`, command.description()]),
    ),
    ...program.commands.map((command) => commandSection(command)),
    '## Exit codes',
    table(
      ['code', 'meaning'],
      Object.entries(exitCodes).map(([name, value]) => [String(value), meanings[name as keyof typeof exitCodes]]),
    ),
  )
  return referencePage('command-line', '`packages/app/src/main.ts`', text)
}

function commandSection(command: Command): readonly string[] {
  const words = [
    'millrace',
    command.name(),
    ...command.registeredArguments.map((argument) => {
      const name = argument.variadic ? `${argument.name()}...` : argument.name()
      return argument.required ? `<${name}>` : `[${name}]`
    }),
    ...(command.options.length > 0 ? ['[options]'] : []),
  ]
  return [
    `### ${command.name()}`,
    `${capital(command.description())}.`,
    fenced('sh', words.join(' ')),
    command.options.length === 0 ? '' : optionsTable(command.options),
    textAfter(command),
  ]
}

function optionsTable(options: readonly Option[]): string {
  return table(
    ['option', 'meaning'],
    options.map((option) => [code(option.flags), capital(option.description) + defaultOf(option)]),
  )
}

function defaultOf(option: Option): string {
  const { defaultValue } = option as { readonly defaultValue: unknown }
  const isEmpty = defaultValue === undefined || (Array.isArray(defaultValue) && defaultValue.length === 0)
  return isEmpty ? '' : ` (default: ${code(String(defaultValue))})`
}

/** What the help says below the options: examples, mostly. */
function textAfter(command: Command): string {
  let help = ''
  command.configureOutput({ writeOut: (text) => void (help += text) })
  command.outputHelp()
  const after = help.slice(command.helpInformation().length).trim()
  if (after === '') return ''
  return after
    .split('\n\n')
    .map((part) => {
      const [head = '', ...lines] = part.split('\n')
      return lines.length === 0 ? head : `${head}\n\n${fenced('sh', lines.map((line) => line.trim()).join('\n'))}`
    })
    .join('\n\n')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
