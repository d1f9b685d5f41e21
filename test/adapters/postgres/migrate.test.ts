import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listMigrations, migrate, migrateDown, migrateUp } from '../../../adapters/postgres/migrate.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { schemaOf } from '../../support/schema.js';

/** The migrations that databases outside have run, with the SHA-256 of their two texts: they are never edited. */
const released: Readonly<Record<string, string>> = {
  '0001_partitions': '7c90fbd60d2cd4ab075382793786f28fde924c2f3043c9e354451b9e6c9822f4',
  '0002_bronze': '344954835331e414684a458ca98fb337671cb74b88dd7413b57b4395855addb1',
  '0003_silver': 'db7850829679a0f1c5d7451875aeac44e3d463969554f966c3c01905560a5f21',
  '0004_gold': 'd8d8b490b5be8d4dad9f8357e58e5a0e93f150b8592f8f9fa4da54ba1ed65c0d',
  '0005_add_business_constraints': '87da26772d316d3688cf89a98abc998c394bc4c0f03b79356c0847c34ef7054d',
  '0006_bronze_tables': 'c6300c6f7ce1be07a8fbf1c2bfb3c814f49a8cf8281503bd68433445ca81fc4f',
  '0007_indexes_and_views': '58439da944ad372e16a288c64fd181c93ef78dc15385aef64059442d270e6c72',
  '0008_identity': 'c892854942557d53147e46399c38dd4097ff52cbfb0c5accd8356e130a27e3d1',
  '0009_source_precedence': 'b5a7029cc5b87cfc92840bf6bf9290cd1e6d5288bd40b47810cd5e53058f6388',
  '0010_review_queue': 'bca3ff0f40b6e2a175d6e9a2d733480a16f0595a079d8d3ef8f75cf08e6da1b4',
  '0011_configure_database_permissions': '27b9144c4600c70756a46f91615ac51d5cd2c146333c6b4e088127fc78fedf04',
  '0012_error_logs': '999a1e994f788a76357f724deb2bc8a4e53d8eb65782fb7039fb9e7b758e3f3d',
  '0013_provider_budgets': '0401408dd851cda83c7b1653304cfe8181fbec873562f37c5d3c63265a03192f',
  '0014_live_collection': '9f0a8a8cbbf88e448f7476e18b2aea4ca24c7cc6fb57b8bac8e17d40f18bd58d',
  '0015_lineage_events': 'defa5c7a0ca608f019434eed41429154b61695b99022451205de77b638b12218',
  '0017_reconciliation': '2ab8c9bba742e82586deb5bfccd71bc44c852df4d2f6dc585e96eb1b2ee84b7b',
  '0019_refine_prices': 'e08c3a39df960a3d8eaa9bf3828f06c1a4a94d7fe7659c51235d58bb0c732ba8',
  '0020_score_findings': '5edded2d864a22ebc466246fe16e15d44e57efb4b5fdd3c8b5d76733ae9b92e1',
  '0021_provider_health': '23ec1a148e852f229479a88ede9787e93d54260d65a796a522acf4ab95a19353',
  '0022_match_plans': '05696df28c03449c11f260e5e464d58fd5480895e64c3ff0213928f5cc87bd14',
  '0023_live_result': '410eafe0751eee51d7dde0694cb34dc9682069234839e7f9e3f44838fb04fa80',
  '0024_told_gaps': '7924d6073fd55ca0d1a4e8f05da4ea3066f2a70756417b74eaa92da7dbda52bc',
  '0025_follower_failures': 'd459567c1fa80cd3981534e0f3670f421ce2cb5d4898372bc228a6d2d540b572',
  '0026_quality_stores': '8f150d2f28c374aeb11559a2da253443c97efca3f8faa78eb2d622d7693ae582',
  '0027_anomalies': 'add07144d4a67515c94a3f01ed50ec6b4c38a700578c3095bc918548d1039adf',
  '0029_anomalies_by_record_time': '21a5138a6f3f5a3dcb123cce503d237199bc04ceb5e1a44aae4a0f016064d6d1',
  '0030_quality_contracts': '138e7e56e3834987170bb3e1ca2608d4d088f46ba82ecbd73d4d4cf01240bfd6',
  '0031_fact_gaps': '3f57a43c57a16b13f09aaebcd97168bd8e3b706503bf0f6bb2937fc85ec6323a',
  '0032_refined_batches': 'f43309560e54ed86ff9518bcfff4b63713ce4840f934caf0addc49601dc1d27e',
  '0033_doubted_editions': '068e2822bb047de7f39ed4aebe8e60fe6213bf4875e8ff905bc36386303f07b1',
  '0034_interpolated_prices': '9e47bd513f9d243eccf75eff409a5a7cbf3174b0c4f005db46c92e43a8f499f0',
  '0036_gold_inputs': '73a2acd9e3aac85f63aad7cda3310683b678ab49e53c9e58d1c181dd547c7a9b',
  '0037_served_feature_vectors': '58d7d502867c960478f4910b087d29530f811dadb94856bfcc98a854e56da4f6',
  '0038_model_promotions': '50b4a1ff028d51a1d9530659079e96475856def13717556e11034bab3ae55ed5',
  '0042_api_keys': '69d8475fac6456ea0bf1a37ee5d4ac554c8ad1ed64706560120f24747587c7b8',
  '0045_streams': '30aac05ab9a72148ddeaedff63700227f5f315370831e8300b39719d730cc00b',
  '0050_model_promotion_ends': '149214b49fe1edc270ab3a54409c218f1ea2734896b1b85566c9794a1bfb2724',
  '0051_gold_known_until': 'f89310cee872d9ac57ff5b8fdaa711752910d90affbc2c4789237833e925893b',
  '0052_last_told': 'e1a270ace4d71aece3fe49f75f5995135690875a3965159079f0af6ecce088d9',
  '0059_cache_versions': '85c59757aeefdb69350d94f4dcbe1660f4ec184d4a91adb0c91dc81232a54336',
  '0061_price_news': '4b385ee3ff3e855f403f991afd969fea2b49aafb17238c18ec55868fe9591ab1',
  '0063_backup_runs': 'e6931c2d390eb5a37d72b0ab0cb20b19e26decc6539db86f9cebb6625f8c3810',
  '0065_restore_audits': 'a6780206b1911a4c2a251a4e741b8db8e29fdafeb84bda8b5dbc2f7a23371fac',
  '0066_lineage_descriptions': '9218508afd07403d4501df406876932e1b0e0e6c66e996aab65221b625c6bcc5',
  '0067_lineage_deliveries': 'e18b4361f0ab957f664f88c57722bbe4741024984c3109887d12af446415fa5f',
};

