import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import {
  insertRevision,
  insertRow,
  matchRow,
  quoteRow,
  seedMatch,
  type SeededMatch,
} from '../../support/silver-rows.js';

let postgres: TestPostgres;
let owner: OpenDatabase;
let writer: OpenDatabase;
let reader: OpenDatabase;
let admin: OpenDatabase;
let match: SeededMatch;
let other: SeededMatch;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const urls = await postgres.roleUrls();
  const open = (url: string): OpenDatabase => openDatabase(url, { applicationName: 'test', max: 2 });
  [owner, writer, reader, admin] = [
    open(postgres.url),
    open(urls.writer),
    open(urls.reader),
    open(urls.admin),
  ];
});
afterAll(async () => {
  for (const { db } of [owner, writer, reader, admin]) await db.destroy();
  await postgres.stop();
});
beforeEach(async () => {
  match = await toldMatch();
  other = await toldMatch();
});

const keyOf = ({ matchId }: SeededMatch): string => `E0/2023-24/match ${matchId}`;

/** A match with a payload, a row in each table and two findings, as refine leaves them. */
async function toldMatch(): Promise<SeededMatch> {
  const seeded = await seedMatch(owner.pool);
  const { matchId } = seeded;
  await insertRow(owner.pool, 'matches', matchRow(seeded));
  await insertRow(owner.pool, 'odds', quoteRow(seeded));
  await insertRevision(owner.pool, seeded, { knownAt: '2024-03-01T00:00:00Z', kickoff: seeded.kickoff });
  await owner.pool.query(
    `insert into match_external_ids (data_source, external_id, match_id) values ('football_data', $2, $1)`,
    [matchId, keyOf(seeded)],
  );
  await owner.pool.query(
    `update raw_match_data r set external_match_id = $2, process_status = 'done'
     from fixture_revisions f where f.match_id = $1 and r.id = f.raw_id`,
    [matchId, keyOf(seeded)],
  );
  await owner.pool.query(
    `insert into match_statistics (match_id, data_source, known_at, known_at_basis, raw_id)
     select match_id, data_source, known_at, known_at_basis, raw_id from fixture_revisions where match_id = $1`,
    [matchId],
  );
  await owner.pool.query(
    `insert into odds_last_seen select match_id, data_source, bookmaker, market_type, price_phase, line_value, collected_at
     from odds where match_id = $1`,
    [matchId],
  );
  await owner.pool.query(
    `insert into data_quality_logs (table_name, record_id, error_type, error_data, finding_key)
     select 'odds', raw_id, 'overround', '{}', convert_to('overround' || match_id, 'UTF8') from fixture_revisions where match_id = $1
     union all
     select 'matches', raw_id, 'source_conflict', jsonb_build_object('match_id', match_id), convert_to('conflict' || match_id, 'UTF8')
     from fixture_revisions where match_id = $1`,
    [matchId],
  );
  return seeded;
}

/** What refine does with a claimed payload before it withdraws anything. */
const refine = (client: pg.ClientBase, seeded: SeededMatch): Promise<unknown> =>
  client.query(
    `update raw_match_data set process_status = 'done', processed = true where external_match_id = $1`,
    [keyOf(seeded)],
  );

const tables = [
  'odds',
  'match_statistics',
  'fixture_revisions',
  'odds_last_seen',
  'data_quality_logs',
  'matches',
] as const;
type Table = (typeof tables)[number];

/** How refine takes away what a table has of a match. */
function withdrawal(table: Table, { matchId }: SeededMatch): string {
  switch (table) {
    case 'odds_last_seen':
      return `select withdraw_last_seen(array_agg(t)) from odds_last_seen t where match_id = ${matchId}`;
    case 'data_quality_logs':
      return `select withdraw_findings(array_agg(q.id)) from data_quality_logs q
        join fixture_revisions f on f.raw_id = q.record_id where f.match_id = ${matchId}`;
    case 'matches':
      return `select withdraw_matches(array[${matchId}])`;
    case 'odds':
    case 'match_statistics':
    case 'fixture_revisions':
      return `select withdraw_rows('${table}', array_agg(match_id), array_agg(id)) from ${table} where match_id = ${matchId}`;
  }
}

const counted = (table: Table, { matchId }: SeededMatch): string =>
  table === 'data_quality_logs'
    ? `select 1 from data_quality_logs where convert_from(finding_key, 'UTF8') in ('overround${matchId}', 'conflict${matchId}')`
    : `select 1 from ${table} where ${table === 'matches' ? 'id' : 'match_id'} = ${matchId}`;
const rowsLeft = async (table: Table, seeded: SeededMatch): Promise<number | null> =>
  (await owner.pool.query(counted(table, seeded))).rowCount;

/** A match of which no source tells any more. */
const untell = (seeded: SeededMatch): Promise<unknown> =>
  owner.pool.query('delete from fixture_revisions where match_id = $1', [seeded.matchId]);

