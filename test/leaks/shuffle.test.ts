import { afterAll, beforeAll, describe, it } from 'vitest';
import { orderChangesNothing } from '../support/leaks/shuffle.js';
import { catches, holds, openPipeline, patience, type OpenPipeline } from '../support/leaks/gate.js';
import { leaksOfTheOrder } from '../support/leaks/planted-leaks.js';

let pipeline: OpenPipeline;
beforeAll(async () => {
  pipeline = await openPipeline();
});
afterAll(() => {
  pipeline.connection.closeSync();
});

it(
  'neither the order in which rows were inserted nor the ids that matches got change a feature or a vector',
  async () => {
    await holds(orderChangesNothing, pipeline, 15);
  },
  patience,
);

describe('a dependence on the order that is planted is found:', () => {
  it.each(leaksOfTheOrder)(
    '$name',
    async (leak) => {
      await catches(orderChangesNothing, pipeline, leak, 'The order of rows changed match');
    },
    patience,
  );
});
