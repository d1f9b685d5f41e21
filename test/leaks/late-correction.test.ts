import { afterAll, beforeAll, describe, it } from 'vitest';
import { correctionCountsFromThenOn } from '../support/leaks/late-correction.js';
import { catches, holds, openPipeline, patience, type OpenPipeline } from '../support/leaks/gate.js';
import { leaksOfCorrections } from '../support/leaks/planted-leaks.js';

let pipeline: OpenPipeline;
beforeAll(async () => {
  pipeline = await openPipeline();
});
afterAll(() => {
  pipeline.connection.closeSync();
});

it(
  'a late correction changes nothing before it was known, and what it bears upon after it',
  async () => {
    await holds(correctionCountsFromThenOn, pipeline, 15);
  },
  patience,
);

describe('a mistake about corrections that is planted is found:', () => {
  it.each(leaksOfCorrections)(
    '$name',
    async (leak) => {
      await catches(correctionCountsFromThenOn, pipeline, leak, 'A correction (');
    },
    patience,
  );
});
