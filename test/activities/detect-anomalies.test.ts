import { describe, expect, it } from 'vitest';
import {
  configureWatching,
  markFalseAlarms,
  quarantineByHand,
  releaseFromQuarantine,
} from '../../activities/handle-anomalies.js';
import { alarmRecords, readAnomalyGauges } from '../../adapters/postgres/anomaly/summary.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { seededRandom } from '../../domain/anomaly/seeded-random.js';
import { describeError } from '../../schemas/errors.js';
import type { DetectedAnomalies } from '../../schemas/jobs/detect-anomalies.js';
import { instant } from '../../schemas/values.js';
import { hour, day, now, ago, ada, testedBy, detectInFreshHouses } from '../support/detecting.js';
import { decide } from '../support/review.js';
import { goals, playMatches, quoteMatches, swapPrice, watchedLeague } from '../support/watched-tables.js';

const { house, meters, query, detect, shown, countOf, standing, weekOfPrices } = detectInFreshHouses();

describe('a price that lies far from what the other bookmakers say', () => {
  it('is found, told and put into quarantine, and no other is; its row stays as it was', async () => {
    const [match = NaN] = await weekOfPrices();
    const swapped = await swapPrice(house().pool, match, ago(hour));
    const before = await query('select * from odds where id = $1', [swapped]);
    const found = await detect({ table: 'odds' });
    expect(found).toMatchObject({ findings: 1, quarantined: 1, drifted: 0 });
    expect(found.window).toEqual({ from: ago(day), to: now });
    const outliers = found.detections.filter(({ anomalyType }) => anomalyType === 'statistical_outlier');
    expect(outliers.map(({ method, anomalous, tested }) => [method, anomalous, tested])).toEqual([
      ['limits', 0, 61],
      ['3sigma', 1, 61],
      ['iqr', 1, 61],
      ['isolation_forest', 1, 61],
    ]);
    expect(
      await query(
        `select details -> 'records' -> 0 as worst from anomaly_detections where anomalous_count > 0 order by method limit 1`,
      ),
    ).toMatchObject([
      {
        worst: {
          ...{ id: swapped, matchId: match, bookmaker: 'bwin', dataSource: 'football_data' },
          ...{ unit: 'probability', limit: 3, baseline: { count: 420 } },
        },
      },
    ]);
    expect(await standing()).toEqual([{ table_name: 'odds', match_id: match, bookmaker: 'bwin' }]);
    expect(await query('select quarantined_why as why from quarantines')).toEqual([
      { why: expect.stringMatching(/^(home|away)_odds (6.5|1.5) implies a chance/) as unknown },
    ]);
    expect(await query('select * from odds where id = $1', [swapped])).toEqual(before);
    expect(
      await query(
        'select table_name, error_type, severity, requires_manual_review, record_id from data_quality_logs',
      ),
    ).toEqual([
      {
        ...{ table_name: 'anomaly_detections', error_type: 'statistical_outlier', severity: 'low' },
        ...{ requires_manual_review: true, record_id: null },
      },
    ]);
    expect(
      await query(`select month::text from lake_dirty_partitions where table_name = 'quarantined_rows'`),
    ).toEqual([{ month: '1970-01-01' }]);
  });

  it('is told once: by the run that found it, whose answer was lost, and by no later one', async () => {
    const [match = NaN] = await weekOfPrices();
    await swapPrice(house().pool, match, ago(hour));
    const first = await detect({ table: 'odds' }, { runId: 'detect/lost' });
    expect(await detect({ table: 'odds' }, { runId: 'detect/lost' })).toEqual(first);
    expect(await detect({ table: 'odds' })).toMatchObject({ findings: 0, quarantined: 0 });
    expect(await countOf('quarantines')).toBe(1);
    expect(await countOf('data_quality_logs')).toBe(1);
  });

  it('that was told is not asked about again once a rebuild has given it another id', async () => {
    const [match = NaN] = await weekOfPrices();
    const columns = `match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
      collected_at, recorded_at, known_at_basis, raw_id`;
    // Of one mind, and beyond the prices that are usual.
    await house().pool.query(
      `insert into odds (${columns})
       select match_id, data_source, bookmaker, market_type, quote_kind, price_phase, 1.05, 15, 150, $2, $2, known_at_basis, raw_id
       from odds where match_id = $1`,
      [match, new Date(ago(hour))],
    );
    expect(await detect({ table: 'odds' })).toMatchObject({ findings: 1, quarantined: 0 });
    const firstId = () => query('select min(id) as id from odds');
    const before = await firstId();
    await house().pool.query(
      `with gone as (delete from odds returning *) insert into odds (${columns}) select ${columns} from gone order by id`,
    );
    expect(await firstId()).not.toEqual(before);
    expect(await detect({ table: 'odds' })).toMatchObject({ findings: 0 });
  });

  it('is one of more than are kept in full, and none of them is told again, nor once a rebuild has given them other ids', async () => {
    const [match = NaN] = await weekOfPrices();
    const columns = `match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
      collected_at, recorded_at, known_at_basis, raw_id`;
    // Of one mind, and beyond the prices that are usual.
    await house().pool.query(
      `insert into odds (${columns})
       select o.match_id, o.data_source, o.bookmaker, o.market_type, o.quote_kind, o.price_phase, 1.05, 15, 150, t.at, t.at, o.known_at_basis, o.raw_id
       from odds o cross join lateral (
         select $2::timestamptz + make_interval(secs => n) as at from generate_series(1, 90) as n) as t
       where o.match_id = $1`,
      [match, new Date(ago(hour))],
    );
    const found = await detect({ table: 'odds' });
    expect(found.detections.find(({ method }) => method === 'limits')).toMatchObject({ anomalous: 540 });
    expect(await detect({ table: 'odds' })).toMatchObject({ findings: 0 });
    await house().pool.query(
      `with gone as (delete from odds returning *) insert into odds (${columns}) select ${columns} from gone order by id`,
    );
    expect(await detect({ table: 'odds' })).toMatchObject({ findings: 0 });
  });

  it('that is a false alarm leaves quarantine, is not asked about again, and counts in the rate of false alarms', async () => {
    const [first = NaN, second = NaN] = await weekOfPrices();
    await swapPrice(house().pool, first, ago(hour));
    await detect({ table: 'odds' });
    const alarmed = await house().pool.query<{ id: number }>(
      'select id from anomaly_detections where finding_id is not null order by id',
    );
    const ids = alarmed.rows.map(({ id }) => id);
    expect(await inTransaction(house().pool, (transaction) => markFalseAlarms(transaction, ids, ada))).toBe(
      1,
    );
    expect(await standing()).toEqual([]);
    expect(await query('select released_by, released_why from quarantines')).toEqual([
      { released_by: 'ada', released_why: ada.why },
    ]);
    expect(await query('select action, by, why from review_transitions')).toEqual([
      { action: 'ignore', ...ada },
    ]);
    expect(await detect({ table: 'odds' })).toMatchObject({ findings: 0, quarantined: 0 });

    await swapPrice(house().pool, second, ago(hour / 2));
    await detect({ table: 'odds' });
    const { rows } = await house().pool.query<{ id: number }>(
      `select id from data_quality_logs where status = 'logged'`,
    );
    await decide(
      house().pool,
      'resolve',
      rows.map(({ id }) => id),
    );
    expect(await standing()).toHaveLength(1);
    expect(await alarmRecords(house().pool)).toEqual([
      { table: 'odds', raised: 2, confirmed: 1, markedFalse: 1, falseAlarmRate: 0.5 },
    ]);
  });

  it('is let go by a person, and no detection puts it back', async () => {
    const [match = NaN] = await weekOfPrices();
    await swapPrice(house().pool, match, ago(hour));
    await detect({ table: 'odds' });
    const { rows } = await house().pool.query<{ id: number }>('select id from quarantines');
    const ids = rows.map(({ id }) => id);
    const release = () =>
      inTransaction(house().pool, (transaction) => releaseFromQuarantine(transaction, ids, ada));
    expect(await release()).toBe(1);
    await expect(release()).rejects.toThrow(/was released by ada/);
    await detect({ table: 'odds' });
    expect(await standing()).toEqual([]);
  });

  it('is left out of what is usual once it is in quarantine', async () => {
    const [match = NaN] = await weekOfPrices();
    const swapped = await swapPrice(house().pool, match, ago(hour));
    await inTransaction(house().pool, (transaction) =>
      quarantineByHand(transaction, { table: 'odds', id: swapped, ...ada }),
    );
    await expect(
      inTransaction(house().pool, (transaction) =>
        quarantineByHand(transaction, { table: 'odds', id: swapped, ...ada }),
      ),
    ).rejects.toThrow(/not in quarantine already/);
    await detect({ table: 'odds' }, { at: instant(now + day) });
    const { rows } = await house().pool.query<{ deviation: number }>(
      `select (baseline ->> 'deviation')::double precision as deviation from anomaly_baselines where column_name = 'home_odds'`,
    );
    expect(rows[0]?.deviation).toBeLessThan(0.01);
  });
});

