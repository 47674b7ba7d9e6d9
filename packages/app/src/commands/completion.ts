// Shell completion, made from the commands themselves.

import type { Command } from 'commander'
import { appErrors } from '../errors.ts'

export const shells = ['bash', 'zsh', 'fish'] as const

export function completion(program: Command, shell: string): string {
  const commands = program.commands.filter((it) => it.name() !== 'completion')
  switch (shell) {
    case 'bash':
      return bashScript(program, commands)
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(program, commands)}`
    case 'fish':
      return fishScript(commands)
    default:
      throw appErrors.usage(`Found the shell "${shell}"; expected ${shells.join(', ')}.`)
  }
}

function flagsOf(command: Command): string[] {
  return command.options.map((option) => option.long ?? option.short ?? '').filter((flag) => flag !== '')
}

function bashScript(program: Command, commands: readonly Command[]): string {
  const globals = flagsOf(program).join(' ')
  const cases = commands.map((it) => `    ${it.name()}) words="${[...flagsOf(it), globals].join(' ')}" ;;`)
  return [
    '_millrace() {',
    '  local words current="${COMP_WORDS[COMP_CWORD]}"',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    `    *) words="${commands.map((it) => it.name()).join(' ')} ${globals}" ;;`,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _millrace millrace',
  ].join('\n')
}

function fishScript(commands: readonly Command[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`
  return commands
    .flatMap((it) => [
      `complete -c millrace -n __fish_use_subcommand -a ${it.name()} -d ${quoted(it.description())}`,
      ...it.options.map(
        (option) =>
          `complete -c millrace -n '__fish_seen_subcommand_from ${it.name()}' -l ${(option.long ?? '').slice(2)} -d ${quoted(option.description)}`,
      ),
    ])
    .join('\n')
}
