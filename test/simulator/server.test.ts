import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nowBy } from '../../domain/clock/simulated-clock.js';
import { CollectLiveScoresInput } from '../../schemas/jobs/collect-live-scores.js';
import { instantFromIso } from '../../schemas/values.js';
import { allFaults } from '../../simulator/faults/faults.js';
import { serveSimulator, type Simulator } from '../../simulator/server.js';
import { stateAt } from '../../simulator/season/match-state.js';
import { Simulation } from '../../simulator/simulation.js';
import {
  apiFootballKey,
  oddsApiKey,
  runningSeason,
  saturday,
  scoresApiKey,
  seasonOver,
  serveStandingStill,
  standingStill,
} from '../support/simulation.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await serveStandingStill();
});
afterAll(() => simulator.close());

const read = async (response: Response): Promise<{ status: number; body: unknown }> => ({
  status: response.status,
  body: await response.json(),
});
const get = async (path: string, headers: Readonly<Record<string, string>> = {}) =>
  await read(await fetch(simulator.url + path, { headers }));
const post = async (path: string, body: unknown) =>
  await read(await fetch(simulator.url + path, { method: 'POST', body: JSON.stringify(body) }));

const TrueMatch = z.object({
  id: z.number(),
  kickOff: z.string(),
  status: z.string(),
  score: z.object({ home: z.number(), away: z.number() }).nullable(),
});

