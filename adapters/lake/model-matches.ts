import { z } from 'zod';
import type { NumericColumns } from '../../schemas/numeric-columns.js';
import { benchmarkNames } from '../../schemas/records/benchmark.js';
import { outcomesInClassOrder } from '../../schemas/values.js';
import type { LakeReader } from './reader.js';
import { newestGoldSnapshot } from './snapshots.js';
import { quoteIdentifier, quoteText } from './sql-text.js';

/** Where the tables that a model reads are, and as of which snapshot. */
export interface GoldSource {
  readonly snapshot: number;
  /** How a FROM clause names a gold table. */
  readonly from: (table: 'match_features' | 'match_results' | 'market_prices') => string;
}

/** The gold tables of the lake at its newest snapshot. Throws as {@link newestGoldSnapshot} does. */
export async function newestGold(lake: LakeReader): Promise<GoldSource> {
  const id = newestGoldSnapshot(await lake.snapshots());
  return { snapshot: id, from: (table) => `(select * from lake.gold.${table} at (version => ${id}))` };
}

/** The divisions of the lake's completed matches, with their seasons' first years. */
export interface DivisionSeasons {
  readonly division: string;
  readonly firstSeason: number;
  readonly lastSeason: number;
}

const DivisionRow = z.object({ division: z.string(), first: z.number(), last: z.number() });

/** The SELECT behind {@link DivisionSeasons}; `first` and `last` are years. */
export const divisionsSql = ({ from }: GoldSource): string =>
  `select league_code as division, min(left(season, 4)::integer) as first, max(left(season, 4)::integer) as last
   from ${from('match_results')} group by league_code order by league_code`;

export async function listDivisions(lake: LakeReader, source: GoldSource): Promise<DivisionSeasons[]> {
  return (await lake.query(divisionsSql(source)))
    .map((row) => DivisionRow.parse(row))
    .map(({ division, first, last }) => ({ division, firstSeason: first, lastSeason: last }));
}

/** Which matches are read: played ones. */
export interface MatchChoice {
  readonly divisions: readonly string[];
  /** Years in which seasons begin, both included. */
  readonly firstSeason: number;
  readonly lastSeason: number;
}

const FixtureRow = z.object({ id: z.number() });

/** The matches of the divisions whose source still has them and that kick off after an instant (epoch ms), in the order in which they begin. */
export async function listFixtures(
  lake: LakeReader,
  { from }: GoldSource,
  { divisions, aheadOf }: { readonly divisions: readonly string[]; readonly aheadOf: number },
): Promise<number[]> {
  const rows = await lake.query(
    `select f.match_id::double as id from ${from('match_features')} f
     where f.league_code in (${divisions.map(quoteText).join(', ')}) and f.source_present
       and f.match_status in ('scheduled', 'postponed') and epoch_ms(f.match_time) > ${Math.trunc(aheadOf)}
     order by f.match_time, f.match_id`,
  );
  return rows.map((row) => FixtureRow.parse(row).id);
}

const outcomeClass = `case r.outcome ${outcomesInClassOrder
  .map((outcome, index) => `when ${quoteText(outcome)} then ${index}`)
  .join(' ')} end`;

const benchmarkColumns = benchmarkNames.flatMap((name) =>
  (['away', 'draw', 'home'] as const).map((leg) => `${name}.${leg}_odds::double as ${name}_${leg}`),
);

const benchmarkJoin = (prices: string, name: string): string => {
  const [phase = '', source = ''] = name.split('_');
  return `left join ${prices} ${name} on ${name}.match_id = f.match_id
    and ${name}.phase = ${quoteText(phase)} and ${name}.source = ${quoteText(source)}`;
};

/**
 * A SELECT of played matches in columns of DOUBLE: `match_id`, `match_time` (epoch ms), `season_start`, `division` (its position in the
 * choice), `simulated`, `outcome` (its class), the features, the books' mean prices and the
 * benchmarks. The order depends on no surrogate id: another database with the same matches gives the same rows.
 */
export function matchesSql(
  { from }: GoldSource,
  { divisions, firstSeason, lastSeason }: MatchChoice,
  features: readonly string[],
): string {
  const list = divisions.map(quoteText).join(', ');
  const columns = [
    'f.match_id::double as match_id',
    'epoch_ms(f.match_time)::double as match_time',
    'left(f.season, 4)::double as season_start',
    `(list_position([${list}], f.league_code) - 1)::double as division`,
    'f.is_simulated::integer::double as simulated',
    `(${outcomeClass})::double as outcome`,
    ...['away', 'draw', 'home'].map((leg) => `f.${leg}_odds_avg::double as ${leg}_odds_avg`),
    ...features.map((name) => `f.${quoteIdentifier(name)}::double as ${quoteIdentifier(name)}`),
    ...benchmarkColumns,
  ];
  return `select ${columns.join(',\n')}
    from ${from('match_features')} f
    join ${from('match_results')} r on r.match_id = f.match_id
    ${benchmarkNames.map((name) => benchmarkJoin(from('market_prices'), name)).join('\n')}
    where f.league_code in (${list})
      and left(f.season, 4)::integer between ${Math.trunc(firstSeason)} and ${Math.trunc(lastSeason)}
      and r.outcome is not null
    order by f.match_time, f.league_code, f.home_elo, f.away_elo, f.match_id`;
}

/** Reads the chosen played matches of the lake; null becomes NaN. */
export const readMatches = (
  lake: LakeReader,
  source: GoldSource,
  choice: MatchChoice,
  features: readonly string[],
): Promise<NumericColumns> => lake.queryNumbers(matchesSql(source, choice, features));
