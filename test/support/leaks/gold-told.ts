import type { DuckDBConnection } from '@duckdb/node-api';
import { computeModels, dropModels, type GoldBuild } from '../../../adapters/lake/gold-compute.js';
import { matchVectorsFrom } from '../../../adapters/lake/frames/match-vectors.js';
import { readRows, type JsonRow } from '../../../adapters/lake/rows.js';
import type { FeatureValue, OnlineService } from '../../../schemas/features/online.js';
import { fillSilver } from '../gold-duckdb.js';
import type { History } from '../gold-history.js';

/** What gold tells of one match: its row of features, and its vector of each service that is served online. */
export interface Told {
  readonly features: JsonRow;
  readonly vectors: Readonly<Record<string, readonly FeatureValue[]>>;
}

/** Gold, and the services that are served of it. */
export interface Pipeline {
  readonly build: GoldBuild;
  readonly services: readonly OnlineService[];
}

const relationOf = (table: string): string => table.replace(/^gold\./, 'temp.');

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
        return [id, { features: row, vectors: vectors.get(id) ?? {} }];
      }),
    );
  } finally {
    await dropModels(connection, build.models);
  }
}

/**
 * What is told, to the bit: 0 and −0 are two texts, every double is its own. How a match stands now describes it and is no feature.
 */
export const toldText = (told: Told | undefined): string =>
  told === undefined
    ? 'nothing'
    : JSON.stringify(
        { ...told, features: { ...told.features, match_status: null, source_present: null } },
        (_, value: unknown) => (Object.is(value, -0) ? '-0' : value),
      );
