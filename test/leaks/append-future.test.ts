import { afterAll, beforeAll, describe, it } from 'vitest';
import { futureChangesNothing } from '../support/leaks/append-future.js';
import { catches, holds, openPipeline, patience, type OpenPipeline } from '../support/leaks/gate.js';
import { leaksOfTheFuture, leaksOfTheWhole } from '../support/leaks/planted-leaks.js';

let pipeline: OpenPipeline;
beforeAll(async () => {
  pipeline = await openPipeline();
});
afterAll(() => {
  pipeline.connection.closeSync();
});

it(
  'no feature and no vector changes when rows known after the cutoff are added, changed or removed',
  async () => {
    await holds(futureChangesNothing, pipeline, 25);
  },
  patience,
);

describe('a leak that is planted is found:', () => {
  it.each([...leaksOfTheFuture, ...leaksOfTheWhole])(
    '$name',
    async (leak) => {
      await catches(futureChangesNothing, pipeline, leak, 'The future changed match');
    },
    patience,
  );
});
