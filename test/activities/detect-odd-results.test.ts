import { describe, expect, it } from 'vitest';
import { quarantineByHand, releaseFromQuarantine } from '../../activities/handle-anomalies.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { seededRandom } from '../../domain/anomaly/seeded-random.js';
import { instant, instantFromIso, type Instant } from '../../schemas/values.js';
import { hour, day, now, ago, ada, testedBy, detectInFreshHouses } from '../support/detecting.js';
import { decide, findingsOf } from '../support/review.js';
import { correctResult, goals, playMatches, watchedLeague } from '../support/watched-tables.js';

const { house, query, detect, standing } = detectInFreshHouses();

describe('an odd result', () => {
  it('asks a person to look at it, and stays in features until that person says otherwise', async () => {
    const league = await watchedLeague(house().pool);
    const random = seededRandom(4);
    const usual = () => [goals(random), goals(random)] as const;
    for (let days = 28; days > 0; days -= 1) {
      await playMatches(house().pool, await league.matches(5, ago(days * day)), usual);
    }
    const latest = await league.matches(10, ago(4 * hour));
    await playMatches(house().pool, latest.slice(1), usual);
    await playMatches(house().pool, latest.slice(0, 1), () => [9, 0]);
    const found = await detect({ table: 'matches' });
    expect(found).toMatchObject({ findings: 1, quarantined: 0 });
    expect(found.detections.find(({ method }) => method === '3sigma')).toMatchObject({
      tested: 10,
      anomalous: 1,
    });
    expect(await query(`select anomalous_records from anomaly_detections where method = '3sigma'`)).toEqual([
      { anomalous_records: latest.slice(0, 1) },
    ]);
    expect(await standing()).toEqual([]);
  });

  describe('that was told once', () => {
    const oddMatch = async (): Promise<number> => {
      const league = await watchedLeague(house().pool);
      const random = seededRandom(4);
      const usual = () => [goals(random), goals(random)] as const;
      for (let days = 28; days > 0; days -= 1) {
        await playMatches(house().pool, await league.matches(5, ago(days * day)), usual);
      }
      const [odd = NaN, ...others] = await league.matches(10, ago(4 * hour));
      await playMatches(house().pool, others, usual);
      await playMatches(house().pool, [odd], () => [9, 0]);
      return odd;
    };
    const findings = async (at?: Instant): Promise<number> =>
      (await detect({ table: 'matches' }, at === undefined ? {} : { at })).findings;

    it('is not told again while its result stays, and is judged again when that changes', async () => {
      const odd = await oddMatch();
      expect(await findings()).toBe(1);
      expect(await findings()).toBe(0);
      await correctResult(house().pool, odd, [9, 8], ago(-hour));
      expect(await findings(ago(-2 * hour))).toBe(1);
      expect(await findings(ago(-3 * hour))).toBe(0);
    });

    it('and confirmed counts as usual once its result is mended', async () => {
      const odd = await oddMatch();
      await detect({ table: 'matches' });
      await decide(house().pool, 'resolve', await findingsOf(house().pool, 'statistical_outlier'));
      const tested = async (at: Instant) => testedBy('3sigma', await detect({ table: 'matches' }, { at }));
      expect(await tested(ago(-hour / 2))).toBe(9);
      await correctResult(house().pool, odd, [2, 0], ago(-hour));
      expect(await tested(ago(-2 * hour))).toBe(10);
    });

    it('and let go by a person is judged again with another result', async () => {
      const odd = await oddMatch();
      await inTransaction(house().pool, async (transaction) => {
        const id = await quarantineByHand(transaction, { table: 'matches', id: odd, ...ada });
        await releaseFromQuarantine(transaction, [id], ada);
      });
      // People decide by the real clock, the test looks by its own.
      await house().pool.query('update quarantines set released_at = $1', [new Date(now)]);
      expect(await findings()).toBe(0);
      await correctResult(house().pool, odd, [0, 9], ago(-hour));
      expect(await findings(ago(-2 * hour))).toBe(1);
    });
  });

  it('is judged by the same weeks of earlier seasons where a season has just begun', async () => {
    const league = await watchedLeague(house().pool);
    const random = seededRandom(5);
    const usual = () => [goals(random), goals(random)] as const;
    // A season is 380 matches: the first matchdays of three in Augusts before, then the first of this one.
    const begins = (year: number): Instant => instantFromIso(`${year}-08-15T14:00:00Z`);
    for (const year of [2023, 2024, 2025]) {
      for (let matchday = 0; matchday < 38; matchday += 1) {
        const kickoff = instant(begins(year) + matchday * 7 * day);
        await playMatches(house().pool, await league.matches(10, kickoff), usual);
      }
    }
    const first = await league.matches(10, begins(2026));
    await playMatches(house().pool, first.slice(1), usual);
    await playMatches(house().pool, first.slice(0, 1), () => [8, 1]);
    const found = await detect({ table: 'matches' }, { at: instant(begins(2026) + 4 * hour) });
    expect(found.detections.find(({ method }) => method === '3sigma')).toMatchObject({
      tested: 10,
      anomalous: 1,
    });
  });
});

describe('a league that misses rounds', () => {
  it('is asked about at the first match after them', async () => {
    const league = await watchedLeague(house().pool);
    const random = seededRandom(7);
    const usual = () => [goals(random), goals(random)] as const;
    for (let weeks = 20; weeks > 4; weeks -= 1)
      await playMatches(house().pool, await league.matches(5, ago(weeks * 7 * day)), usual);
    const next = await league.matches(2, ago(4 * hour));
    await playMatches(house().pool, next, usual);
    await detect({ table: 'matches' });
    expect(
      await query(
        `select r ->> 'column' as column, r -> 'value' as value, r ->> 'unit' as unit, r -> 'matchId' as match
         from anomaly_detections d cross join lateral jsonb_array_elements(d.details -> 'records') as r where d.method = 'limits'`,
      ),
    ).toEqual([{ column: 'match_time', value: 35, unit: 'days', match: next[0] }]);
  });
});
