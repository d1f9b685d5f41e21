import { expect, it } from 'vitest';
import { blows, streamRounds } from '../support/stream-rounds.js';

const seed = 1;
const rounds = 12;

it(`what is published while reader, broker and Postgres are killed and both networks are cut is in silver once, in order (seed ${seed})`, async () => {
  const outcome = await streamRounds({
    ...{ rounds, perRound: 200, seed },
    report: (line) => {
      process.stdout.write(`seed ${seed}, ${line}\n`);
    },
  });
  const once = { rows: outcome.published, different: outcome.published };
  expect(new Set(outcome.blows)).toEqual(new Set(blows));
  expect(outcome).toMatchObject({
    ...{ published: rounds * 200, bronze: once, silver: once },
    outOfOrder: { topic: 0, bronze: 0 },
  });
}, 900_000);
