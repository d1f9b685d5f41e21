import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GoldBuild } from '../../../adapters/lake/gold-compute.js';
import type { JsonRow } from '../../../adapters/lake/rows.js';
import { featuresOf, goldOfTheHouse, openSilver } from '../../support/gold-duckdb.js';
import { historyOf, plans, type History } from '../../support/gold-history.js';
import { referenceFeatures, type Features } from '../../support/gold-reference.js';

const isClose = (found: unknown, wanted: number | null): boolean =>
  wanted === null || typeof found !== 'number'
    ? found === wanted
    : Math.abs(found - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));

/** The features of a row that are not those of the reference: name, found, wanted. */
const differences = (row: JsonRow | undefined, wanted: Features) =>
  Object.entries(wanted)
    .filter(([name, value]) => !isClose(row?.[name], value))
    .map(([name, value]) => [name, row?.[name], value]);

describe.each(['UTC', 'America/New_York', 'Australia/Lord_Howe'])('in the zone %s', (zone) => {
  let connection: DuckDBConnection;
  let build: GoldBuild;
  beforeAll(async () => {
    connection = await openSilver(zone);
    build = await goldOfTheHouse();
  });
  afterAll(() => {
    connection.closeSync();
  });

  it('DuckDB makes the features that a slow, plain reference makes of the same history', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (matches) => {
        const history: History = historyOf(matches);
        const rows = await featuresOf(connection, build, history);
        for (const match of history) {
          expect(differences(rows.get(match.id), referenceFeatures(match, history))).toEqual([]);
        }
      }),
      { numRuns: zone === 'UTC' ? 60 : 15 },
    );
  });
});