describe('a detection', () => {
  it('that fails keeps nothing, and the next one looks at what it would have looked at', async () => {
    const [match = NaN] = await weekOfPrices();
    await detect({ table: 'odds', mode: 'incremental' }, { at: ago(90 * 60_000) });
    const watermark = () => query('select table_name, detected_until from anomaly_watermarks');
    const before = await watermark();
    await swapPrice(house().pool, match, ago(hour));
    await house().pool.query(
      `alter table quarantines add constraint refused check (quarantined_by = 'nobody')`,
    );
    await expect(detect({ table: 'odds', mode: 'incremental' })).rejects.toThrow(/refused/);
    expect(await watermark()).toEqual(before);
    expect(await countOf('data_quality_logs')).toBe(0);
    await house().pool.query('alter table quarantines drop constraint refused');
    const found = await detect({ table: 'odds', mode: 'incremental' });
    expect(found).toMatchObject({ window: { from: ago(90 * 60_000), to: now }, quarantined: 1 });
    expect(await watermark()).toEqual([{ table_name: 'odds', detected_until: new Date(now) }]);
    expect(await detect({ table: 'odds', mode: 'incremental' })).toMatchObject({
      detections: [],
      findings: 0,
    });
  });

  it('judges a price that was refined after the window in which it was collected, and judges it once', async () => {
    const [match = NaN] = await weekOfPrices();
    await detect({ table: 'odds' });
    await swapPrice(house().pool, match, ago(hour));
    const later = { at: instant(now + 2 * day) };
    expect(await detect({ table: 'odds' }, later)).toMatchObject({
      window: { from: ago(hour) - 1, to: now + 2 * day },
      ...{ findings: 1, quarantined: 1 },
    });
    expect(testedBy('limits', await detect({ table: 'odds' }, later))).toBe(0);
    expect(await detect({ table: 'odds', mode: 'incremental' }, later)).toMatchObject({ detections: [] });
  });

  it('judges all that came while nobody looked, though its window is shorter', async () => {
    await weekOfPrices();
    await detect({ table: 'odds' }, { at: ago(4 * day) });
    const { rows } = await house().pool.query<{ id: number }>(
      'select match_id as id from odds where collected_at < $1 order by collected_at desc limit 1',
      [new Date(ago(2 * day))],
    );
    const match = rows[0]?.id ?? NaN;
    await swapPrice(house().pool, match, ago(2 * day));
    const found = await detect({ table: 'odds', windowHours: 1 });
    expect(testedBy('limits', found)).toBe(4 * 60 + 1);
    expect(found.quarantined).toBe(1);
    expect(testedBy('limits', await detect({ table: 'odds', windowHours: 1 }))).toBe(0);
  });

  it('judges a price whose transaction had begun before the last look and ended after it', async () => {
    const [match = NaN] = await weekOfPrices();
    const writer = await house().pool.connect();
    try {
      await writer.query('begin');
      await swapPrice(writer, match, ago(hour));
      expect(await detect({ table: 'odds' })).toMatchObject({ quarantined: 0 });
      await writer.query('commit');
    } finally {
      writer.release();
    }
    const next = await detect({ table: 'odds', mode: 'incremental' }, { at: instant(now + hour) });
    expect(testedBy('limits', next)).toBe(1);
    expect(next.quarantined).toBe(1);
  });

  it('judges each row once in incremental mode, however often it looks', async () => {
    await weekOfPrices();
    const tested: number[] = [];
    for (const days of [2, 2, 1, 0, 0]) {
      const found = await detect({ table: 'odds', mode: 'incremental' }, { at: ago(days * day) });
      tested.push(testedBy('limits', found));
    }
    expect(tested).toEqual([60, 0, 60, 60, 0]);
  });

  it('judges a price that was corrected long after it could be had, by what was said of its match then', async () => {
    await weekOfPrices(ago(60 * day), 30);
    await weekOfPrices();
    await detect({ table: 'odds' });
    await house().pool.query(
      `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
         collected_at, recorded_at, known_at_basis, raw_id)
       select match_id, data_source, bookmaker, market_type, quote_kind, price_phase, 6.5, 4.2, 1.5, collected_at, $1, 'observed', raw_id
       from odds where bookmaker = 'bwin' order by collected_at limit 1`,
      [new Date(instant(now + hour))],
    );
    const found = await detect({ table: 'odds', mode: 'incremental' }, { at: instant(now + 2 * hour) });
    expect(found).toMatchObject({ window: { from: now, to: now + 2 * hour }, quarantined: 1 });
  });

  it('judges a result that was told late', async () => {
    const league = await watchedLeague(house().pool);
    const random = seededRandom(4);
    const usual = () => [goals(random), goals(random)] as const;
    for (let days = 38; days > 10; days -= 1)
      await playMatches(house().pool, await league.matches(5, ago(days * day)), usual);
    const late = await league.matches(1, ago(2 * day));
    await detect({ table: 'matches' });
    await playMatches(house().pool, late, () => [9, 0]);
    await detect({ table: 'matches' }, { at: instant(now + day) });
    expect(
      await query(
        `select anomalous_records from anomaly_detections where anomalous_count > 0 and method = '3sigma'`,
      ),
    ).toEqual([{ anomalous_records: late }]);
  });

  it('goes by the configuration of when it begins: a change counts for the next one, and stays with who made it', async () => {
    await weekOfPrices();
    const methods = async (): Promise<string[]> =>
      (await detect({ table: 'odds' })).detections.map(({ method }) => method);
    expect(await methods()).toEqual(['limits', '3sigma', 'iqr', 'distribution_shift', 'isolation_forest']);
    const change = { enabled_methods: ['mad' as const], thresholds: { outlier_rate: 0.03 } };
    const configured = await inTransaction(house().pool, (transaction) =>
      configureWatching(transaction, { table: 'odds', change, ...ada }),
    );
    expect(configured.thresholds).toMatchObject({ outlier_rate: 0.03, odds_range: [1.01, 100] });
    expect(await methods()).toEqual(['limits', 'mad']);
    expect(await query('select table_name, change, by, why from anomaly_configurations')).toEqual([
      { table_name: 'odds', change, ...ada },
    ]);
  });

  it('is incremental by the configuration of its table, and of no other', async () => {
    await weekOfPrices();
    await inTransaction(house().pool, (transaction) =>
      configureWatching(transaction, { table: 'odds', change: { mode: 'incremental' }, ...ada }),
    );
    expect(testedBy('limits', await detect({ table: 'odds' }))).toBe(60);
    expect(await detect({ table: 'odds' })).toMatchObject({ detections: [] });
    expect(testedBy('limits', await detect({ table: 'odds', mode: 'full' }))).toBe(60);
    await detect({ table: 'predictions' });
    expect((await detect({ table: 'predictions' })).detections).not.toEqual([]);
  });

  it('refuses a configuration that does not hold together', async () => {
    const configure = (change: Parameters<typeof configureWatching>[1]['change']) =>
      inTransaction(house().pool, (transaction) =>
        configureWatching(transaction, { table: 'odds', change, ...ada }),
      );
    await expect(configure({ key_columns: ['bookmaker'] })).rejects.toThrow(/cannot be watched/);
    const withoutLimits = await configure({ enabled_methods: ['clustering'] }).catch(describeError);
    expect(withoutLimits).toMatch(/eps and min_points/);
    await expect(configure({ thresholds: { probability_sum_tolerance: 0.05 } })).rejects.toThrow(
      /a threshold of predictions/,
    );
    expect(await countOf('anomaly_configurations')).toBe(0);
  });

  it('judges nothing by itself: what is usual was known before its window, also within the hour for which it is kept', async () => {
    await weekOfPrices();
    await detect({ table: 'odds' });
    const kept = () => query('select distinct computed_at, window_to from anomaly_baselines');
    expect(await kept()).toEqual([{ computed_at: new Date(now), window_to: new Date(ago(day)) }]);
    await detect({ table: 'odds' }, { at: instant(now + hour / 2) });
    expect(await kept()).toEqual([{ computed_at: new Date(now), window_to: new Date(ago(day)) }]);
    // A window that reaches further back would be judged by its own rows.
    await detect({ table: 'odds', windowHours: 48 }, { at: instant(now + hour / 2) });
    expect(await kept()).toEqual([
      { computed_at: new Date(now + hour / 2), window_to: new Date(now + hour / 2 - 2 * day) },
    ]);
  });

  it('is judged by what was usual just before its window, and not by what is kept of years before', async () => {
    await weekOfPrices(ago(60 * day), 20);
    await weekOfPrices();
    await detect({ table: 'odds', windowHours: 60 * 24 });
    const kept = () =>
      query('select distinct window_to, baseline -> $1 as count from anomaly_baselines', ['count']);
    expect(await kept()).toEqual([{ window_to: new Date(ago(60 * day)), count: 420 }]);
    await detect({ table: 'odds' });
    expect(await kept()).toEqual([{ window_to: new Date(ago(day)), count: 420 }]);
  });

  it('keeps nothing usual of a house without a past: what is imported within the hour counts', async () => {
    await detect({ table: 'odds' });
    await weekOfPrices(ago(8 * day), 20);
    const [match = NaN] = await weekOfPrices();
    await swapPrice(house().pool, match, ago(hour));
    expect(await detect({ table: 'odds' })).toMatchObject({ findings: 1, quarantined: 1 });
  });

  it('shows what it measured', async () => {
    const [match = NaN] = await weekOfPrices();
    await swapPrice(house().pool, match, ago(hour));
    await detect({ table: 'odds' });
    const { text } = await meters().exposition();
    expect(text).toContain(
      'football_data_anomalies_detected_total{table_name="odds",detection_method="iqr",severity="low",anomaly_type="statistical_outlier"} 1',
    );
    expect(text).toMatch(/anomalies_detected_total\{table_name="matches",[^}]*severity="critical"[^}]*\} 0/);
    expect(text).toMatch(/detection_duration_seconds_count\{table_name="odds",detection_method="3sigma"\} 1/);
    expect(await shown()).toContain('football_data_anomaly_detection_coverage{table_name="odds"} 100');
  });

  it('covers none of the prices of a house without a past, though each is held against its limits', async () => {
    const league = await watchedLeague(house().pool);
    const matches = await league.matches(10, instant(now + day));
    await quoteMatches(house().pool, matches, { at: ago(hour), seed: 1 });
    expect(testedBy('limits', await detect({ table: 'odds' }))).toBe(60);
    expect(await shown()).toContain('football_data_anomaly_detection_coverage{table_name="odds"} 0');
  });

  it('covers of the prices those that others of their match measure', async () => {
    const [match = NaN] = await weekOfPrices();
    await house().pool.query(`delete from odds where match_id = $1 and bookmaker not in ('bet365', 'bwin')`, [
      match,
    ]);
    await detect({ table: 'odds' });
    const { coverage } = await readAnomalyGauges(house().pool);
    expect(coverage).toEqual([{ table: 'odds', percent: (100 * 54) / 56 }]);
  });
});

describe('a month without anything wrong', () => {
  it('quarantines no price and asks nobody about one; what is told of it are shifts, within what their test promises', async () => {
    const league = await watchedLeague(house().pool);
    for (let days = 38; days >= 0; days -= 1) {
      const at = ago(days * day + 2 * hour);
      await quoteMatches(house().pool, await league.matches(35, instant(at + 3 * day)), {
        at,
        seed: 100 + days,
      });
    }
    const found: DetectedAnomalies[] = [];
    for (let days = 30; days >= 0; days -= 1)
      found.push(await detect({ table: 'odds' }, { at: ago(days * day) }));
    expect(found.map(({ quarantined }) => quarantined)).toEqual(found.map(() => 0));
    const { rows } = await house().pool.query<{ type: string; n: number }>(
      'select error_type as type, count(*)::integer as n from data_quality_logs group by 1',
    );
    const { distribution_shift: shifts = 0, ...others } = Object.fromEntries(
      rows.map(({ type, n }) => [type, n]),
    );
    expect(others).toEqual({});
    // Each of the 31 detections alarms with a chance of one in twenty at most: six alarms or more come in one month of 250.
    expect(shifts).toBeLessThanOrEqual(5);
  });
});