/** A match that was played, one in a month that nobody prepared, and all that the first migrations had for them. */
const firstRows = `
  select ensure_month_partitions('matches', '2021-08-13Z', '2021-08-13Z');
  select ensure_month_partitions('odds', '2021-08-13Z', '2021-08-13Z');
  insert into source_editions (data_source, uri, edition_no, file_kind, sha256, fetched_from, edition_time, edition_time_basis,
      fetched_at, encoding, header, run_id, row_count, stored_count, duplicate_count, held_count)
    values ('football_data', '2122/E0.csv', 1, 'season', repeat('a', 64), 'x', now(), 'fetched', now(), 'utf-8', '[]', 'r', 1, 1, 0, 0);
  insert into raw_match_data (data_source, raw_data, collected_at, external_match_id, match_time, content_hash, dedup_key, process_status)
    values ('football_data', '{}', now(), 'E0/2021-22/Arsenal/Chelsea/1', '2021-08-13 19:00Z', '\\x00', '\\x00', 'done');
  insert into edition_rows select e.id, 1, r.id from source_editions e, raw_match_data r;
  insert into data_quality_logs (table_name, record_id, error_type, finding_key) select 'odds', id, 'overround', '\\x00' from raw_match_data;
  insert into leagues (code, name, country, level, time_zone) values ('E0', 'Premier League', 'England', 1, 'Europe/London');
  insert into league_external_ids select 'football_data', 'E0', id from leagues;
  insert into teams (name, country) values ('Arsenal', 'England'), ('Chelsea', 'England');
  insert into team_external_ids select 'football_data', 'England/' || name, id from teams;
  insert into match_registry (match_time, league_id, season, home_team_id, away_team_id)
    select v.at, l.id, v.season, h.id, a.id
    from leagues l, teams h, teams a, (values (timestamptz '2021-08-13 19:00Z', '2021-22'), ('2023-01-14 15:00Z', '2022-23')) as v (at, season)
    where h.name = 'Arsenal' and a.name = 'Chelsea' order by v.at;
  insert into match_external_ids select 'football_data', 'E0/2021-22/Arsenal/Chelsea/1', min(id) from match_registry;
  insert into matches (id, match_time, kickoff_precision, league_id, season, home_team_id, away_team_id)
    select id, match_time, 'minute', league_id, season, home_team_id, away_team_id from match_registry;
  insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status)
    select m.id, 'football_data', '2021-08-10Z', 'estimated', r.id, m.match_time, 'minute', 'scheduled' from match_registry m, raw_match_data r;
  insert into match_statistics (match_id, data_source, known_at, known_at_basis, raw_id, home_corners)
    select m.id, 'football_data', '2021-08-14Z', 'estimated', r.id, 7 from match_registry m, raw_match_data r;
  insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
      collected_at, recorded_at, known_at_basis, raw_id)
    select min(m.id), 'football_data', 'bet365', '1x2', 'book', 'prematch', 2.1, 3.4, 3.6, '2021-08-13 12:00Z', '2021-08-13 12:00Z',
      'observed', min(r.id) from match_registry m, raw_match_data r;
  insert into odds_last_seen select match_id, data_source, bookmaker, market_type, price_phase, line_value, collected_at from odds;
  insert into features (match_id, team_id, team_type, feature_set_version, as_of, season, lake_snapshot)
    select id, home_team_id, 'home', 'v', match_time, season, 1 from match_registry;
  insert into predictions (match_id, model_version, model_name, home_win_probability, draw_probability, away_win_probability,
      predicted_result, confidence_score, features_used, prediction_metadata, created_at)
    select id, '1', 'm', .5, .3, .2, 'home', .5, '{}', '{}', '2021-08-13 18:00Z' from match_registry;
  insert into prediction_keys select match_id, model_name, model_version, repeat('a', 64), created_at from predictions;`;

