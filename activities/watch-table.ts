import type pg from 'pg';
import { usualOf } from '../adapters/postgres/anomaly/baselines.js';
import {
  readSeasons,
  readSpacing,
  watchMatches,
  type LeagueDay,
} from '../adapters/postgres/anomaly/watched-matches.js';
import { watchOdds } from '../adapters/postgres/anomaly/watched-odds.js';
import { watchPredictions } from '../adapters/postgres/anomaly/watched-predictions.js';
import {
  createWatchedValues,
  readDistributions,
  readSample,
  readTestedRows,
  type NearRows,
  type Numbers,
  type WatchedSpan,
} from '../adapters/postgres/anomaly/watched-values.js';
import type { Baseline } from '../domain/anomaly/baseline.js';
import { leastThatMatters } from '../domain/anomaly/judge-rows.js';
import { fewestForBaseline } from '../domain/anomaly/outliers.js';
import type { Points } from '../domain/anomaly/points.js';
import { seasonalBaseline } from '../domain/anomaly/seasonal.js';
import type { Spacing, WatchedRows } from '../domain/anomaly/watched-rows.js';
import {
  timeColumn,
  type AnomalyConfiguration,
  type ColumnBaseline,
  type WatchedTable,
} from '../schemas/records/anomaly.js';
import type { Instant } from '../schemas/values.js';

const watch: Readonly<Record<WatchedTable, (client: pg.ClientBase, span: WatchedSpan) => Promise<void>>> = {
  matches: watchMatches,
  odds: watchOdds,
  predictions: watchPredictions,
};

/** What a detection asks of a table: its rows of a span, and by what they will be judged. */
export interface WatchAsked {
  readonly span: WatchedSpan;
  readonly configuration: AnomalyConfiguration;
  readonly now: Instant;
}

/**
 * Reads the rows of a span as they are judged, inside the caller's transaction, which has read the recent rows: the rows by Postgres, their baselines of the last
 * hour where it has them. Prices that no method can call outliers stay in Postgres and are counted there.
 */
export async function watchTable(
  client: pg.ClientBase,
  { span, configuration, now }: WatchAsked,
): Promise<WatchedRows> {
  const { table, columns } = span;
  await createWatchedValues(client);
  await watch[table](client, span);
  const baselines = (await usualOf(client, span, { now, fewest: fewestForBaseline })).map(baselineOf);
  const { far: tested, near } = await readTestedRows(client, nearRows(table, configuration, baselines));
  const ids = tested.map(({ id }) => id);
  const { current, baseline } = await readDistributions(client);
  const none = columns.map(() => null);
  const seasonal =
    table === 'matches' && ids.length > 0 && baselines.some(({ count }) => count < fewestForBaseline)
      ? await seasonalBaselines(client, span, ids)
      : () => undefined;
  return {
    ...{ columns, ids, near, baselines },
    spacingOf: configuration.key_columns.includes(timeColumn)
      ? spacingBy(await readSpacing(client, span), ids)
      : () => undefined,
    stored: pointsOf(
      columns.length,
      tested.map(({ stored }) => stored),
    ),
    measured: pointsOf(
      columns.length,
      tested.map(({ measured }) => measured ?? none),
    ),
    baselineOf: (row, column) => seasonal(row, column) ?? baselines[column] ?? unknownBaseline,
    sample: pointsOf(columns.length, await readSample(client)),
    distributions: columns.map((feature, at) => ({
      feature,
      baseline: columnOf(baseline, at),
      current: columnOf(current, at),
    })),
  };
}

/** Of the tables that are large: a match may be judged by another season, and clusters are made of all rows. */
const nearRows = (
  table: WatchedTable,
  { enabled_methods: enabled, thresholds }: AnomalyConfiguration,
  baselines: readonly Baseline[],
): NearRows | undefined =>
  table !== 'odds' || enabled.includes('clustering')
    ? undefined
    : {
        medians: baselines.map(({ median }) => (Number.isFinite(median) ? median : null)),
        least: leastThatMatters[table],
        range: thresholds.odds_range ?? [0, Infinity],
      };

/** How many days the league of a judged match had not played before, where it is the first of its day and enough is known of the league. */
function spacingBy(days: readonly LeagueDay[], ids: readonly number[]): (row: number) => Spacing | undefined {
  const before = new Map<number, number[]>();
  for (const day of days.filter(({ isBefore, id }) => isBefore && id === null))
    before.set(day.leagueId, [...(before.get(day.leagueId) ?? []), day.days]);
  const judged = new Map(days.flatMap((day) => (day.id === null ? [] : [[day.id, day] as const])));
  return (row) => {
    const day = judged.get(ids[row] ?? NaN);
    const known = (day && before.get(day.leagueId)) ?? [];
    if (day === undefined || known.length < fewestForBaseline) return undefined;
    return { days: day.days, longestBefore: Math.max(...known) };
  };
}

/** What is usual of a match's matchday and month in the seasons before, where its league has enough of them. */
async function seasonalBaselines(
  client: pg.ClientBase,
  span: WatchedSpan,
  ids: readonly number[],
): Promise<(row: number, column: number) => Baseline | undefined> {
  const matches = await readSeasons(client, span);
  const judged = new Map(matches.filter(({ isTested }) => isTested).map((match) => [match.id, match]));
  const known = new Map<string, Baseline | undefined>();
  return (row, column) => {
    const match = judged.get(ids[row] ?? NaN);
    if (match === undefined) return undefined;
    const { leagueId, season, matchday, month } = match;
    const phase = `${leagueId} ${season} ${matchday} ${month} ${column}`;
    if (!known.has(phase)) {
      const history = matches
        .filter((other) => !other.isTested && other.leagueId === leagueId)
        .map(({ numbers, ...other }) => ({ ...other, value: numbers[column] ?? NaN }));
      known.set(phase, seasonalBaseline(history, season, { matchday, month })?.baseline);
    }
    return known.get(phase);
  };
}

const number = (value: number | null | undefined): number => value ?? NaN;

const baselineOf = (told: ColumnBaseline): Baseline => ({
  ...{ count: told.count, skipped: told.skipped, mean: number(told.mean), deviation: number(told.deviation) },
  lowerQuartile: number(told.lowerQuartile),
  median: number(told.median),
  upperQuartile: number(told.upperQuartile),
  medianDeviation: number(told.medianDeviation),
  meanAbsoluteDeviation: number(told.meanAbsoluteDeviation),
});

const unknownBaseline: Baseline = baselineOf({
  ...{ count: 0, skipped: 0, mean: null, deviation: null, lowerQuartile: null, median: null },
  ...{ upperQuartile: null, medianDeviation: null, meanAbsoluteDeviation: null },
});

const pointsOf = (columns: number, rows: readonly Numbers[]): Points => ({
  ...{ rows: rows.length, columns },
  values: Float64Array.from(rows.flatMap((row) => row.map(number))),
});

const columnOf = (rows: readonly Numbers[], at: number): Float64Array =>
  Float64Array.from(rows, (row) => number(row[at]));
