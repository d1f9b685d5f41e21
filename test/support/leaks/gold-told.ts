import type { DuckDBConnection } from '@duckdb/node-api';
import { computeModels, dropModels, type GoldBuild } from '../../../adapters/lake/gold-compute.js';
import { matchVectorsFrom } from '../../../adapters/lake/frames/match-vectors.js';
import { readRows, type JsonRow } from '../../../adapters/lake/rows.js';
import type { FeatureValue, OnlineService } from '../../../schemas/features/online.js';
import { fillSilver } from '../gold-duckdb.js';
import type { History, HistoryMatch } from '../gold-history.js';

/** What gold tells of one match: its row of features, and its vector of each service that is served online. */
export interface Told {
  /** Whether neither team has another match at the same instant. No real team has; which of two such rows a view by team serves is decided by their ids. */
  readonly alone: boolean;
  readonly features: JsonRow;
  readonly vectors: Readonly<Record<string, readonly FeatureValue[]>>;
}

/** Gold, and the services that are served of it. */
export interface Pipeline {
  readonly build: GoldBuild;
  readonly services: readonly OnlineService[];
}

const relationOf = (table: string): string => table.replace(/^gold\./, 'temp.');

/** The matches of a history beside which neither team has another one at the same instant. */
function matchesAlone(history: History): ReadonlySet<number> {
  const games = new Map<string, number>();
  const places = ({ home, away, kickoff }: HistoryMatch): string[] =>
    [home, away].map((team) => `${team} ${kickoff}`);
  for (const place of history.flatMap(places)) games.set(place, (games.get(place) ?? 0) + 1);
  return new Set(
    history.filter((match) => places(match).every((place) => games.get(place) === 1)).map(({ id }) => id),
  );
}

/** What gold tells of every match of a history, by its id. */
export async function toldOf(
  connection: DuckDBConnection,
  { build, services }: Pipeline,
  history: History,
): Promise<Map<number, Told>> {
  await fillSilver(connection, history);
  try {
    await computeModels(connection, build);
    const rows = await readRows(connection, 'select * from temp.match_features order by match_id');
    const matchIds = rows.map((row) => Number(row['match_id']));
    const alone = matchesAlone(history);
    const vectors = new Map<number, Record<string, readonly FeatureValue[]>>();
    for (const service of services) {
      for (const vector of await matchVectorsFrom(
        connection,
        { service, matches: { matchIds } },
        relationOf,
      )) {
        vectors.set(vector.matchId, { ...vectors.get(vector.matchId), [service.id]: vector.values });
      }
    }
    return new Map(
      rows.map((row, index) => {
        const id = matchIds[index] ?? Number.NaN;
        return [id, { alone: alone.has(id), features: row, vectors: vectors.get(id) ?? {} }];
      }),
    );
  } finally {
    await dropModels(connection, build.models);
  }
}

/** To the bit: 0 and −0 are two texts, every double is its own. How a match stands now describes it and is no feature. */
const textOf = ({ features, vectors }: Partial<Told>): string =>
  JSON.stringify(
    {
      features: { ...features, match_status: null, source_present: null },
      vectors,
    },
    (_, value: unknown) => (Object.is(value, -0) ? '-0' : value),
  );

/**
 * How two histories differ in what they tell of a match, in words; undefined where they do not. Vectors are compared where the match is alone at its instant in both.
 */
export function difference(one: Told | undefined, other: Told | undefined): string | undefined {
  if (one === undefined || other === undefined) {
    return one === other ? undefined : 'told by one history alone';
  }
  const [first, second] = [one, other].map(({ features, vectors }) =>
    textOf(one.alone && other.alone ? { features, vectors } : { features }),
  );
  return first === second ? undefined : `${first ?? ''} became ${second ?? ''}`;
}
