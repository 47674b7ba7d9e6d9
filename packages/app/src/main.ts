// The command line: what there is to say, and which function hears it.

import { Command, CommanderError } from 'commander'
import { completion, shells } from './commands/completion.ts'
import { type Context, contextOf } from './commands/context.ts'
import { type ConfigKey, configKeys, flagOf } from './config-key.ts'
import { exitCodeOf, exitCodes } from './exit-code.ts'
import { createOutput, reportError } from './output.ts'
import { version } from './version.ts'

/** Runs one command and answers its exit code: 0 done, 1 failed, 2 usage, 3 absent, 4 denied, 5 unreachable, 130 interrupted. */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = exitCodes.done
  const program = programOf((said) => {
    code = said
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? exitCodes.done : exitCodes.usage
    reportError(createOutput(args.includes('--json')), cause)
    return exitCodeOf(cause)
  }
}

export function programOf(exit: (code: number) => void): Command {
  const program = new Command('millrace')
    .description('Playbooks, datasets and telemetry in one program.')
    .option('--server <url>', 'the Millrace to speak to (MILLRACE_SERVER)')
    .option('--token <token>', 'who you are (MILLRACE_TOKEN)')
    .option('--environment <name>', 'environment to work in (MILLRACE_ENVIRONMENT)')
    .option('--config <file>', 'configuration file (millrace.yaml)')
    .option('--data <directory>', 'data directory of the embedded stores (MILLRACE_DATA)')
    .option('--json', 'write JSON: one object, or one a line')
    .showHelpAfterError('(`millrace --help` lists the commands)')
    .exitOverride()
  const on =
    <A extends unknown[]>(work: (context: Context, ...args: A) => unknown) =>
    async (...given: unknown[]) => {
      const command = given.at(-1) as Command
      await work(contextOf(command, exit), ...(given.slice(0, -1) as A))
    }
  addUp(program, on)
  addPlaybookCommands(program, on)
  addRunCommands(program, on)
  addToolCommands(program, on)
  return program
}

type On = <A extends unknown[]>(
  work: (context: Context, ...args: A) => unknown,
) => (...given: unknown[]) => Promise<void>

function addUp(program: Command, on: On): void {
  const up = program
    .command('up')
    .description('start the platform: console, API, engine and stores')
    .addHelpText(
      'after',
      '\nExamples:\n  millrace up\n  millrace up --port 8080 --data /var/lib/millrace\n  millrace up --store postgres://millrace@db/millrace',
    )
  for (const key of configKeys as readonly ConfigKey[]) {
    if (key.fileOnly !== true && key.name !== 'data') up.option(`${flagOf(key)} <value>`, key.about)
  }
  up.action(on(async (context) => (await import('./commands/up.ts')).up(context)))
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

function addPlaybookCommands(program: Command, on: On): void {
  program
    .command('run <playbook>')
    .description('run a playbook, by file or by name, and watch it')
    .option('-i, --input <key=value>', 'an input; again for more', collect, [])
    .option('--input-file <file>', 'inputs as YAML or JSON')
    .option('--key <key>', 'the same key starts the same run once')
    .addHelpText(
      'after',
      '\nExamples:\n  millrace run hello\n  millrace run quakes.yaml -i magnitudeMin=4\n\nExit code 0: the run completed; 1: it did not.',
    )
    .action(
      on(async (context, target: string, options) =>
        (await import('./commands/run.ts')).run(context, target, options as never),
      ),
    )
  program
    .command('validate <files...>')
    .description('check playbooks, with line and column; needs no server')
    .action(on(async (context, files: string[]) => (await import('./commands/playbooks.ts')).validate(context, files)))
  program
    .command('publish <files...>')
    .description('publish playbooks as new versions')
    .action(on(async (context, files: string[]) => (await import('./commands/playbooks.ts')).publish(context, files)))
  program
    .command('playbooks')
    .description('list the published playbooks')
    .action(on(async (context) => (await import('./commands/playbooks.ts')).playbooks(context)))
  program
    .command('plugins')
    .description('list the plugins; with --json their schemas too')
    .action(on(async (context) => (await import('./commands/playbooks.ts')).listPlugins(context)))
}

function addRunCommands(program: Command, on: On): void {
  program
    .command('runs')
    .description('list runs, newest first')
    .option('--playbook <name>', 'of one playbook')
    .option('--state <state>', 'in one state')
    .option('--limit <count>', 'how many', '20')
    .action(on(async (context, options) => (await import('./commands/runs.ts')).runs(context, options as never)))
  program
    .command('logs <run>')
    .description('the log lines of a run')
    .option('-f, --follow', 'go on until the run ends')
    .action(
      on(async (context, id: string, options) =>
        (await import('./commands/runs.ts')).logs(context, id, options as never),
      ),
    )
  program
    .command('cancel <run>')
    .description('cancel a run')
    .option('--reason <text>', 'why, for its history')
    .action(
      on(async (context, id: string, options) =>
        (await import('./commands/runs.ts')).cancel(context, id, options as never),
      ),
    )
}

function addToolCommands(program: Command, on: On): void {
  program
    .command('query <sql>')
    .description('read datasets, runs and telemetry with SQL')
    .option('--csv', 'write CSV')
    .option('-p, --param <name=value>', 'a parameter for {name:Type}; again for more', collect, [])
    .option('--limit <rows>', 'at most so many rows')
    .addHelpText(
      'after',
      '\nExample:\n  millrace query "SELECT SpanName, count(), avg(Duration) / 1e6 AS ms FROM otel_traces GROUP BY 1"',
    )
    .action(
      on(async (context, sql: string, options) =>
        (await import('./commands/query.ts')).query(context, sql, options as never),
      ),
    )
  program
    .command('doctor')
    .description('check this machine and the running platform, and say what to do')
    .action(on(async (context) => (await import('./commands/doctor.ts')).doctor(context)))
  program
    .command('completion <shell>')
    .description(`a completion script for ${shells.join(', ')}`)
    .action(on((context, shell: string) => context.output.line(completion(program, shell))))
  program
    .command('version')
    .description('which Millrace this is')
    .action(
      on(({ output }) => (output.json ? output.data({ version, node: process.versions.node }) : output.line(version))),
    )
}
