import type { z } from 'zod';
import { BadUsage } from './bad-usage.js';
import type { Config } from '../config.js';
import type { Output } from './output.js';

/** What every command gets: the configuration, its output, and the signal that Ctrl-C gives. */
export interface CommandContext {
  readonly config: Config;
  readonly output: Output;
  readonly interrupted: AbortSignal;
}

/** An argument or option as commander writes it (`<dir|url>`, `--seasons <list>`), and what it means. */
export interface Parameter {
  readonly flags: string;
  readonly about: string;
  /** Printed as the default; the settings schema is what applies it. */
  readonly otherwise?: string;
}

/** One command, declared once: its page of help, what it accepts, what it does. */
export interface CommandPage {
  /** The words that call it: `['lake', 'query']`. */
  readonly path: readonly string[];
  /** What its group's name alone does. */
  readonly isDefault?: true;
  readonly summary: string;
  readonly description: string;
  readonly arguments?: readonly Parameter[];
  readonly options?: readonly Parameter[];
  readonly examples: readonly string[];
  /** The document that --json prints. */
  readonly json: string;
}

/** 0 done, 1 failed, 2 bad usage. */
export type ExitCode = 0 | 1 | 2;

/** A command that takes what commander read, and refuses what its settings do not accept. */
export interface Command extends CommandPage {
  call(given: Readonly<Record<string, unknown>>, context: CommandContext): Promise<ExitCode>;
}

/**
 * Makes a command of its page, the schema that reads its arguments and options (by their names in camel case), and
 * what it does with them. What the schema refuses is {@link BadUsage}, naming the option and what is accepted.
 */
export function command<Settings extends z.ZodType>(
  page: CommandPage & {
    readonly settings: Settings;
    run(settings: z.output<Settings>, context: CommandContext): Promise<ExitCode>;
  },
): Command {
  return {
    ...page,
    call(given, context) {
      const parsed = page.settings.safeParse(given);
      if (parsed.success) return page.run(parsed.data, context);
      const issue = parsed.error.issues[0];
      const parameter = [...(page.arguments ?? []), ...(page.options ?? [])].find(
        ({ flags }) => parameterName(flags) === issue?.path[0],
      );
      throw new BadUsage(issue?.message ?? 'The arguments cannot be used', {
        ...(parameter === undefined ? {} : { setting: parameter.flags }),
        advice: `See touchline ${page.path.join(' ')} --help.`,
      });
    },
  };
}

/** `--test-seasons <list>` → `testSeasons`, `<dir|url>` → `dir|url`, as commander names them. */
export function parameterName(flags: string): string {
  const long = /--([a-z-]+)/.exec(flags)?.[1];
  if (long === undefined) return flags.replace(/[<>[\].]/g, '');
  return long.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
