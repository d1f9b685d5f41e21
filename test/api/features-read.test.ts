import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as arrow from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FrameAnswer, OnlineAnswer } from '../../schemas/api/features.js';
import { toIso } from '../../schemas/values.js';
import { openTestApi } from '../support/api.js';
import { openApiOverLake, type ApiOverLake, type GoldMatch } from '../support/api-lake.js';

const hour = 3_600_000;
const host = '127.0.0.1:8000';

let over: ApiOverLake;
let ahead: readonly GoldMatch[];
let played: readonly GoldMatch[];
beforeAll(async () => {
  over = await openApiOverLake();
  ahead = await over.matches(`match_status = 'scheduled' and match_time > '${toIso(over.now)}'`);
  played = await over.matches(`match_status = 'completed'`);
});
afterAll(async () => {
  await over.close();
});

const post = (url: string, payload: object, accept = 'application/json') =>
  over.api.app.inject({ method: 'POST', url, payload, headers: { host, accept } });
const isoAt = (at: number): string => new Date(at).toISOString();
const online = async (payload: object) => {
  const answer = await post('/api/v1/features/online', payload);
  expect(answer.statusCode).toBe(200);
  return z.object({ success: z.literal(true), data: OnlineAnswer }).parse(answer.json()).data;
};
const frame = async (payload: object) => {
  const answer = await post('/api/v1/features/frame', payload);
  expect(answer.statusCode).toBe(200);
  return z.object({ success: z.literal(true), data: FrameAnswer }).parse(answer.json()).data;
};
const references = [
  'odds_features:home_odds_avg',
  'odds_features:bookmaker_count',
  'historical_matchup:h2h_draws',
];

describe('features online', () => {
  it('are one row a match in the order asked for, and null with a status where nobody knows the match', async () => {
    const [first, second] = ahead.map(({ id }) => id);
    const told = await online({ service: 'match_prediction_v1', match_ids: [second, 999_999, first] });
    expect(told.features).toHaveLength(28);
    expect(told.rows.map(({ match_id, status }) => [match_id, status])).toEqual([
      [second, 'computed'],
      [999_999, 'unknown'],
      [first, 'computed'],
    ]);
    expect(told.rows[1]?.values.every((value) => value === null)).toBe(true);
    const again = await online({ service: 'match_prediction', match_ids: [second] });
    expect(again.services).toEqual(['match_prediction_v2']);
  });

  it('that are named are those of the services that have them, each under its name', async () => {
    const matchIds = ahead.slice(0, 5).map(({ id }) => id);
    const named = await online({
      features: ['match_features:total_goals_expected', ...references],
      match_ids: matchIds,
    });
    expect(named.services).toEqual(['goals_prediction_v1', 'match_prediction_v1']);
    expect(named.features).toEqual(['total_goals_expected', 'home_odds_avg', 'bookmaker_count', 'h2h_draws']);
    const whole = await online({ service: 'match_prediction_v1', match_ids: matchIds });
    const places = named.features.map((name) => whole.features.indexOf(name)).slice(1);
    expect(named.rows.map(({ values }) => values.slice(1))).toEqual(
      whole.rows.map(({ values }) => places.map((place) => values[place])),
    );
  });

  it('that nobody serves, or that are asked for twice over, are refused with what can be done', async () => {
    const refused = async (payload: object) => {
      const answer = await post('/api/v1/features/online', payload);
      return [answer.statusCode, z.object({ message: z.string() }).parse(answer.json()).message] as const;
    };
    const match_ids = [1];
    expect(await refused({ service: 'live_prediction_v1', match_ids })).toMatchObject([
      422,
      /not served online/,
    ]);
    expect(await refused({ service: 'nonsense', match_ids })).toMatchObject([
      422,
      /no feature service nonsense/,
    ]);
    expect(await refused({ features: ['closing_prices:closing_home_odds'], match_ids })).toMatchObject([
      422,
      /in no service/,
    ]);
    expect(await refused({ features: references, service: 'match_prediction_v1', match_ids })).toMatchObject([
      422,
      /not both/,
    ]);
    expect((await refused({ service: 'match_prediction_v1', match_ids: [] }))[0]).toBe(422);
  });
});

it('what is asked by POST has its limit too, whose body was read long before', async () => {
  const hanging = await openTestApi(over.lake, `${over.folder}/models`, {
    answerWithinMs: 300,
    kickOffs: () => new Promise(() => undefined),
  });
  const address = await hanging.app.listen({ host: '127.0.0.1', port: 0 });
  const answer = await fetch(`${address}/api/v1/features/online`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ service: 'match_prediction_v1', match_ids: [1] }),
  });
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'dependency_away', message: 'No answer in time' });
  await hanging.close();
});