describe('the simulator', () => {
  it('answers as every provider below an address of its own', async () => {
    const answered = await Promise.all([
      get('/api-football/fixtures?live=all', apiFootballKey),
      get(`/odds-api/v4/sports/soccer_simulated_league/odds?regions=uk&${oddsApiKey}`),
      get('/scores-api/v1/scores', scoresApiKey),
      get('/open-meteo/v1/forecast?latitude=52&longitude=0&hourly=temperature_2m'),
    ]);
    expect(answered.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const csv = await fetch(`${simulator.url}/football-data/fixtures.csv`);
    expect((await csv.text()).startsWith('Div,Date,')).toBe(true);
    const head = await fetch(`${simulator.url}/football-data/fixtures.csv`, { method: 'HEAD' });
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([
      200,
      csv.headers.get('etag'),
      '',
    ]);
    expect((await fetch(`${simulator.url}/open-meteo/v1/forecast`, { method: 'POST' })).status).toBe(405);
    expect((await get('/elsewhere')).status).toBe(404);
  });

  it('tells the truth of matches, scores, odds and what happened when', async () => {
    const matches = z.array(TrueMatch).parse((await get('/simulator/truth/matches')).body);
    expect(matches).toHaveLength(380);
    const played = matches.filter(({ score }) => score !== null);
    expect((await get('/simulator/truth/scores')).body).toHaveLength(played.length);
    const [{ id } = { id: 0 }] = played;
    expect((await get(`/simulator/truth/matches/${id}?until=end`)).body).toMatchObject({
      id,
      events: expect.arrayContaining([expect.objectContaining({ kind: 'full time' })]) as unknown,
    });
    expect((await get(`/simulator/truth/odds?match=${id}`)).body).toMatchObject({ id });
    const day = '?from=2026-09-12T00:00:00Z&until=2026-09-12T12:00:00Z';
    expect((await get(`/simulator/truth/events${day}`)).body).toContainEqual(
      expect.objectContaining({ kind: 'kicked off' }),
    );
    expect((await get('/simulator/truth/odds?match=2026999')).status).toBe(404);
    expect((await get('/simulator/truth/matches?season=now')).status).toBe(400);
  });

  it('says how many requests each endpoint has had, and with what outcome', async () => {
    await get('/api-football/fixtures?live=all', { 'x-apisports-key': 'wrong' });
    const Requests = z.object({
      requests: z.array(z.object({ endpoint: z.string(), outcome: z.string(), requests: z.number() })),
    });
    const { requests } = Requests.parse((await get('/simulator/requests')).body);
    expect(requests).toContainEqual(
      expect.objectContaining({ endpoint: '/fixtures', outcome: 'key refused', requests: 1 }),
    );
    const before = await get('/simulator/requests?until=2026-09-12T14:00:00Z');
    expect(before.body).toMatchObject({ requests: [] });
  });

  it('sets its clock on and its faults when it is told to, and refuses what it does not understand', async () => {
    const set = await post('/simulator/clock', { advanceBySeconds: 600 });
    expect(set.body).toMatchObject({ now: '2026-09-12T14:30:00.000Z', speed: 0 });
    const to = '2026-09-12T15:00:00Z';
    expect((await post('/simulator/clock', { advanceTo: to })).body).toMatchObject({
      now: '2026-09-12T15:00:00.000Z',
    });
    const { input } = z.object({ input: CollectLiveScoresInput }).parse((await get('/simulator/clock')).body);
    expect(nowBy(input.clock, Date.now())).toBe(instantFromIso(to));
    const faults = [
      { kind: 'late', providers: ['scores_api'], rate: 0.5, until: '2026-09-13T00:00:00.000Z' },
    ];
    expect((await post('/simulator/faults', { faults })).body).toMatchObject({ faults });
    expect((await get('/simulator/faults')).body).toMatchObject({ faults });
    await post('/simulator/faults', { faults: [] });
    for (const [path, body] of [
      ['/simulator/clock', {}],
      ['/simulator/clock', { speed: -1 }],
      ['/simulator/clock', 'fast'],
      ['/simulator/faults', { faults: [{ kind: 'rain' }] }],
    ] as const) {
      expect((await post(path, body)).status).toBe(400);
    }
  });

  it('rejects a port that is taken', async () => {
    const port = Number(new URL(simulator.url).port);
    await expect(serveSimulator({ ...standingStill(), port })).rejects.toThrow(/EADDRINUSE/);
  });
});

describe('two simulations of one seed', () => {
  it('answer the same bytes to the same questions, with every fault on', () => {
    const questions = [
      ['api_football', '/fixtures', 'league=9001&season=2026'],
      ['api_football', '/odds', 'league=9001&season=2026'],
      ['api_football', '/injuries', 'league=9001&season=2026'],
      ['odds_api', '/v4/sports/soccer_simulated_league/odds', `regions=uk&markets=h2h,spreads&${oddsApiKey}`],
      ['scores_api', '/v1/scores', ''],
      ['open_meteo', '/v1/forecast', 'latitude=52&longitude=0&hourly=temperature_2m'],
      ['football_data', '/fixtures.csv', ''],
    ] as const;
    const deliveries = (seed: number) => {
      const simulation = new Simulation({ ...standingStill(saturday, allFaults), seed });
      const headers: Readonly<Record<string, string>> = { ...apiFootballKey, ...scoresApiKey };
      return [0, 1, 2].flatMap((minutes) => {
        simulation.advanceTo(instantFromIso(`2026-09-12T15:0${minutes}:00Z`));
        return questions.map(([provider, path, query]) =>
          simulation.ask(provider, {
            path,
            query: new URLSearchParams(query),
            header: (name) => headers[name],
          }),
        );
      });
    };
    const first = deliveries(3);
    expect(deliveries(3)).toEqual(first);
    expect(deliveries(4)).not.toEqual(first);
  });
});

describe('the truth', () => {
  it('is what the feeds end with', async () => {
    await post('/simulator/clock', { advanceTo: new Date(seasonOver).toISOString() });
    const truth = z.array(TrueMatch).parse((await get('/simulator/truth/matches?season=2026-27')).body);
    const Fixtures = z.object({
      response: z.array(
        z.object({
          fixture: z.object({ id: z.number(), timestamp: z.number() }),
          goals: z.object({ home: z.number().nullable(), away: z.number().nullable() }),
        }),
      ),
    });
    const { response } = Fixtures.parse(
      (await get('/api-football/fixtures?league=9001&season=2026', apiFootballKey)).body,
    );
    const fixtures = new Map(response.map(({ fixture, goals }) => [fixture.id, { fixture, goals }]));
    const ids = truth.map(({ id }) => `m-${id}`);
    const Scores = z.object({
      matches: z.array(
        z.object({
          id: z.string(),
          kickoff: z.string(),
          status: z.string(),
          home: z.object({ goals: z.number().nullable() }),
          away: z.object({ goals: z.number().nullable() }),
        }),
      ),
    });
    const scores = new Map<string, z.infer<typeof Scores>['matches'][number]>();
    for (let from = 0; from < ids.length; from += 100) {
      const some = ids.slice(from, from + 100).join(',');
      const { matches } = Scores.parse((await get(`/scores-api/v1/scores?ids=${some}`, scoresApiKey)).body);
      for (const match of matches) scores.set(match.id, match);
    }
    for (const { id, kickOff, status, score } of truth) {
      const told = fixtures.get(id);
      expect(told?.goals).toEqual(score ?? { home: null, away: null });
      expect((told?.fixture.timestamp ?? 0) * 1000).toBe(Date.parse(kickOff));
      expect(scores.get(`m-${id}`)).toMatchObject({
        kickoff: kickOff,
        status,
        home: { goals: score?.home ?? null },
        away: { goals: score?.away ?? null },
      });
    }
    const { competition } = simulator.simulation;
    const states = competition.lives(runningSeason).map((life) => stateAt(life, seasonOver)?.score ?? null);
    expect(truth.map(({ score }) => score)).toEqual(states);
  });
});
