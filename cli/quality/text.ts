import {
  overallTable,
  type StoredCheckpoint,
  type StoredValidation,
} from '../../schemas/records/checkpoint.js';
import { targetsOf } from '../../domain/quality/targets.js';
import type { BasicAnomalies } from '../../schemas/records/basic-anomalies.js';
import type { DueKind, Freshness } from '../../schemas/records/freshness.js';
import { toIso } from '../../schemas/values.js';
import { grouped, textTable } from '../table.js';

/** What is due of a match, in words. */
export const dueWords: Readonly<Record<DueKind, string>> = {
  lineups: 'line-ups 40 minutes before kick-off',
  closing_price: 'a closing price at kick-off',
  score: 'a score three hours after kick-off',
  fixtures: 'a list of fixtures of the last day before kick-off',
  odds: 'a price of the last day before kick-off',
};

/** `99.97`; a score below 100 never reads as 100. */
export const scoreText = (score: number): string => (Math.floor(score * 100) / 100).toFixed(2);

/** Whether all is well, in one sentence. */
export function verdict({ kind, heldBack, validations }: StoredCheckpoint): string {
  const broken = new Set(
    validations.flatMap(({ table, weight, unexpected }) =>
      weight === 'blocks' && unexpected > 0 ? [table] : [],
    ),
  );
  if (!heldBack) return kind === 'check' ? 'Every contract is kept.' : 'Nothing holds it back.';
  const tables = [...broken].join(', ');
  return kind === 'check'
    ? `What is published breaks the contract of ${tables}.`
    : `It was not published: ${tables} would break ${broken.size === 1 ? 'its contract' : 'their contracts'}.`;
}

/** A run of suites for people: the score of each table, what is not met and what is late. */
export function checkpointText(checkpoint: StoredCheckpoint): string {
  const { scores, validations, freshness, anomalies } = checkpoint;
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
    verdict(checkpoint),
    textTable(['table', 'score', 'expectations', 'unmet'], rows),
    ...(unmet.length === 0 ? ['Everything that is expected is met.'] : unmet.map(unmetText)),
    ...(freshness === null ? [] : freshnessLines(freshness)),
    ...(anomalies === null ? [] : anomalyLines(anomalies)),
    ...missedTargets(checkpoint),
  ].join('\n');
}

const unmetText = ({ table, weight, says, evaluated, unexpected, examples }: StoredValidation): string =>
  [
    `${table}: ${says}; ${grouped(unexpected)} of ${grouped(evaluated)} not so (${weight === 'blocks' ? 'its contract promises it' : 'only reported'})`,
    ...examples.map((example) => `  ${JSON.stringify(example)}`),
  ].join('\n');

/** `1.3 h ago` */
export const ageText = (hours: number | null): string =>
  hours === null ? 'never' : `${hours.toFixed(1)} h ago`;

/** What waits for the lake, and whether gold is behind. */
export function waitingLines({ waiting, goldBehind }: Pick<Freshness, 'waiting' | 'goldBehind'>): string[] {
  const late = waiting.map(
    ({ dataset, partitions, oldest, hours }) =>
      `${dataset}: ${grouped(partitions)} ${partitions === 1 ? 'month waits' : 'months wait'} for the lake, ${oldest} for ${hours.toFixed(1)} h.`,
  );
  return [
    ...(late.length === 0 ? ['The lake has all that silver has.'] : late),
    ...(goldBehind === null
      ? []
      : [`Gold has been made of another silver than the newest for ${goldBehind.toFixed(1)} h.`]),
  ];
}

/** The targets that were missed, in words. */
export const missedTargets = (checkpoint: StoredCheckpoint): string[] =>
  targetsOf(checkpoint)
    .filter(({ reached }) => !reached)
    .map(({ target, value }) => `Target missed: ${target} (${Number(value.toFixed(2))}).`);

/** How much is odd, and of how much. */
export function anomalyLines({ suspiciousOdds, unusualScores }: BasicAnomalies): string[] {
  const line = (what: string, { count, of }: { readonly count: number; readonly of: number }): string =>
    `${what}: ${grouped(count)} of ${grouped(of)}${of === 0 ? '' : ` (${((100 * count) / of).toFixed(2)} %)`}.`;
  return [line('Suspicious odds', suspiciousOdds), line('Unusual scores', unusualScores)];
}

function freshnessLines(freshness: Freshness): string[] {
  const { fixturesLastUpdate, oddsLastUpdate, due, missingMatches } = freshness;
  return [
    `Fixtures were last told ${ageText(fixturesLastUpdate)}, odds ${ageText(oddsLastUpdate)}.`,
    ...waitingLines(freshness),
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
