import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { instant } from '../../../schemas/values.js';
import { scoreOf } from '../../../simulator/season/play.js';
import { Simulation, usualPlans } from '../../../simulator/simulation.js';
import {
  ask as askProvider,
  runningSeason,
  saturday,
  seasonOver,
  standingStill,
} from '../../support/simulation.js';

const { key } = usualPlans.apiFootball;

const Envelope = z.strictObject({
  get: z.string(),
  parameters: z.unknown(),
  errors: z.union([z.tuple([]), z.record(z.string(), z.string())]),
  results: z.number(),
  paging: z.strictObject({ current: z.number(), total: z.number() }),
  response: z.array(z.unknown()),
});

function ask(simulation: Simulation, path: string, query: string, withKey = key) {
  const headers = { 'x-apisports-key': withKey };
  const answer = askProvider(simulation, 'api_football', path, query, headers);
  return { ...answer, ...Envelope.parse(JSON.parse(answer.body)) };
}

const Fixture = z.object({
  fixture: z.object({
    id: z.number(),
    date: z.string(),
    status: z.object({ short: z.string(), elapsed: z.number().nullable() }),
  }),
  goals: z.object({ home: z.number().nullable(), away: z.number().nullable() }),
});
const fixturesOf = ({ response }: { readonly response: readonly unknown[] }) =>
  response.map((entry) => Fixture.parse(entry));

const simulation = new Simulation(standingStill());
const inSeason = 'league=9001&season=2026';

describe('API-Football’s fixtures', () => {
  it('are selected by league, season and days, by ids, and by what is in play', () => {
    const ofDays = fixturesOf(ask(simulation, '/fixtures', `${inSeason}&from=2026-09-12&to=2026-09-12`));
    expect(ofDays.length).toBeGreaterThan(5);
    expect(ofDays.every(({ fixture }) => fixture.date.startsWith('2026-09-12T'))).toBe(true);
    expect(fixturesOf(ask(simulation, '/fixtures', inSeason))).toHaveLength(380);
    const ids = ofDays.slice(0, 2).map(({ fixture }) => fixture.id);
    const byIds = fixturesOf(ask(simulation, '/fixtures', `ids=${ids.join('-')}`));
    expect(byIds.map(({ fixture }) => fixture.id)).toEqual(ids);
    const live = fixturesOf(ask(simulation, '/fixtures', 'live=all'));
    expect(live.length).toBeGreaterThan(2);
    expect(live.every(({ fixture }) => fixture.status.short === '1H')).toBe(true);
    expect(fixturesOf(ask(simulation, '/fixtures', 'live=9001'))).toEqual(live);
    expect(ask(simulation, '/fixtures', 'live=39').response).toEqual([]);
  });

  it('tell at the end of the season what happened', () => {
    const over = new Simulation(standingStill(seasonOver));
    const told = new Map(
      fixturesOf(ask(over, '/fixtures', inSeason)).map(({ fixture, goals }) => [
        fixture.id,
        { fixture, goals },
      ]),
    );
    for (const life of over.competition.lives(runningSeason)) {
      const { fixture, goals } = told.get(life.id) ?? {};
      const status = fixture?.status.short;
      if (life.turn === 'cancelled') expect([status, goals]).toEqual(['CANC', { home: null, away: null }]);
      else if (life.turn === 'abandoned and awarded') expect(status).toBe('AWD');
      else expect([status, goals]).toEqual(['FT', scoreOf(life.report)]);
    }
  });

  it('refuse a question that is wrong, with HTTP 200 and the parameter', () => {
    const refused = (query: string) => Object.keys(ask(simulation, '/fixtures', query).errors);
    expect(refused('')).toEqual(['required']);
    expect(refused('league=9001')).toEqual(['season']);
    expect(refused(`${inSeason}&from=2026-09-12`)).toEqual(['to']);
    expect(refused(`${inSeason}&from=tomorrow&to=2026-09-12`)).toEqual(['from']);
    expect(refused('team=5')).toEqual(['team']);
    expect(refused(`ids=${Array(21).fill(1).join('-')}`)).toEqual(['ids']);
    expect(Object.keys(ask(simulation, '/nothing', '').errors)).toEqual(['endpoint']);
  });
});

describe('API-Football’s other endpoints', () => {
  it('tell odds ten matches a page, each match once', () => {
    const first = ask(simulation, '/odds', inSeason);
    const pages = Array.from({ length: first.paging.total }, (_, index) =>
      ask(simulation, '/odds', `${inSeason}&page=${index + 1}`),
    );
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.slice(0, -1).every(({ results }) => results === 10)).toBe(true);
    const ids = pages.flatMap(({ response }) =>
      response.map((entry) => z.object({ fixture: z.object({ id: z.number() }) }).parse(entry).fixture.id),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(ask(simulation, '/odds', `${inSeason}&page=99`).errors)).toEqual(['page']);
  });

  it('tell no line-up until it is published, then both sides', () => {
    const lineUps = (id: number) => ask(simulation, '/fixtures/lineups', `fixture=${id}`).results;
    const states = simulation.competition.statesAt(saturday);
    const published = states.find(({ phase }) => phase === 'first half');
    const ahead = states.find(({ kickOff }) => kickOff > saturday + 86_400_000);
    expect(lineUps(published?.life.id ?? 0)).toBe(2);
    expect(lineUps(ahead?.life.id ?? 0)).toBe(0);
  });

  it('tell who misses a match, of a match, a day and a season', () => {
    const all = ask(simulation, '/injuries', inSeason).results;
    const ofDay = ask(simulation, '/injuries', 'date=2026-09-12').results;
    expect(ofDay).toBeGreaterThan(0);
    expect(all).toBeGreaterThan(ofDay);
  });
});

describe('API-Football’s account', () => {
  const small = () => {
    const options = standingStill();
    const apiFootball = { key, perDay: 5, perMinute: 3 };
    return new Simulation({ ...options, plans: { ...usualPlans, apiFootball } });
  };

  it('refuses a wrong key with HTTP 200, and counts nothing for it', () => {
    const account = small();
    const { status, errors, headers } = ask(account, '/fixtures', 'live=all', 'another');
    expect([status, Object.keys(errors)]).toEqual([200, ['token']]);
    expect(headers['x-ratelimit-requests-remaining']).toBeUndefined();
    expect(ask(account, '/fixtures', 'live=all').headers['x-ratelimit-requests-remaining']).toBe('4');
  });

  it('counts down the minute and the day, refuses beyond, and begins anew', () => {
    const account = small();
    const remaining = () => {
      const { headers, errors } = ask(account, '/fixtures', 'live=all');
      const left = (name: string) => Number(headers[name]);
      return [left('x-ratelimit-remaining'), left('x-ratelimit-requests-remaining'), ...Object.keys(errors)];
    };
    expect([remaining(), remaining(), remaining()]).toEqual([
      [2, 4],
      [1, 3],
      [0, 2],
    ]);
    expect(remaining()).toEqual([0, 2, 'rateLimit']);
    account.advanceTo(instant(saturday + 60_000));
    expect([remaining(), remaining()]).toEqual([
      [2, 1],
      [1, 0],
    ]);
    expect(remaining()).toEqual([0, 0, 'requests']);
    account.advanceTo(instant(saturday + 86_400_000));
    expect(remaining()).toEqual([2, 4]);
    expect(account.requests.counts(0, Infinity).map(({ outcome, requests }) => [outcome, requests])).toEqual([
      ['answered', 6],
      ['quota refused', 2],
    ]);
  });
});
