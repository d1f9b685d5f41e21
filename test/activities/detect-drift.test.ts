import { describe, expect, it } from 'vitest';
import { configureWatching, markFalseAlarms } from '../../activities/handle-anomalies.js';
import { claimRetraining } from '../../adapters/postgres/anomaly/retrainings.js';
import { readAnomalyGauges } from '../../adapters/postgres/anomaly/summary.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { retrainingPeriod } from '../../domain/anomaly/retraining-period.js';
import { seededRandom } from '../../domain/anomaly/seeded-random.js';
import type { DetectedAnomalies } from '../../schemas/jobs/detect-anomalies.js';
import { instant } from '../../schemas/values.js';
import { hour, day, now, ago, ada, detectInFreshHouses } from '../support/detecting.js';
import { predict, quoteMatches, watchedLeague } from '../support/watched-tables.js';

const { house, detect, shown } = detectInFreshHouses();

describe('prices that are distributed otherwise than before', () => {
  it('are told once and until they change again, and found for a training until one was asked for', async () => {
    const league = await watchedLeague(house().pool);
    const quote = async (days: number, homeWin: (random: () => number) => number): Promise<void> => {
      const at = instant(now + days * day - 2 * hour);
      const matches = await league.matches(40, instant(at + 3 * day));
      await quoteMatches(house().pool, matches, { at, seed: 50 + days, homeWin });
    };
    const usual = (random: () => number): number => 0.25 + 0.4 * random();
    const favourites = (random: () => number): number => 0.55 + 0.1 * random();
    for (let days = -7; days < 0; days += 1) await quote(days, usual);
    await quote(0, favourites);
    expect(await detect({ table: 'odds' })).toMatchObject({ findings: 1, shifted: 2 });
    expect(await detect({ table: 'odds' }, { at: instant(now + hour) })).toMatchObject({
      ...{ findings: 0, shifted: 2 },
    });
    await quote(1, favourites);
    const at = instant(now + day);
    expect(await detect({ table: 'odds' }, { at })).toMatchObject({ findings: 0, shifted: 2 });
    const claim = { period: retrainingPeriod(at), runId: 'train/1', workflowId: 'train-model', at };
    expect(await claimRetraining(house().pool, claim)).toBe(true);
    await quote(2, usual);
    const changed = { at: instant(now + 2 * day) };
    expect(await detect({ table: 'odds' }, changed)).toMatchObject({ findings: 1, shifted: 2 });
    expect(await detect({ table: 'odds' }, changed)).toMatchObject({ findings: 0, shifted: 2 });
  });
});

describe('predictions whose chances move', () => {
  /** Predictions of two weeks, and of the last day with other chances. */
  async function predictions(ofTheLastDay: (random: () => number) => number): Promise<void> {
    const league = await watchedLeague(house().pool);
    const random = seededRandom(6);
    for (let days = 14; days >= 0; days -= 1) {
      const at = ago(days * day + hour);
      const homeWin = () => (days === 0 ? ofTheLastDay(random) : 0.3 + 0.3 * random());
      await predict(house().pool, await league.matches(40, instant(at + day)), { at, homeWin });
    }
  }

  it('have drifted, which asks for a training', async () => {
    await predictions((random) => 0.45 + 0.25 * random());
    const found = await detect({ table: 'predictions' });
    expect(found.detections.find(({ method }) => method === 'data_drift')).toMatchObject({
      tested: 3,
      anomalous: 3,
    });
    expect(found).toMatchObject({ drifted: 3, findings: 1, quarantined: 0 });
    expect(await shown()).toMatch(
      /football_data_drift_score\{table_name="predictions",feature_name="home_win_probability"\} 0\.\d/,
    );
  });

  it('show no drift by what is within noise, and nothing once there are too few to tell', async () => {
    await predictions((random) => 0.3 + 0.3 * random());
    await detect({ table: 'predictions' });
    const { drifts } = await readAnomalyGauges(house().pool);
    expect(drifts.map(({ score }) => score)).toEqual([0, 0, 0]);
    await detect({ table: 'predictions' }, { at: instant(now + 3 * day) });
    expect((await readAnomalyGauges(house().pool)).drifts).toEqual([]);
  });

  it('have drifted until a training was asked for it: from then on they are as usual, unless a person calls it a false alarm', async () => {
    await predictions((random) => 0.45 + 0.25 * random());
    expect(await detect({ table: 'predictions' })).toMatchObject({ drifted: 3 });
    const league = await watchedLeague(house().pool);
    const random = seededRandom(9);
    const dayLater = async (days: number): Promise<DetectedAnomalies> => {
      const at = instant(now + days * day);
      const homeWin = () => 0.45 + 0.25 * random();
      await predict(house().pool, await league.matches(40, instant(at + day)), {
        at: ago(hour, at),
        homeWin,
      });
      return await detect({ table: 'predictions' }, { at });
    };
    // Its week has had its training: the next look finds it again.
    expect(await dayLater(1)).toMatchObject({ drifted: 3, findings: 1 });
    const at = instant(now + day + hour);
    const claim = { period: retrainingPeriod(at), runId: 'train/1', workflowId: 'train-model', at };
    expect(await claimRetraining(house().pool, claim)).toBe(true);
    expect(await dayLater(2)).toMatchObject({ drifted: 0, findings: 0 });
    const told = await house().pool.query<{ id: number }>(
      'select id from anomaly_detections where finding_id is not null',
    );
    await inTransaction(house().pool, (transaction) =>
      markFalseAlarms(
        transaction,
        told.rows.map(({ id }) => id),
        ada,
      ),
    );
    expect(await dayLater(3)).toMatchObject({ drifted: 3, findings: 1 });
  });

  it('do not add up by a tolerance that is set, within what Postgres lets in: it refuses those that are off by the usual one', async () => {
    const league = await watchedLeague(house().pool);
    const [match = NaN] = await league.matches(1, instant(now + day));
    await predict(house().pool, [match], { at: ago(hour), homeWin: () => 0.5 });
    const offBy = (off: number) =>
      house().pool.query(
        `insert into predictions (match_id, model_version, model_name, home_win_probability, draw_probability, away_win_probability,
           predicted_result, confidence_score, features_used, prediction_metadata, created_at)
         select match_id, '2', model_name, home_win_probability, draw_probability, away_win_probability - $1::numeric,
           predicted_result, confidence_score, features_used, prediction_metadata, created_at from predictions`,
        [off],
      );
    await expect(offBy(0.0511)).rejects.toThrow(/check constraint/);
    await offBy(0.001);
    expect(await detect({ table: 'predictions' })).toMatchObject({ findings: 0 });
    await inTransaction(house().pool, (transaction) =>
      configureWatching(transaction, {
        ...{ table: 'predictions', change: { thresholds: { probability_sum_tolerance: 0.0005 } }, ...ada },
      }),
    );
    expect(await detect({ table: 'predictions' })).toMatchObject({ findings: 1, quarantined: 0 });
  });

  it('have not where they are as before', async () => {
    await predictions((random) => 0.3 + 0.3 * random());
    expect(await detect({ table: 'predictions' })).toMatchObject({ drifted: 0, findings: 0 });
  });
});
