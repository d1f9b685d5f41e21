import path from 'node:path';
import { z } from 'zod';
import { BadInput } from '../schemas/errors.js';
import { ImportHistoryResult } from '../schemas/jobs/import-history.js';
import { importHistoryJob } from '../workflows/jobs.js';
import type { DeclaredDivision } from '../adapters/providers/provider.js';
import { command, type Command } from './command.js';
import { SeasonList, divisionListOf } from './settings.js';
import { counted, grouped } from './table.js';

/** A source of files, as its import command speaks of it. */
export interface FileSource {
  readonly dataSource: string;
  /** The word after `import`. */
  readonly word: string;
  readonly name: string;
  readonly site: string;
  /** How its files lie, with an example. */
  readonly layout: string;
  readonly divisions: readonly DeclaredDivision[];
  /** Two of its divisions, in its names, separated by a comma. */
  readonly someDivisions: string;
}

/** The command that imports the files of a source. All of them take and print the same. */
export function importCommand(source: FileSource): Command {
  const call = `touchline import ${source.word}`;
  return command({
    path: ['import', source.word],
    summary: `import files of ${source.name}, from a folder or a URL, up to lake gold`,
    description: [
      [
        `Collects every file of a folder or a URL that lies as ${source.name} serves them (${source.layout}),`,
        'stores each row as it came, cleans and identifies the matches, publishes what changed to the lake and builds the',
        'gold models. A file that has not changed since its last import is skipped. A file that cannot be used is reported',
        'and stops no other; the command then ends with 1.',
      ].join(' '),
      '',
      'An import that was interrupted goes on where it was: give the same command again.',
    ].join('\n'),
    arguments: [{ flags: '<dir|url>', about: `the folder, or the root of the site (${source.site})` }],
    options: [
      {
        flags: '--seasons <list>',
        about: 'seasons, as 2122 or 2021-22, separated by commas',
        otherwise: 'all there are',
      },
      {
        flags: '--divisions <list>',
        about: `divisions, as ${source.someDivisions}, or by the codes of the leagues (E0)`,
        otherwise: 'all there are',
      },
      { flags: '--reread', about: 'read unchanged files too; what is stored already is not stored again' },
    ],
    examples: [
      `${call} ./${source.word}`,
      `${call} ${source.site} --seasons 2122,2223 --divisions ${source.someDivisions}`,
      `${call} ./${source.word} --json`,
    ],
    json: [
      '{"files", "rows", "stored", "duplicates", "held", "revisions", "heldInSilver"}, all numbers, and',
      '"questions": [{"findingId", "holds": "edition" | "nothing", "says"}], what is doubted of whole files.',
      'rows: the non-blank data rows of all files listed; stored + duplicates + held = rows, where the rows of',
      'an unchanged file are duplicates. revisions: results or kick-offs of matches that this import changed, took away',
      'or brought back. heldInSilver: rows that are stored but that refine could not accept.',
      'Where files failed: the same with "failures": [{"file", "name", "message", "advice"}], and exit code 1.',
    ].join('\n'),
    settings: z.object({
      'dir|url': z
        .string()
        .min(1, 'Name a folder or a URL')
        .refine((place) => !/^[a-z]{2,}:\/\//i.test(place) || /^https?:\/\//i.test(place), {
          message: 'Of URLs, http and https are understood',
        }),
      seasons: SeasonList.optional(),
      divisions: divisionListOf(source.divisions).optional(),
      reread: z.literal(true).optional(),
    }),
    async run({ 'dir|url': place, seasons, divisions, reread }, context) {
      const { output } = context;
      const { withStack } = await import('./with-stack.js');
      const { runJob } = await import('./run-job.js');
      const input = {
        dataSource: source.dataSource,
        location: /^https?:\/\//i.test(place) ? place : path.resolve(place),
        reading: reread === true ? ('always' as const) : ('if-changed' as const),
        ...(seasons === undefined ? {} : { seasons }),
        ...(divisions === undefined ? {} : { divisions }),
      };
      const answer = await withStack(context, ({ client }) =>
        runJob(importHistoryJob, input, client, context),
      );
      const { outcome, failures, questions } = ImportHistoryResult.parse(answer);
      const doubted = questions.filter(({ holds }) => holds === 'edition').length;
      const incomplete = questions.length - doubted;
      if (outcome.rows === 0 && failures.length === 0) {
        throw new BadInput(`None of the ${grouped(outcome.files)} files asked for is there, or has a row`, {
          file: place,
          advice: 'Check the address, the seasons and the divisions.',
        });
      }
      for (const { file, message, advice } of failures) {
        output.note(`${message} (file ${file})${advice === undefined ? '' : `\n${advice}`}`);
      }
      for (const { findingId, says } of questions) output.note(`${says} (finding ${findingId})`);
      const document = { ...outcome, questions };
      await output.result(failures.length === 0 ? document : { ...document, failures }, () =>
        [
          `${grouped(outcome.files)} ${outcome.files === 1 ? 'file' : 'files'}, ${grouped(outcome.rows)} rows:`,
          `  ${grouped(outcome.stored)} stored, ${grouped(outcome.duplicates)} known already, ${grouped(outcome.held)} held`,
          `  ${grouped(outcome.revisions)} revisions of matches, ${grouped(outcome.heldInSilver)} held in silver`,
          ...(failures.length === 0 ? [] : [`  ${counted(failures.length, 'file')} could not be used`]),
          ...(doubted === 0
            ? []
            : [
                `  ${counted(doubted, 'file')} held as a whole until somebody has looked: touchline review list --type doubted_edition`,
              ]),
          ...(incomplete === 0
            ? []
            : [
                `  ${counted(incomplete, 'file')} perhaps cut short, what is there has come: touchline review list --type incomplete_season`,
              ]),
          ...(outcome.held + outcome.heldInSilver === 0
            ? []
            : ['What was held, and why: touchline review list --grouped']),
          ...(outcome.heldInSilver === 0
            ? []
            : [
                'Names that may be a known team wait for an answer: touchline review list --type identity_suggestion',
              ]),
        ].join('\n'),
      );
      return failures.length === 0 ? 0 : 1;
    },
  });
}
