import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { claimKeys, markProcessed } from '../../../adapters/postgres/silver-claim.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { insertRow, type Columns } from '../../support/silver-rows.js';

const bronzeTables = [
  'raw_match_data',
  'raw_odds_data',
  'raw_scores_data',
  'raw_lineups_data',
  'raw_injuries_data',
  'raw_weather_data',
] as const;
type BronzeTable = (typeof bronzeTables)[number];

const collectedAt = '2024-03-08T17:00:00Z';

/** Inserts a payload as a collector would; the key tells it from others. */
const payload = (table: BronzeTable, key: string, row: Columns = {}): Columns => ({
  data_source: 'api_football',
  raw_data: JSON.stringify({ fixture: { id: 1035037, teams: ['Arsenal', 'Brentford'] } }),
  collected_at: collectedAt,
  external_match_id: '1035037',
  dedup_key: `\\x${Buffer.from(key).toString('hex')}`,
  content_hash: '\\x00',
  ...(table === 'raw_match_data' ? {} : { record_key: key, last_seen_at: collectedAt }),
  ...row,
});

describe('test_database_models_bronze_layer', () => {
  let postgres: TestPostgres;
  let database: OpenDatabase;
  beforeAll(async () => {
    postgres = await startTestPostgres();
    database = openDatabase(postgres.url, { applicationName: 'test', max: 3 });
  });
  afterAll(async () => {
    await database.db.destroy();
    await postgres.stop();
  });

  const insert = (table: BronzeTable, row: Columns): Promise<void> =>
    inTransaction(database.pool, ({ client }) => insertRow(client, table, row));
  const query = async (text: string): Promise<unknown[]> =>
    (await database.pool.query<Record<string, unknown>>(text)).rows;

  /** The indexes by which a query finds its rows; those of partitions by the name of their table's. */
  async function indexesUsed(text: string): Promise<string[]> {
    const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`);
    const names = rows.flatMap(
      (row) => /Index (?:Only )?Scan (?:using|on) (\S+)/.exec(row['QUERY PLAN'])?.[1] ?? [],
    );
    const roots = await database.pool.query<{ name: string }>(
      `select distinct coalesce(pg_partition_root(name::regclass), name::regclass)::text as name from unnest($1::text[]) as n (name)`,
      [names],
    );
    return roots.rows.map(({ name }) => name);
  }

  describe.each(bronzeTables)('%s', (table) => {
    it('asks for a source, a payload and the time of its collection', async () => {
      for (const column of ['data_source', 'raw_data', 'collected_at', 'dedup_key']) {
        await expect(insert(table, payload(table, 'incomplete', { [column]: null }))).rejects.toMatchObject({
          violation: { constraint: `${column}_not_null`, table },
        });
      }
    });

    it('begins as pending and unprocessed, with an id and a time of its own', async () => {
      await insert(table, payload(table, 'begins'));
      expect(
        await query(
          `select processed, process_status, process_error, id > 0 as has_id, created_at <= now() as created
           from ${table} where dedup_key = '\\x${Buffer.from('begins').toString('hex')}'`,
        ),
      ).toEqual([
        { processed: false, process_status: 'pending', process_error: null, has_id: true, created: true },
      ]);
    });

    it('keeps the payload as JSON that can be asked by path', async () => {
      await insert(
        table,
        payload(table, 'by path', { raw_data: '{"fixture": {"venue": {"city": "Łódź"}}, "odds": [1.5, 2]}' }),
      );
      expect(
        await query(
          `select raw_data #>> '{fixture,venue,city}' as city, (raw_data -> 'odds' ->> 0)::numeric as price
           from ${table} where raw_data @> '{"fixture": {"venue": {}}}'`,
        ),
      ).toEqual([{ city: 'Łódź', price: 1.5 }]);
    });

    it('refuses a text that is not JSON', async () => {
      await expect(
        insert(table, payload(table, 'no json', { raw_data: '{"fixture": ' })),
      ).rejects.toMatchObject({ code: '22P02' });
    });

    it('takes the same record once, whoever brings it', async () => {
      await insert(table, payload(table, 'twice'));
      await expect(insert(table, payload(table, 'twice'))).rejects.toMatchObject({
        violation: { constraint: expect.stringMatching(/dedup_key/) as unknown, sqlState: '23505' },
      });
    });

    it('leaves the way to a held or rejected row open, and no other status', async () => {
      await insert(
        table,
        payload(table, 'held', { process_status: 'held', process_error: 'no such league' }),
      );
      await insert(table, payload(table, 'rejected', { process_status: 'rejected' }));
      await expect(insert(table, payload(table, 'lost', { process_status: 'lost' }))).rejects.toMatchObject({
        violation: { sqlState: '23514' },
      });
    });

    it('finds what is pending by an index that holds nothing else', async () => {
      await database.pool.query(
        `insert into ${table} (data_source, raw_data, collected_at, dedup_key, process_status, processed,
           content_hash ${table === 'raw_match_data' ? '' : ', record_key, last_seen_at'})
         select 'api_football', '{}', '${collectedAt}', sha256(convert_to('done ' || n, 'UTF8')), 'done', true,
           '\\x00' ${table === 'raw_match_data' ? '' : `, 'one', '${collectedAt}'`}
         from generate_series(1, 3000) as n`,
      );
      await database.pool.query(`analyze ${table}`);
      expect(
        await indexesUsed(`select id from ${table} where process_status = 'pending' order by id limit 100`),
      ).toEqual([`idx_${table}_pending`]);
    });
  });

  // The other tables get their flow with their collectors; what they share with this one is above.
  it('raw_match_data: a payload is claimed by one batch, marked with what became of it, and not claimed again', async () => {
    const paired = (key: string, externalId: string): Promise<void> =>
      insert(
        'raw_match_data',
        payload('raw_match_data', key, { external_match_id: externalId, match_time: collectedAt }),
      );
    await paired('first', 'E0/2324/A/B/1');
    await paired('second', 'E0/2324/A/B/1');
    await paired('third', 'E0/2324/C/D/1');
    const marked = await inTransaction(database.pool, async ({ client }) => {
      const keys = await claimKeys(client, { limit: 100 });
      expect(keys.map(({ key, rawIds }) => [key, rawIds.length])).toEqual([
        ['E0/2324/A/B/1', 2],
        ['E0/2324/C/D/1', 1],
      ]);
      expect(
        await inTransaction(database.pool, (beside) => claimKeys(beside.client, { limit: 100 })),
      ).toEqual([]);
      const [first, second, third] = keys.flatMap(({ rawIds }) => rawIds);
      const outcomes = [first, second, third].map((rawId = NaN, at) => ({
        rawId,
        held: at === 2 ? 'no such league' : null,
      }));
      await markProcessed(client, outcomes);
      return outcomes.map(({ rawId }) => rawId);
    });
    expect(
      await query(
        `select processed, process_status, process_error from raw_match_data where id in (${marked.join()}) order by id`,
      ),
    ).toEqual([
      { processed: true, process_status: 'done', process_error: null },
      { processed: true, process_status: 'done', process_error: null },
      { processed: false, process_status: 'held', process_error: 'no such league' },
    ]);
    expect(await inTransaction(database.pool, ({ client }) => claimKeys(client, { limit: 100 }))).toEqual([]);
  });

  it('keeps the lookup columns of each kind beside the payload', async () => {
    await insert(
      'raw_odds_data',
      payload('raw_odds_data', 'a quote', { bookmaker: 'bet365', market_type: '1x2' }),
    );
    await insert(
      'raw_scores_data',
      payload('raw_scores_data', 'a score', {
        match_status: 'live',
        home_score: 1,
        away_score: 0,
        match_minute: 57,
        provider_updated_at: '2024-03-09T16:12:00Z',
      }),
    );
    expect(
      await query('select bookmaker, market_type from raw_odds_data where bookmaker is not null'),
    ).toEqual([{ bookmaker: 'bet365', market_type: '1x2' }]);
    expect(
      await query(
        'select match_status, home_score, match_minute from raw_scores_data where match_minute > 0',
      ),
    ).toEqual([{ match_status: 'live', home_score: 1, match_minute: 57 }]);
  });

  it('keeps quotes by the month in which they were collected; the same record of another instant is another row', async () => {
    await database.pool.query(`select ensure_month_partitions('raw_odds_data', '2024-04-01', '2024-04-01')`);
    await insert(
      'raw_odds_data',
      payload('raw_odds_data', 'monthly', { collected_at: '2024-04-05T00:00:00Z' }),
    );
    await insert(
      'raw_odds_data',
      payload('raw_odds_data', 'monthly', { collected_at: '2024-04-06T00:00:00Z' }),
    );
    expect(await query('select count(*) from raw_odds_data_2024_04')).toEqual([{ count: 2 }]);
  });
});
