import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createDetectAnomaliesActivities } from '../../activities/detect-anomalies.js';
import { setAnomalyGauges } from '../../adapters/metrics/anomaly-gauges.js';
import { createMeters, type Meters } from '../../adapters/metrics/meters.js';
import { readAnomalyGauges } from '../../adapters/postgres/anomaly/summary.js';
import type { DetectAnomaliesInput, DetectedAnomalies } from '../../schemas/jobs/detect-anomalies.js';
import type { AnomalyMethod } from '../../schemas/records/anomaly.js';
import { instant, instantFromIso, type Instant } from '../../schemas/values.js';
import { asActivity, openHouse, type TestHouse } from './house.js';
import { startTestPostgres, type TestPostgres } from './postgres.js';
import { stoppedAt } from './score-house.js';
import { quoteMatches, watchedLeague } from './watched-tables.js';

export const hour = 3_600_000;
export const day = 24 * hour;
/** When the detections of tests look. */
export const now = instantFromIso('2026-11-26T12:00:00Z');
export const ago = (milliseconds: number, from: Instant = now): Instant => instant(from - milliseconds);
export const ada = { by: 'ada', why: 'She looked at it' };

export const testedBy = (method: AnomalyMethod, { detections }: DetectedAnomalies): number =>
  detections.find((one) => one.method === method)?.tested ?? 0;

/** A fresh house for each test of the file, and ways to look for anomalies in it. */
export function detectInFreshHouses() {
  let postgres: TestPostgres;
  let house: TestHouse;
  let meters: Meters;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    house = openHouse(await postgres.freshDatabase());
    meters = createMeters();
  });
  afterEach(() => house.close());

  let runs = 0;
  const query = async (text: string, values: unknown[] = []): Promise<unknown[]> =>
    (await house.pool.query<Record<string, unknown>>(text, values)).rows;
  return {
    house: (): TestHouse => house,
    meters: (): Meters => meters,
    query,
    detect: (
      input: DetectAnomaliesInput,
      { at = now, runId = `detect/${(runs += 1)}` } = {},
    ): Promise<DetectedAnomalies> => {
      const activities = createDetectAnomaliesActivities({ pool: house.pools.writer.pool, meters });
      return asActivity(() => activities.detectAnomalies({ ...input, clock: stoppedAt(at), runId }));
    },
    /** What any process of the house shows of its anomalies. */
    shown: async (): Promise<string> => {
      const other = createMeters();
      setAnomalyGauges(other, await readAnomalyGauges(house.pool));
      return (await other.exposition()).text;
    },
    countOf: async (table: string): Promise<number> =>
      (await house.pool.query<{ n: number }>(`select count(*)::integer as n from ${table}`)).rows[0]?.n ??
      NaN,
    standing: () => query('select table_name, match_id, bookmaker from quarantined_rows order by id'),
    /** A week of prices, ten matches a day, and those of the last day. */
    weekOfPrices: async (until: Instant = now, seed = 1): Promise<number[]> => {
      const league = await watchedLeague(house.pool);
      let latest: number[] = [];
      for (let days = 7; days >= 0; days -= 1) {
        const at = instant(until - days * day - 2 * hour);
        latest = await league.matches(10, instant(at + 3 * day));
        await quoteMatches(house.pool, latest, { at, seed: seed + days });
      }
      return latest;
    },
  };
}