/** Rows of each table that the first migrations made. */
async function countRows(url: string): Promise<Readonly<Record<string, number>>> {
  const tables = [
    ...[
      'source_editions',
      'raw_match_data',
      'edition_rows',
      'data_collection_logs',
      'data_quality_logs',
      'leagues',
    ],
    ...[
      'league_external_ids',
      'teams',
      'team_external_ids',
      'match_registry',
      'match_external_ids',
      'matches',
    ],
    ...[
      'fixture_revisions',
      'match_statistics',
      'odds',
      'odds_last_seen',
      'features',
      'predictions',
      'prediction_keys',
    ],
  ];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string; rows: number }>(
    tables
      .map((name) => `select '${name}' as name, count(*)::integer as rows from ${name}`)
      .join(' union all '),
  );
  await client.end();
  return Object.fromEntries(rows.map(({ name, rows: count }) => [name, count]));
}

async function execute(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

describe('the migrations', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());

  const downToNothing = async (url: string): Promise<string[]> => {
    const takenBack: string[] = [];
    for (let back = await migrateDown(url); back.length > 0; back = await migrateDown(url))
      takenBack.push(...back);
    return takenBack;
  };

  it('go up, all the way down to what was there before, and up again to the same schema', async () => {
    const url = await postgres.freshDatabase();
    const known = (await listMigrations(url)).map(({ name }) => name);
    const before = await schemaOf(url);
    expect(await downToNothing(url)).toEqual([...known].reverse());
    expect(await migrate(url)).toEqual(known);
    expect(await schemaOf(url)).toEqual(before);
  });

  it('each go up, down to the schema before it, and up again to the same', async () => {
    const url = await postgres.freshDatabase();
    await downToNothing(url);
    for (;;) {
      const before = await schemaOf(url);
      const [name] = await migrateUp(url);
      if (name === undefined) break;
      const after = await schemaOf(url);
      expect(after, name).not.toEqual(before);
      expect(await migrateDown(url)).toEqual([name]);
      expect(await schemaOf(url), `${name} down`).toEqual(before);
      expect(await migrateUp(url)).toEqual([name]);
      expect(await schemaOf(url), `${name} up again`).toEqual(after);
    }
    // As long as there are migrations: a busy machine takes more than two minutes.
  }, 600_000);

  it('that were released are as they were', async () => {
    const texts = new URL('../../../sql/migrations/', import.meta.url);
    for (const [name, sha256] of Object.entries(released)) {
      const hash = createHash('sha256');
      for (const direction of ['up', 'down'])
        hash.update(await readFile(new URL(`${name}.${direction}.sql`, texts)));
      // A change of what they made belongs in a new migration.
      expect(hash.digest('hex'), name).toBe(sha256);
    }
  });

  it('bring a database of the first release, with its rows, to the schema of a new one', async () => {
    const old = new URL(postgres.url);
    old.pathname = '/first_release';
    await execute(postgres.url, 'create database first_release');
    const ran: string[] = [];
    while (ran.length < Object.keys(released).length) ran.push(...(await migrateUp(old.href)));
    expect(ran).toEqual(Object.keys(released));
    await execute(old.href, firstRows);
    const before = await countRows(old.href);
    expect(before).toMatchObject({ matches: 2, odds: 1, predictions: 2, data_quality_logs: 1 });

    const rest = (await listMigrations(old.href)).filter(({ executedAt }) => executedAt === undefined);
    expect(await migrate(old.href)).toEqual(rest.map(({ name }) => name));
    // What the default partitions had caught, of matches and of predictions, is told as it moves.
    expect(await countRows(old.href)).toEqual({ ...before, data_quality_logs: 3 });

    const fresh = await postgres.freshDatabase();
    await execute(
      fresh,
      `select ensure_month_partitions('matches', '2021-08-13Z', '2021-08-13Z'), ensure_month_partitions('odds', '2021-08-13Z', '2021-08-13Z'),
         ensure_month_partitions('matches', '2023-01-14Z', '2023-01-14Z'), ensure_month_partitions('predictions', '2021-08-13Z', '2021-08-13Z')`,
    );
    await migrate(fresh);
    expect(await schemaOf(old.href)).toEqual(await schemaOf(fresh));
  });

  it('run once where several processes start together, and do nothing when all have run', async () => {
    const url = await postgres.freshDatabase();
    while ((await migrateDown(url)).length > 0);
    const ran = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    const known = (await listMigrations(url)).map(({ name }) => name);
    expect(ran.flat().sort()).toEqual(known);
    expect(await migrate(url)).toEqual([]);
  });

  it('fail as absence where Postgres is not there', async () => {
    const url = new URL(postgres.url);
    url.port = '1';
    await expect(migrate(url.href)).rejects.toMatchObject({ name: 'DependencyAway' });
  });
});
