import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { insertRow, quoteRow, seedMatch } from '../../support/silver-rows.js';

let postgres: TestPostgres;
let owner: OpenDatabase;
let writer: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const open = (url: string): OpenDatabase => openDatabase(url, { applicationName: 'test', max: 2 });
  [owner, writer] = [open(postgres.url), open((await postgres.roleUrls()).writer)];
});
afterAll(async () => {
  for (const { db } of [owner, writer]) await db.destroy();
  await postgres.stop();
});

const columnsOf = async (table: string): Promise<string[]> =>
  (
    await owner.pool.query<{ name: string }>(
      `select attname as name from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = '' order by attnum`,
      [table],
    )
  ).rows.map(({ name }) => name);

/** The columns of a table that may change, and why. */
const mayChange: Readonly<Record<string, readonly string[]>> = {
  fixture_revisions: [],
  match_statistics: [],
  source_editions: [],
  edition_rows: [],
  review_transitions: [],
  provider_spends: [],
  provider_skips: [],
  lineage_events: [],
  lineage_descriptions: [],
  expectations_store: [],
  checkpoint_store: [],
  validations_store: [],
  anomaly_configurations: [],
  anomaly_detections: [],
  served_feature_vectors: [],
  feature_skew_checks: [],
  model_promotions: [],
  model_promotion_ends: [],
  restore_audits: [],
  // Whether a quote is suspicious is our doubt.
  odds: ['suspicious_odds', 'updated_at'],
  // The bookkeeping of the processing, and what is looked up beside the payload: a row that could not be read may be told later.
  raw_match_data: [
    'processed',
    'process_status',
    'process_error',
    'external_match_id',
    'external_league_id',
    'match_time',
  ],
  raw_odds_data: [
    'processed',
    'process_status',
    'process_error',
    'external_match_id',
    'bookmaker',
    'market_type',
    'line_value',
    'last_seen_at',
  ],
  raw_scores_data: [
    ...[
      'processed',
      'process_status',
      'process_error',
      'external_match_id',
      'match_status',
      'home_score',
      'away_score',
    ],
    ...['match_minute', 'provider_updated_at', 'updated_at', 'last_seen_at'],
  ],
  raw_lineups_data: ['processed', 'process_status', 'process_error', 'external_match_id', 'last_seen_at'],
  raw_injuries_data: ['processed', 'process_status', 'process_error', 'external_match_id', 'last_seen_at'],
  raw_weather_data: ['processed', 'process_status', 'process_error', 'external_match_id', 'last_seen_at'],
};

describe('of what was said, nothing is rewritten', () => {
  it.each(Object.entries(mayChange))('%s: an update is refused but of %j', async (table, free) => {
    const columns = await columnsOf(table);
    expect(columns).toEqual(expect.arrayContaining([...free]));
    for (const column of columns) {
      const change = inTransaction(writer.pool, ({ client }) =>
        client.query(`update ${table} set ${column} = ${column} where false`),
      );
      if (free.includes(column)) await change;
      else {
        await expect(change, column).rejects.toMatchObject({
          name: 'ConstraintViolated',
          violation: { constraint: `${table}_append_only`, table, sqlState: '23T06' },
        });
      }
    }
  });

  it('a price stays what it was, by whichever statement', async () => {
    const seeded = await seedMatch(owner.pool);
    await insertRow(owner.pool, 'odds', quoteRow(seeded));
    for (const statement of [
      'update odds set home_odds = 9',
      `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, collected_at, recorded_at,
           known_at_basis, raw_id)
         select match_id, data_source, bookmaker, market_type, quote_kind, price_phase, 9, collected_at, recorded_at, known_at_basis, raw_id
         from odds
       on conflict (match_id, data_source, bookmaker, market_type, line_value, collected_at, recorded_at) do update set home_odds = excluded.home_odds`,
      `merge into odds o using odds n on n.id = o.id when matched then update set home_odds = 9`,
    ]) {
      await expect(writer.pool.query(statement), statement).rejects.toMatchObject({ code: '23T06' });
    }
    await writer.pool.query('update odds set suspicious_odds = true');
    const { rows } = await owner.pool.query('select home_odds, suspicious_odds from odds');
    expect(rows).toEqual([{ home_odds: 2.1, suspicious_odds: true }]);
  });
});

describe('updated_at', () => {
  /** The tables whose rows change. The others are append-only, hold bookkeeping with a time of its own, or are replaced whole. */
  const changing = [
    ...['anomaly_watermarks'],
    ...[
      'data_collection_logs',
      'data_quality_logs',
      'features',
      'leagues',
      'lineage_deliveries',
      'match_external_ids',
      'match_plans',
      'match_registry',
      'matches',
      'odds',
    ],
    ...[
      'prediction_keys',
      'predictions',
      'price_news',
      'provider_accounts',
      'provider_plans',
      'provider_polls',
      'quarantines',
      'raw_scores_data',
    ],
    ...['reconciliation_gaps', 'reconciliations'],
    'stream_offsets',
    ...['team_external_ids', 'teams'],
  ];

  it('is kept by a trigger in each table whose rows change, and set when a row is made', async () => {
    const { rows } = await owner.pool.query(
      `select c.relname as name, a.attnotnull and a.atthasdef as "set", exists (
         select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'tr_set_updated_at' and t.tgenabled = 'O') as kept
       from pg_attribute a join pg_class c on c.oid = a.attrelid
       where a.attname = 'updated_at' and c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       order by 1`,
    );
    expect(rows).toEqual(changing.map((name) => ({ name, set: true, kept: true })));
  });

  it('says when a name came to mean another team, and when a prediction was verified', async () => {
    const { homeId, awayId, matchId } = await seedMatch(owner.pool);
    await owner.pool.query(
      `insert into team_external_ids (data_source, external_id, team_id) values ('s', 'a', $1)`,
      [homeId],
    );
    await owner.pool.query(
      `insert into predictions (match_id, model_version, model_name, home_win_probability, draw_probability, away_win_probability,
         predicted_result, confidence_score, features_used, prediction_metadata, created_at)
       values ($1, '1', 'm', .5, .3, .2, 'home', .5, '{}', '{}', now())`,
      [matchId],
    );
    await writer.pool.query('update team_external_ids set team_id = $1', [awayId]);
    await writer.pool.query(
      `update predictions set actual_result = 'home', is_correct = true, verified_at = now()`,
    );
    const { rows } = await owner.pool.query(
      `select (select updated_at > created_at from team_external_ids) as name, (select updated_at = verified_at from predictions) as prediction`,
    );
    expect(rows).toEqual([{ name: true, prediction: true }]);
  });
});
