import { expect, it } from 'vitest';
import { streamRounds } from '../support/stream-rounds.js';

it('consumer, broker and Postgres killed with -9, and the network to each cut: every message is once in bronze and once in silver, in the order of its match', async () => {
  const outcome = await streamRounds({ rounds: 5, perRound: 200, seed: 1 });
  expect(outcome).toMatchObject({
    published: 1_000,
    bronze: { rows: 1_000, different: 1_000 },
    silver: { rows: 1_000, different: 1_000 },
    outOfOrder: { topic: 0, silver: 0 },
  });
  expect(new Set(outcome.blows).size).toBe(5);
}, 600_000);
