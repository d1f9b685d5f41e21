import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FixtureLine, PriceLine } from '../../schemas/api/matches.js';
import { MatchToldAnswer } from '../../schemas/api/match-told.js';
import { openTestApi, type TestApi } from '../support/api.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

const local = { host: '127.0.0.1:8000' };

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let api: TestApi;
let played: { readonly id: number; readonly home: number; readonly result: readonly [number, number] };
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  await importToSilver(lake.house, folder.path, testLeague(), 'matches/1', '2026-11-24T10:00:00Z');
  api = await openTestApi(lake, `${folder.path}/models`);
  const { rows } = await lake.house.pool.query(
    `select id, home_team_id as home, home_score as a, away_score as b from matches
     where match_status = 'completed' order by match_time, id limit 1`,
  );
  const [row] = z
    .array(z.object({ id: z.number(), home: z.number(), a: z.number(), b: z.number() }))
    .parse(rows);
  if (row === undefined) throw new Error('No match was played');
  played = { id: row.id, home: row.home, result: [row.a, row.b] };
  // A month later somebody finds that the home team had scored nine.
  await lake.house.pool.query(
    `insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status, home_score, away_score)
     select match_id, data_source, '2026-12-24 10:00:00+00', 'observed', raw_id, match_time, kickoff_precision, 'completed', 9, away_score
     from fixture_revisions where match_id = $1 and match_status = 'completed' limit 1`,
    [played.id],
  );
  await lake.house.pool.query(
    `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds, collected_at,
       recorded_at, known_at_basis, raw_id)
     select match_id, data_source, bookmaker, market_type, quote_kind, price_phase, 9.5, draw_odds, away_odds, collected_at,
       '2026-12-24 10:00:00+00', 'observed', raw_id
     from odds where match_id = $1 and market_type = '1x2' and quote_kind = 'book' and price_phase = 'prematch' limit 1`,
    [played.id],
  );
});
afterAll(async () => {
  await api.close();
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

const ask = (url: string, headers: Record<string, string> = {}) =>
  api.app.inject({ url, headers: { ...local, ...headers } });
const before = '2026-12-24T09:59:59Z';
const after = '2026-12-24T10:00:00Z';

const readMatch = async (query = '') => {
  const answer = await ask(`/api/v1/matches/${played.id}${query}`);
  expect(answer.statusCode).toBe(200);
  return z.object({ data: MatchToldAnswer }).parse(answer.json()).data;
};
const lines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

describe('a match', () => {
  it('is told as it was known: a correction is not seen before it was made', async () => {
    const [then, later] = [await readMatch(`?as_of=${before}`), await readMatch(`?as_of=${after}`)];
    expect([then.match.home_score, then.match.away_score]).toEqual(played.result);
    expect(later.match.home_score).toBe(9);
    expect(later.revisions.length).toBe(then.revisions.length + 1);
    expect(later.match.prices).toBe(then.match.prices + 1);
    for (const told of [...then.revisions, ...then.statistics])
      expect(Date.parse(told.known_at)).toBeLessThan(Date.parse(after));
    expect(then.statistics.length).toBeGreaterThan(0);
  });

  it('of which nothing was known yet is not there, nor is one that never was', async () => {
    expect((await ask(`/api/v1/matches/${played.id}?as_of=1999-01-01T00:00:00Z`)).statusCode).toBe(404);
    expect((await ask('/api/v1/matches/999999')).json()).toMatchObject({ code: 'not_found', status: 404 });
    expect((await ask('/api/v1/matches/nine')).statusCode).toBe(422);
    expect((await ask(`/api/v1/matches/${played.id}?as_of=yesterday`)).statusCode).toBe(422);
  });

  it('has the form of its teams as it was known, without itself', async () => {
    const { rows } = await lake.house.pool.query(
      `select id from matches where $1 in (home_team_id, away_team_id) and match_time > (select match_time from match_registry where id = $2)
       and match_status = 'completed' order by match_time limit 1`,
      [played.home, played.id],
    );
    const [next] = z.array(z.object({ id: z.number() })).parse(rows);
    const formOf = async (asOf: string) => {
      const answer = await ask(`/api/v1/matches/${next?.id ?? 0}?as_of=${asOf}`);
      const { form, match } = z.object({ data: MatchToldAnswer }).parse(answer.json()).data;
      return match.home_team_id === played.home ? form.home : form.away;
    };
    const [then] = await formOf(before);
    expect(then).toMatchObject({ match_id: played.id, goals_for: played.result[0] });
    expect((await formOf(after))[0]).toMatchObject({ match_id: played.id, goals_for: 9, result: 'win' });
  });

  it('has the earlier meetings of its teams as they were known, as the home team saw them', async () => {
    // Their return match is announced for the spring.
    const { rows } = await lake.house.pool.query(
      `with back as (
         insert into match_registry (match_time, league_id, season, home_team_id, away_team_id)
         select '2027-03-06 15:00:00+00', league_id, season, away_team_id, home_team_id from match_registry where id = $1
         returning id, home_team_id, match_time
       ), said as (
         insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status)
         select back.id, r.data_source, '2026-12-01 10:00:00+00', 'observed', r.raw_id, back.match_time, 'minute', 'scheduled'
         from back, (select data_source, raw_id from fixture_revisions where match_id = $1 limit 1) r
       )
       select id from back`,
      [played.id],
    );
    const [back] = z.array(z.object({ id: z.number() })).parse(rows);
    const meetingsOf = async (asOf: string) => {
      const answer = await ask(`/api/v1/matches/${back?.id ?? 0}?as_of=${asOf}`);
      return z.object({ data: MatchToldAnswer }).parse(answer.json()).data.meetings;
    };
    const [home, away] = played.result;
    expect(await meetingsOf(before)).toMatchObject([
      { match_id: played.id, opponent_id: played.home, at_home: false, goals_for: away, goals_against: home },
    ]);
    expect(await meetingsOf(after)).toMatchObject([{ match_id: played.id, goals_against: 9 }]);
  });

  it('is not sent again to whoever has it already', async () => {
    const first = await ask(`/api/v1/matches/${played.id}?as_of=${before}`);
    const etag = z.string().parse(first.headers.etag);
    const again = await ask(`/api/v1/matches/${played.id}?as_of=${before}`, { 'if-none-match': etag });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    for (const marks of [`"x", W/${etag}`, '*'])
      expect(
        (await ask(`/api/v1/matches/${played.id}?as_of=${before}`, { 'if-none-match': marks })).statusCode,
      ).toBe(304);
    const refused = await ask('/api/v1/matches?limit=x', { 'if-none-match': '*' });
    expect([refused.statusCode, refused.headers.etag]).toEqual([422, undefined]);
    const other = await ask(`/api/v1/matches/${played.id}?as_of=${after}`, { 'if-none-match': etag });
    expect(other.statusCode).toBe(200);
  });

  it('has line-ups as they were in force, and says of none that it was seen later than that', async () => {
    const told = (at: string, formation: string, seen: string): Promise<unknown> =>
      lake.house.pool.query(
        `insert into raw_lineups_data (data_source, external_match_id, record_key, raw_data, collected_at, last_seen_at, content_hash, dedup_key)
         values ('api_football', 'p-1', 'home', $1, $2, $3, sha256($4), sha256($4))`,
        [JSON.stringify({ formation }), at, seen, Buffer.from(formation)],
      );
    await lake.house.pool.query(
      `insert into match_external_ids (data_source, external_id, match_id) values ('api_football', 'k-1', $1)`,
      [played.id],
    );
    await lake.house.pool.query(
      `insert into source_match_ids (data_source, source_id, external_match_id) values ('api_football', 'p-1', 'k-1')`,
    );
    await told('2026-12-20T10:00:00Z', '4-4-2', '2026-12-31T10:00:00Z');
    await told('2026-12-24T10:00:00Z', '3-5-2', '2026-12-31T10:00:00Z');
    const { line_ups: then } = await readMatch(`?as_of=${before}`);
    expect(then).toMatchObject([
      { payload: { formation: '4-4-2' }, last_seen_at: '2026-12-24T09:59:59.000Z' },
    ]);
    expect((await readMatch(`?as_of=${after}`)).line_ups).toMatchObject([
      { payload: { formation: '3-5-2' } },
    ]);
    expect((await readMatch(`?as_of=2026-12-19T10:00:00Z`)).line_ups).toEqual([]);
  });
});

describe('a long list', () => {
  const span = 'from=2026-01-01T00:00:00Z&to=2027-12-31T00:00:00Z';

  it('is the same in lines as by pages, as known at an instant or now', async () => {
    for (const asOf of ['', `&as_of=${before}`]) {
      const whole = await ask(`/api/v1/matches?${span}${asOf}`, { accept: 'application/x-ndjson' });
      expect(whole.headers['content-type']).toBe('application/x-ndjson');
      const pages: unknown[] = [];
      let cursor = '';
      do {
        const page = await ask(`/api/v1/matches?${span}${asOf}&limit=50${cursor}`);
        const { items, next_cursor: next } = z
          .object({ items: z.array(FixtureLine), next_cursor: z.string().nullable() })
          .parse(z.object({ data: z.unknown() }).parse(page.json()).data);
        pages.push(...items);
        cursor = next === null ? '' : `&cursor=${next}`;
      } while (cursor !== '');
      expect(pages.length).toBeGreaterThan(100);
      expect(lines(whole.body)).toEqual(pages);
    }
  });

  it('of prices has no correction before it was recorded', async () => {
    const url = `/api/v1/matches/${played.id}/prices`;
    const read = async (asOf: string) => {
      const inLines = await ask(`${url}?as_of=${asOf}`, { accept: 'application/x-ndjson' });
      const told = z.array(PriceLine).parse(lines(inLines.body));
      const { data } = z
        .object({ data: z.object({ history: z.array(PriceLine) }) })
        .parse((await ask(`${url}?as_of=${asOf}`)).json());
      expect(told).toEqual(data.history);
      return told.filter(({ home }) => home === 9.5).length;
    };
    expect(await read(before)).toBe(0);
    expect(await read(after)).toBe(1);
  });

  it('is read no further than it is taken, and lets go of its connection when who takes it goes away', async () => {
    await lake.house.pool.query(
      `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds, collected_at,
         recorded_at, known_at_basis, raw_id)
       select $1, 'football_data', 'Book ' || n % 50, '1x2', 'book', 'prematch', 2.0 + (n % 7) / 10.0, 3.4, 3.9,
         timestamptz '2026-08-01' + n * interval '1 second', timestamptz '2026-08-01' + n * interval '1 second', 'observed',
         (select raw_id from fixture_revisions limit 1)
       from generate_series(1, 60000) n`,
      [played.id],
    );
    const address = await api.app.listen({ host: '127.0.0.1', port: 0 });
    const leaving = new AbortController();
    const answer = await fetch(`${address}/api/v1/matches/${played.id}/prices`, {
      headers: { accept: 'application/x-ndjson' },
      signal: leaving.signal,
    });
    const open = async (): Promise<number> => {
      const { rows } = await lake.house.pool.query(
        `select count(*)::integer as n from pg_stat_activity where state = 'idle in transaction' and query like 'fetch %'`,
      );
      return z.array(z.object({ n: z.number() })).parse(rows)[0]?.n ?? 0;
    };
    await answer.body?.getReader().read();
    // What is not taken fills the buffers of both ends, and then nothing is read any more.
    expect(await open()).toBe(1);
    leaving.abort();
    await expect.poll(open, { timeout: 10_000 }).toBe(0);
  });
});
