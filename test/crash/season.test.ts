import { expect, it } from 'vitest';
import { faultsOfSeason, playSeason } from '../support/season/play-season.js';

it('a matchday is stored as it happened, with every fault of requests and records on, workers killed with -9 and Temporal killed once', async () => {
  const { matches, kills, requests, comparisons } = await playSeason({
    matchdays: 1,
    speed: 2_000,
    workers: 4,
    killWorkerEveryMs: 30_000,
    temporalKills: 1,
    faults: faultsOfSeason,
    seed: 1,
    say: () => undefined,
  });
  expect(matches).toBe(10);
  expect(new Set(kills.map(({ victim }) => victim))).toEqual(new Set(['worker', 'Temporal']));
  expect(requests.length).toBeGreaterThan(0);
  expect(comparisons.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
}, 900_000);
