import {
  overallTable,
  type StoredCheckpoint,
  type StoredValidation,
} from '../../schemas/records/checkpoint.js';
import type { DueKind, Freshness } from '../../schemas/records/freshness.js';
import { toIso } from '../../schemas/values.js';
import { grouped, textTable } from '../table.js';

/** What is due of a match, in words. */
export const dueWords: Readonly<Record<DueKind, string>> = {
  lineups: 'line-ups 40 minutes before kick-off',
  closing_price: 'a closing price at kick-off',
  score: 'a score three hours after kick-off',
};

/** `99.97`; a score below 100 never reads as 100. */
export const scoreText = (score: number): string => (Math.floor(score * 100) / 100).toFixed(2);

/** A run of suites for people: the score of each table, what is not met and what is late. */
export function checkpointText(checkpoint: StoredCheckpoint): string {
  const { scores, validations, freshness } = checkpoint;
  const unmet = validations.filter(({ unexpected }) => unexpected > 0);
  const tables = Object.keys(scores).filter((table) => table !== overallTable);
  const rows = [...tables.sort(), overallTable].map((table) => {
    const own = table === overallTable ? validations : validations.filter((one) => one.table === table);
    return [
      ...[table, scoreText(scores[table] ?? 0), own.length],
      own.filter(({ unexpected }) => unexpected > 0).length,
    ];
  });
  return [
    `Checkpoint ${checkpoint.id} of ${toIso(checkpoint.runAt)}: ${grouped(checkpoint.rowsJudged)} rows in ${checkpoint.executionTime.toFixed(1)} s`,
    textTable(['table', 'score', 'expectations', 'unmet'], rows),
    ...(unmet.length === 0 ? ['Everything that is expected is met.'] : unmet.map(unmetText)),
    ...(freshness === null ? [] : freshnessLines(freshness)),
  ].join('\n');
}

const unmetText = ({ table, weight, says, evaluated, unexpected, examples }: StoredValidation): string =>
  [
    `${table}: ${says}; ${grouped(unexpected)} of ${grouped(evaluated)} not so (${weight === 'blocks' ? 'holds back' : 'only reported'})`,
    ...examples.map((example) => `  ${JSON.stringify(example)}`),
  ].join('\n');

const age = (hours: number | null): string => (hours === null ? 'never' : `${hours.toFixed(1)} h ago`);

function freshnessLines({ fixturesLastUpdate, oddsLastUpdate, due, missingMatches }: Freshness): string[] {
  return [
    `Fixtures were last told ${age(fixturesLastUpdate)}, odds ${age(oddsLastUpdate)}.`,
    ...due
      .filter((one) => one.due > 0)
      .map(
        (one) =>
          `${dueWords[one.kind]}: ${grouped(one.due - one.missing)} of ${grouped(one.due)} matches have it`,
      ),
    ...missingMatches.map(
      ({ matchId, league, homeTeam, awayTeam, kickoff, lacks }) =>
        `  match ${matchId} (${league} ${homeTeam} – ${awayTeam}, ${kickoff}) lacks ${dueWords[lacks]}`,
    ),
  ];
}
