import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { readVersions, versionsOfNotice, versionsSince } from '../../../adapters/postgres/write-versions.js';
import { nameOf, type Written } from '../../../schemas/cache.js';
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
let database: OpenDatabase;
let listener: pg.Client;
let match: SeededMatch;
const notices: string[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test', max: 8 });
  listener = new pg.Client({ connectionString: postgres.url });
  await listener.connect();
  await listener.query('listen touchline_cache');
  listener.on('notification', ({ payload }) => notices.push(payload ?? ''));
});
beforeEach(async () => {
  match = await seedMatch(database.pool);
  await told();
});
afterAll(async () => {
  await listener.end();
  await database.db.destroy();
  await postgres.stop();
});

/** What the listener has been told since it was asked last: a question is answered after the notices that came before it. */
async function told(): Promise<string[]> {
  await listener.query('select 1');
  return notices.splice(0).flatMap(versionsOfNotice).map(nameOf).sort();
}
const of = ({ matchId, homeId, awayId }: SeededMatch) => ({
  match: `match:${matchId}`,
  odds: `odds:${matchId}`,
  teams: [`team:${homeId}`, `team:${awayId}`],
});
const versions = (...asked: Written[]) => readVersions(database.pool, asked);

describe('a commit raises, and tells of, what it wrote', () => {
  it('a match with its teams, however many statements wrote it, once', async () => {
    const names = of(match);
    await inTransaction(database.pool, async ({ client }) => {
      await insertRow(client, 'matches', matchRow(match));
      await client.query('update matches set venue = $2 where id = $1', [match.matchId, 'Anfield']);
    });
    expect(await told()).toEqual([names.match, ...names.teams].sort());
    expect(
      await versions({ scope: 'match', id: match.matchId }, { scope: 'odds', id: match.matchId }),
    ).toEqual([1, 0]);
    await database.pool.query('delete from matches where id = $1', [match.matchId]);
    expect(await versions({ scope: 'match', id: match.matchId })).toEqual([2]);
  });

  it('what a source says of one', async () => {
    const names = of(match);
    await insertRevision(database.pool, match, { knownAt: '2024-03-01T10:00:00Z', kickoff: match.kickoff });
    expect(await told()).toEqual([names.match, ...names.teams].sort());
  });

  it('its prices alone, where they alone were written', async () => {
    await insertRow(database.pool, 'odds', quoteRow(match));
    await database.pool.query('update odds set suspicious_odds = true where match_id = $1', [match.matchId]);
    await database.pool.query('delete from odds where match_id = $1', [match.matchId]);
    expect(new Set(await told())).toEqual(new Set([of(match).odds]));
    expect(await versions({ scope: 'odds', id: match.matchId })).toEqual([3]);
  });

  it.each([
    ['the name of a team', 'update teams set name = name || $1 where id = (select max(id) from teams)'],
    [
      'the teams of a match',
      `update match_registry set season = $1 where id = (select max(id) from match_registry)`,
    ],
    ['tables that are emptied', `truncate odds, odds_last_seen /* $1 */`],
  ])('everything, where it is %s', async (_, text) => {
    await database.pool.query(text, text.includes('/*') ? [] : ['x']);
    expect(await told()).toEqual(['all:0']);
  });

  it('everything, where it is more than can be named', async () => {
    const ids = await database.pool.query<{ id: number }>(
      `insert into match_registry (match_time, league_id, season, home_team_id, away_team_id, ordinal)
       select $1, $2, 'many', $3, $4, n from generate_series(1, 1001) n returning id`,
      [match.kickoff, match.leagueId, match.homeId, match.awayId],
    );
    await told();
    await database.pool.query(
      `insert into matches (id, home_team_id, away_team_id, league_id, season, match_time, kickoff_precision)
       select id, home_team_id, away_team_id, league_id, season, match_time, 'minute' from match_registry where id = any($1)`,
      [ids.rows.map(({ id }) => id)],
    );
    expect(await told()).toEqual(['all:0']);
    // And five hundred by their names, in as many notices as they need.
    await database.pool.query('update matches set venue = $2 where id = any($1)', [
      ids.rows.slice(0, 500).map(({ id }) => id),
      'Anfield',
    ]);
    expect((await told()).filter((name) => name.startsWith('match:'))).toHaveLength(500);
  });

  it('nothing, where it wrote nothing, or was rolled back', async () => {
    await database.pool.query('update matches set venue = $1 where false', ['x']);
    await database.pool.query('begin; truncate odds, odds_last_seen; rollback');
    await inTransaction(database.pool, async ({ client }) => {
      await client.query('savepoint one');
      await insertRow(client, 'matches', matchRow(match));
      await client.query('rollback to savepoint one');
    });
    expect(await told()).toEqual([]);
    expect(await versions({ scope: 'match', id: match.matchId })).toEqual([0]);
    expect((await database.pool.query('select from cache_touched')).rowCount).toBe(0);
  });
});

it('a version rises with each commit of many who write the same matches in other orders, and none is in another’s way', async () => {
  const matches = await Promise.all(Array.from({ length: 5 }, () => seedMatch(database.pool)));
  await Promise.all(
    Array.from({ length: 40 }, (_, no) =>
      inTransaction(database.pool, async ({ client }) => {
        const order = no % 2 === 0 ? matches : [...matches].reverse();
        for (const one of order) {
          await insertRow(client, 'odds', { ...quoteRow(one), bookmaker: `b${no}` });
        }
      }),
    ),
  );
  expect(await versions(...matches.map(({ matchId }) => ({ scope: 'odds' as const, id: matchId })))).toEqual(
    matches.map(() => 40),
  );
});

it('the writer’s role may write, with rights on none of it', async () => {
  const urls = await postgres.roleUrls();
  const writer = openDatabase(urls.writer, { applicationName: 'test', max: 1 });
  await insertRow(writer.pool, 'odds', quoteRow(match));
  await writer.db.destroy();
  expect(await told()).toEqual([of(match).odds]);
});

it('who begins to listen is told what was written lately', async () => {
  await insertRow(database.pool, 'odds', quoteRow(match));
  expect(await versionsSince(database.pool, 3_600)).toContainEqual({
    scope: 'odds',
    id: match.matchId,
    version: 1,
  });
  await database.pool.query(
    `update cache_versions set changed_at = now() - interval '2 hours' where scope = 'odds'`,
  );
  expect((await versionsSince(database.pool, 3_600)).map(nameOf)).not.toContain(of(match).odds);
});
