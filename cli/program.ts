import { readFileSync } from 'node:fs';
import { Argument, Command as Page, CommanderError } from 'commander';
import { z } from 'zod';
import { redactorOfConfig } from '../adapters/redaction/redactor.js';
import type { Config } from '../config.js';
import { describeError } from '../schemas/errors.js';
import { BadUsage } from './bad-usage.js';
import { parameterName, type Command, type ExitCode } from './command.js';
import { commands, groups } from './commands.js';
import { errorDocument, outputOn, type OutputStreams } from './output.js';

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

const exitCodes = 'Exit codes: 0 done, 1 failed, 2 bad usage.';
const onFailure =
  'With --json a failure prints {"error": {"name", "message", "subject"}} on stdout; words go to stderr.';

/** What a command line runs with. */
export interface CommandLineContext {
  readonly readConfig: () => Config;
  readonly streams: OutputStreams;
  /** The signal that Ctrl-C gives. */
  readonly interrupted: AbortSignal;
}

/** Runs one command line (without `node` and the script's name) and says how it ended. */
export async function runCommandLine(
  argv: readonly string[],
  { readConfig, streams, interrupted }: CommandLineContext,
): Promise<ExitCode> {
  const redactor = redactorOfConfig(readConfig);
  const output = outputOn(streams, argv.includes('--json') ? 'json' : 'text', redactor);
  let exitCode: ExitCode = 0;
  const program = newProgram(streams, async (command, given) => {
    exitCode = await command.call(given, { config: readConfig(), output, interrupted });
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    output.progress('');
    // Commander has already said on stderr what was wrong with the words of the command line.
    if (!(error instanceof CommanderError)) output.note(describeError(error));
    if (output.format === 'json') await output.result(errorDocument(asError(error), redactor), () => '');
    return error instanceof CommanderError || error instanceof BadUsage ? 2 : 1;
  }
}

const asError = (error: unknown): unknown =>
  error instanceof CommanderError ? new BadUsage(error.message.replace(/^error: /, '')) : error;

function newProgram(
  { stdout, stderr }: OutputStreams,
  run: (command: Command, given: Readonly<Record<string, unknown>>) => Promise<void>,
): Page {
  const program = new Page('touchline')
    .version(version, '-V, --version', 'print the version')
    .description(
      'A football data layer: collect, keep, clean, publish, model, judge; with what was known when.',
    )
    .usage('<command> [options]')
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .showHelpAfterError('Add --help to see what is accepted.')
    .addHelpText('after', `\nEvery command has a page: touchline <command> --help\n${exitCodes}`);
  const folders = new Map<string, Page>();
  for (const group of groups) {
    folders.set(group.name, program.command(group.name).description(group.summary));
  }
  for (const command of commands) {
    const [first = '', second] = command.path;
    const parent = second === undefined ? program : (folders.get(first) ?? program);
    addPage(parent, command, second ?? first, run);
  }
  return program;
}

function addPage(
  parent: Page,
  command: Command,
  name: string,
  run: (command: Command, given: Readonly<Record<string, unknown>>) => Promise<void>,
): void {
  const page = parent
    .command(name, { isDefault: command.isDefault ?? false })
    .summary(command.summary)
    .description(command.description);
  for (const { flags, about, otherwise } of command.arguments ?? []) {
    page.addArgument(new Argument(flags, withDefault(about, otherwise)));
  }
  for (const { flags, about, otherwise } of command.options ?? []) {
    page.option(flags, withDefault(about, otherwise));
  }
  page.option('--json', 'print one JSON document on stdout and nothing else there');
  page.addHelpText('after', helpEnd(command));
  // What follows a group's name and is none of its commands goes to its default one.
  if (command.isDefault === true) page.allowExcessArguments();
  page.action(async () => {
    const word = command.isDefault === true ? page.args[command.arguments?.length ?? 0] : undefined;
    if (word !== undefined) throw noSuchCommand(command, word);
    const given = Object.fromEntries(
      (command.arguments ?? []).map(({ flags }, index): [string, unknown] => [
        parameterName(flags),
        page.processedArgs[index],
      ]),
    );
    await run(command, { ...page.opts<Record<string, unknown>>(), ...given });
  });
}

function noSuchCommand({ path: [group = ''] }: Command, word: string): BadUsage {
  const names = commands.flatMap(({ path: [first, second] }) =>
    first === group && second !== undefined ? [second] : [],
  );
  return new BadUsage(`touchline ${group} has no command ${JSON.stringify(word)}`, {
    advice: `It has ${names.join(', ')}; see touchline ${group} --help.`,
  });
}

const withDefault = (about: string, otherwise: string | undefined): string =>
  otherwise === undefined ? about : `${about} (default: ${otherwise})`;

const helpEnd = (command: Command): string =>
  [
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
    '',
    'JSON (--json):',
    ...command.json.split('\n').map((line) => `  ${line}`),
    `  ${onFailure}`,
    '',
    exitCodes,
  ].join('\n');
