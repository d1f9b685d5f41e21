import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { instantFromIso, type Instant } from '../../../schemas/values.js';
import { Simulation, usualPlans } from '../../../simulator/simulation.js';
import { ask, saturday, standingStill } from '../../support/simulation.js';

describe('the score feed', () => {
  const Matches = z.object({
    matches: z.array(
      z.object({
        id: z.string(),
        status: z.string(),
        minute: z.number().nullable(),
        updatedAt: z.iso.datetime(),
      }),
    ),
  });
  const scores = (at: Instant, query: string) => {
    const authorization = `Bearer ${usualPlans.scoresApi.key}`;
    const { body } = ask(new Simulation(standingStill(at)), 'scores_api', '/v1/scores', query, {
      authorization,
    });
    return Matches.parse(JSON.parse(body)).matches;
  };

  it('tells all of today, those in play, or those of some ids', () => {
    const today = scores(saturday, '');
    expect(new Set(today.map(({ status }) => status))).toEqual(
      new Set(['completed', 'live', 'postponed', 'scheduled']),
    );
    const live = scores(saturday, 'live=true');
    expect(live).toEqual(today.filter(({ status }) => status === 'live'));
    const [first, second] = today.map(({ id }) => id);
    expect(scores(saturday, `ids=${first},${second}`)).toEqual(today.slice(0, 2));
  });

  it('says when a state last changed: with its minute while it is played', () => {
    for (const { minute, updatedAt } of scores(saturday, 'live=true')) {
      const age = saturday - instantFromIso(updatedAt);
      expect(age).toBeGreaterThanOrEqual(0);
      expect(age).toBeLessThan(60_000);
      expect(minute).toBeGreaterThan(0);
    }
  });

  it('refuses a wrong key with 401, and too many requests of a minute with 429 and retry-after', () => {
    const scoresApi = { key: 'k', perMinute: 1 };
    const simulation = new Simulation({ ...standingStill(), plans: { ...usualPlans, scoresApi } });
    const asked = (authorization: string) =>
      ask(simulation, 'scores_api', '/v1/scores', '', { authorization });
    expect(asked('Bearer another').status).toBe(401);
    expect(asked('Bearer k').status).toBe(200);
    const { status, headers } = asked('Bearer k');
    expect([status, headers['retry-after']]).toEqual([429, '60']);
  });
});