const refused = {
  name: 'ConstraintViolated',
  violation: { constraint: 'withdrawn_while_refined', sqlState: '23T07' },
};
const denied = { code: '42501' };

describe('the writer', () => {
  it('withdraws what was told of a match in the transaction that refines a payload of it', async () => {
    await inTransaction(writer.pool, async ({ client }) => {
      await refine(client, match);
      for (const table of [
        'data_quality_logs',
        'odds',
        'match_statistics',
        'fixture_revisions',
        'odds_last_seen',
        'matches',
      ] as const)
        await client.query(withdrawal(table, match));
    });
    for (const table of tables) {
      expect(await rowsLeft(table, match), table).toBe(0);
      expect(await rowsLeft(table, other), table).toBeGreaterThan(0);
    }
  });

  it.each(tables)(
    'withdraws nothing of %s on its own, nor of a match that was refined before',
    async (table) => {
      if (table === 'matches') await untell(match);
      const before = await rowsLeft(table, match);
      await expect(
        inTransaction(writer.pool, ({ client }) => client.query(withdrawal(table, match))),
      ).rejects.toMatchObject(refused);
      await inTransaction(writer.pool, ({ client }) => refine(client, match));
      await expect(
        inTransaction(writer.pool, ({ client }) => client.query(withdrawal(table, match))),
      ).rejects.toMatchObject(refused);
      expect(before).toBeGreaterThan(0);
      expect(await rowsLeft(table, match)).toBe(before);
    },
  );

  it.each(tables)('withdraws nothing of %s of a match beside the one that it refines', async (table) => {
    if (table === 'matches') await untell(other);
    const both = inTransaction(writer.pool, async ({ client }) => {
      await refine(client, match);
      await client.query(withdrawal(table, other));
    });
    await expect(both).rejects.toMatchObject(refused);
    expect(await rowsLeft(table, other)).toBeGreaterThan(0);
  });

  it('withdraws no row of another source than the one it refines', async () => {
    await owner.pool.query(`update odds_last_seen set data_source = 'openfootball' where match_id = $1`, [
      match.matchId,
    ]);
    await insertRow(owner.pool, 'odds', {
      ...quoteRow(match),
      bookmaker: 'pinnacle',
      data_source: 'openfootball',
    });
    for (const table of ['odds', 'odds_last_seen'] as const) {
      const mixed = inTransaction(writer.pool, async ({ client }) => {
        await refine(client, match);
        await client.query(withdrawal(table, match));
      });
      await expect(mixed, table).rejects.toMatchObject(refused);
    }
  });

  it('withdraws no match of which a source still tells, and no finding that someone has handled', async () => {
    await owner.pool.query(
      `update data_quality_logs set handled_at = now() where convert_from(finding_key, 'UTF8') = 'overround' || $1`,
      [match.matchId],
    );
    await inTransaction(writer.pool, async ({ client }) => {
      await refine(client, match);
      await client.query(withdrawal('data_quality_logs', match));
      await client.query(withdrawal('matches', match));
    });
    expect([await rowsLeft('data_quality_logs', match), await rowsLeft('matches', match)]).toEqual([1, 1]);
  });

  it.each(['raw_match_data', 'teams', 'predictions', 'match_registry', 'odds; drop table odds'])(
    'withdraws no row of %s',
    async (table) => {
      await expect(
        writer.pool.query(`select withdraw_rows($1, array[1], array[1])`, [table]),
      ).rejects.toMatchObject(denied);
    },
  );

  it('cannot lead the functions to an object of its own', async () => {
    await inTransaction(writer.pool, async ({ client }) => {
      await client.query(
        'create temporary table odds (match_id bigint, data_source text, id bigint) on commit drop',
      );
      await client.query(
        'create temporary table match_external_ids (match_id bigint, data_source text, external_id text) on commit drop',
      );
      await client.query(`insert into pg_temp.odds select match_id, 'football_data', id from public.odds`);
      await client.query(`insert into pg_temp.match_external_ids values ($1, 'football_data', $2)`, [
        other.matchId,
        keyOf(match),
      ]);
      await refine(client, match);
      await client.query(withdrawal('odds', match).replace(' from odds', ' from public.odds'));
      expect(
        (await client.query('select from pg_temp.odds where match_id = $1', [match.matchId])).rowCount,
      ).toBe(1);
      const led = client.query(withdrawal('odds', other).replace(' from odds', ' from public.odds'));
      await expect(led).rejects.toMatchObject({ code: '23T07' });
      throw new Error('enough');
    }).catch((error: unknown) => {
      expect(error).toMatchObject({ message: 'enough' });
    });
  });
});

it('the reader withdraws nothing', async () => {
  for (const table of tables)
    await expect(reader.pool.query(withdrawal(table, match)), table).rejects.toMatchObject(denied);
});

it('the admin settles findings without a payload: it may delete them in any case', async () => {
  await admin.pool.query(withdrawal('data_quality_logs', match));
  expect(await rowsLeft('data_quality_logs', match)).toBe(0);
});
