import { afterAll, beforeAll, describe, it } from 'vitest';
import { whatCameLaterIsNotMissed } from '../support/leaks/truncate.js';
import { catches, holds, openPipeline, patience, type OpenPipeline } from '../support/leaks/gate.js';
import { leaksOfTheEnd } from '../support/leaks/planted-leaks.js';

let pipeline: OpenPipeline;
beforeAll(async () => {
  pipeline = await openPipeline();
});
afterAll(() => {
  pipeline.connection.closeSync();
});

it(
  'a history that ends at the cutoff tells the same as the whole history',
  async () => {
    await holds(whatCameLaterIsNotMissed, pipeline, 15);
  },
  patience,
);

describe('a leak that is planted is found by cutting the history off:', () => {
  it.each(leaksOfTheEnd)(
    '$name',
    async (leak) => {
      await catches(whatCameLaterIsNotMissed, pipeline, leak, 'The end of the history changed match');
    },
    patience,
  );
});
