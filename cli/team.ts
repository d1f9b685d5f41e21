import { z } from 'zod';
import type { Transaction } from '../adapters/postgres/transaction.js';
import type { listMerges, listTeams } from '../adapters/postgres/identity/team-list.js';
import { command, type CommandContext, type Parameter } from './command.js';
import { reviewerOf } from './review/reviewer.js';
import { WholeNumber } from './settings.js';
import { grouped, textTable } from './table.js';
import { withDatabase } from './with-database.js';

type TeamLine = Awaited<ReturnType<typeof listTeams>>[number];
type MergeLine = Awaited<ReturnType<typeof listMerges>>[number];

export const who: readonly Parameter[] = [
  {
    flags: '--by <who>',
    about: 'who says so',
    otherwise: 'TOUCHLINE_REVIEWER, else the user of the operating system',
  },
  { flags: '--why <text>', about: 'the reason; it is kept' },
];
export const Said = {
  by: z.string().trim().min(1).optional(),
  why: z.string('Say why: --why is kept').trim().min(1),
};
export const bringOn = 'Bring it to silver and to the lake: touchline run refine, publish, build-gold';
const archivedText = (predictions: number): string =>
  predictions === 0
    ? ''
    : `\nWarning: ${grouped(predictions)} predictions that were archived keep their match in the lake's gold.predictions.`;

/** Changes teams in one transaction, and tells what came of it. */
export async function changing(
  context: CommandContext,
  change: (transaction: Transaction) => Promise<readonly [document: object, text: string]>,
): Promise<void> {
  const { inTransaction } = await import('../adapters/postgres/transaction.js');
  await withDatabase(context, { role: 'admin', name: 'team' }, async ({ pool }) => {
    const [document, text] = await inTransaction(pool, change);
    await context.output.result(document, () => text);
  });
}

const teamsText = (teams: readonly TeamLine[]): string =>
  teams.length === 0
    ? 'No team has such a name.'
    : textTable(
        ['id', 'country', 'team', 'matches', 'also called'],
        teams.map(({ id, country, name, matches, names }) => [
          id,
          country,
          name,
          grouped(matches),
          names.join(', '),
        ]),
      );

export const teamList = command({
  path: ['team', 'list'],
  summary: 'teams and what the sources call them',
  description: 'Lists the teams whose name, alias or name in a source contains a text, with their ids.',
  options: [
    { flags: '--name <part>', about: 'a part of a name; case does not matter' },
    { flags: '--country <name>', about: 'of one country' },
  ],
  examples: ['touchline team list --name united', 'touchline team list --country Scotland --json'],
  json: 'An array of {"id", "country", "name", "matches", "names": ["…"]}: names are aliases and names of sources.',
  settings: z.object({ name: z.string().min(1).optional(), country: z.string().min(1).optional() }),
  async run({ name, country }, context) {
    const { listTeams } = await import('../adapters/postgres/identity/team-list.js');
    await withDatabase(context, { role: 'reader', name: 'team' }, async ({ pool }) => {
      const teams = await listTeams(pool, { name, country });
      await context.output.result(teams, () => teamsText(teams));
    });
    return 0;
  },
});

export const teamMerge = command({
  path: ['team', 'merge'],
  summary: 'make one team of two that are the same',
  description: [
    "Every name, alias, match and prediction of the second team becomes the first one's; matches that both had are one. The merge can",
    'be undone (touchline team undo-merge). Teams of two countries, or that have met, are refused.',
  ].join('\n'),
  arguments: [
    { flags: '<kept>', about: 'id of the team that stays' },
    { flags: '<merged>', about: 'id of the team that becomes part of it' },
  ],
  options: who,
  examples: ['touchline team merge 12 431 --why "the same club under its old name"'],
  json: [
    '{"mergeId", "moved", "folded", "payloads", "archivedPredictions"}: matches moved, matches that both had, payloads that wait for refine,',
    'predictions in the lake that the merge does not reach.',
  ].join('\n'),
  settings: z.object({ kept: WholeNumber, merged: WholeNumber, ...Said }),
  async run({ kept, merged, by, why }, context) {
    const { archivedBeforeMerge } = await import('../adapters/postgres/identity/archived-predictions.js');
    const { mergeTeams } = await import('../activities/merge-teams.js');
    await changing(context, async (transaction) => {
      const teams = { keptId: kept, mergedId: merged, by: reviewerOf(by, context), why };
      const outcome = await mergeTeams(transaction, teams);
      const { mergeId, moved, folded } = outcome;
      const archivedPredictions = await archivedBeforeMerge(transaction.client, mergeId);
      return [
        { ...outcome, archivedPredictions },
        `Merge ${mergeId}: ${grouped(moved)} matches moved, ${grouped(folded)} were told twice. ${bringOn}${archivedText(archivedPredictions)}`,
      ];
    });
    return 0;
  },
});

export const teamUndoMerge = command({
  path: ['team', 'undo-merge'],
  summary: 'make two teams again of a merge',
  description: 'Each name means again what it meant; what came since the merge is told again by refine.',
  arguments: [{ flags: '<merge>', about: 'id of the merge (touchline team merges)' }],
  options: who,
  examples: ['touchline team undo-merge 3 --why "they are two clubs"'],
  json: [
    '{"matches", "payloads", "archivedPredictions"}: matches that are told again, payloads that wait for refine, predictions in the lake that',
    'the undoing does not reach.',
  ].join('\n'),
  settings: z.object({ merge: WholeNumber, ...Said }),
  async run({ merge, by, why }, context) {
    const { archivedSinceMerge } = await import('../adapters/postgres/identity/archived-predictions.js');
    const { undoMerge } = await import('../adapters/postgres/identity/undo-merge.js');
    await changing(context, async (transaction) => {
      const outcome = await undoMerge(transaction, { mergeId: merge, by: reviewerOf(by, context), why });
      const archivedPredictions = await archivedSinceMerge(transaction.client, merge);
      return [
        { ...outcome, archivedPredictions },
        `Merge ${merge} is undone: ${grouped(outcome.payloads)} payloads wait. ${bringOn}${archivedText(archivedPredictions)}`,
      ];
    });
    return 0;
  },
});

export const teamMerges = command({
  path: ['team', 'merges'],
  summary: 'the merges of teams, undone ones too',
  description: 'Lists who merged which teams when and why, the newest first.',
  examples: ['touchline team merges'],
  json: 'An array of {"id", "kept", "merged", "by", "why", "at", "undoneBy", "undoneWhy", "undoneAt"}.',
  settings: z.object({}),
  async run(_, context) {
    const { listMerges } = await import('../adapters/postgres/identity/team-list.js');
    await withDatabase(context, { role: 'reader', name: 'team' }, async ({ pool }) => {
      const merges = await listMerges(pool);
      await context.output.result(merges, () => mergesText(merges));
    });
    return 0;
  },
});

const mergesText = (merges: readonly MergeLine[]): string =>
  merges.length === 0
    ? 'No teams were merged.'
    : textTable(
        ['id', 'kept', 'merged', 'by', 'at', 'why', 'undone'],
        merges.map(({ id, kept, merged, by, at, why, undoneBy, undoneWhy, undoneAt }) => [
          id,
          kept,
          merged,
          by,
          at.toISOString(),
          why,
          undoneAt === null ? '' : `${undoneAt.toISOString()} by ${undoneBy ?? ''}: ${undoneWhy ?? ''}`,
        ]),
      );