describe('a frame of features', () => {
  const entities = () =>
    played.flatMap(({ id, kickOff }) => [
      { match_id: id, event_timestamp: isoAt(kickOff - hour), own: `row ${id}` },
      { match_id: id, event_timestamp: isoAt(kickOff - hour - 1), own: null },
    ]);

  it('has every row that was sent, in order, and nothing that was not known at its instant', async () => {
    const rows = entities();
    const told = await frame({ features: references, entities: rows });
    expect(told.columns).toEqual([
      'match_id',
      'event_timestamp',
      'own',
      'home_odds_avg',
      'bookmaker_count',
      'h2h_draws',
    ]);
    expect(
      told.rows.map(({ match_id, event_timestamp, own }) => ({ match_id, event_timestamp, own })),
    ).toEqual(rows);
    const priced = told.rows.map(({ home_odds_avg: price }) => price !== null);
    expect(priced.filter((_, place) => place % 2 === 1)).not.toContain(true);
    expect(priced.filter(Boolean).length).toBeGreaterThan(50);
  });

  it('is the same as lines and as Arrow', async () => {
    const payload = { features: references, entities: entities(), full_feature_names: true };
    const told = await frame(payload);
    expect(told.columns).toContain('odds_features__home_odds_avg');
    const lines = await post('/api/v1/features/frame', payload, 'application/x-ndjson');
    expect(lines.headers['content-type']).toBe('application/x-ndjson');
    expect(
      lines.body
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual(told.rows);
    const inArrow = await post('/api/v1/features/frame', payload, 'application/vnd.apache.arrow.stream');
    expect(inArrow.headers['content-type']).toBe('application/vnd.apache.arrow.stream');
    const table = arrow.tableFromIPC(inArrow.rawPayload);
    expect(table.schema.fields.map(({ name }) => name)).toEqual(told.columns);
    const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);
    expect(
      table
        .toArray()
        .map((row: arrow.StructRowProxy) => told.columns.map((name) => plain(Object.fromEntries(row)[name]))),
    ).toEqual(
      told.rows.map((row) =>
        told.columns.map((name) =>
          name === 'event_timestamp' ? Date.parse(z.string().parse(row[name])) : (row[name] ?? null),
        ),
      ),
    );
  });

  it('leaves no file behind, also where it is refused', async () => {
    const [one] = played;
    const at = isoAt(over.now);
    const bad = await post('/api/v1/features/frame', {
      features: ['ratings:home_elo'],
      entities: [{ match_id: one?.id ?? 0, event_timestamp: at, home_elo: 1 }],
    });
    expect(bad.statusCode).toBe(422);
    expect(bad.body).toContain('The frame has a column home_elo already');
    expect(bad.body).not.toContain(over.folder);
    expect(
      (await readdir(path.join(over.folder, 'tmp'))).filter((name) => name.startsWith('frame-')),
    ).toEqual([]);
  });

  it('is refused where a row has no instant, an id is none, or it is too large, with the limit said', async () => {
    const refused = async (rows: unknown) =>
      (await post('/api/v1/features/frame', { features: references, entities: rows })).statusCode;
    const at = isoAt(over.now);
    expect(await refused([{ match_id: 1 }])).toBe(422);
    expect(await refused([{ match_id: 'nine', event_timestamp: at }])).toBe(422);
    expect(await refused([{ touchline_frame_row: 1, match_id: 1, event_timestamp: at }])).toBe(422);
    expect(await refused([])).toBe(422);
    const long = 'x'.repeat(190);
    const large = Array.from({ length: 45_000 }, () => ({ match_id: 1, event_timestamp: at, long }));
    expect(await refused(large)).toBe(413);
  });

  it('that takes long is told on the connection on which it was asked for, however long nothing is said on that', async () => {
    const { lake } = over.lake;
    const slow = await openTestApi(over.lake, `${over.folder}/models`, {
      silentMs: 200,
      lake: {
        ...lake,
        async frame(asked) {
          await sleep(1_000);
          return lake.frame(asked);
        },
      },
    });
    const address = await slow.app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${address}/api/v1/features/frame`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ features: references, entities: entities().slice(0, 2) }),
    });
    expect(answer.status, await answer.clone().text()).toBe(200);
    expect(z.object({ data: FrameAnswer }).parse(await answer.json()).data.rows).toHaveLength(2);
    await slow.close();
  });

  it('is given up when who asked goes away, within DuckDB too', async () => {
    let joining: Promise<unknown> | undefined;
    const { lake } = over.lake;
    const watched = await openTestApi(over.lake, `${over.folder}/models`, {
      lake: {
        ...lake,
        frame: (asked) => {
          const joined = lake.frame(asked);
          joining = joined.catch((error: unknown) => error);
          return joined;
        },
      },
    });
    const address = await watched.app.listen({ host: '127.0.0.1', port: 0 });
    const rows = Array.from({ length: 40_000 }, (_, n) => ({
      match_id: played[n % played.length]?.id ?? 0,
      event_timestamp: isoAt(over.now - n * 60_000),
    }));
    const leaving = new AbortController();
    const asked = fetch(`${address}/api/v1/features/frame`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service: 'match_prediction_v2', entities: rows }),
    }).catch(() => undefined);
    await expect.poll(() => joining !== undefined, { timeout: 10_000 }).toBe(true);
    leaving.abort();
    await asked;
    expect(await joining).toBeInstanceOf(Error);
    await watched.close();
  });
});
