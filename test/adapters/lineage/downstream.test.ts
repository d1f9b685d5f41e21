import { expect, it } from 'vitest';
import { downstreamOf } from '../../../adapters/lineage/downstream.js';

const named = (...names: readonly string[]) => names.map((name) => ({ namespace: 'n', name }));

it('what lies downstream of a dataset is whatever is made of it, by way of others too, each once, and not itself', () => {
  const makings = [
    { inputs: named('raw'), outputs: named('silver') },
    { inputs: named('silver', 'other'), outputs: named('gold') },
    { inputs: named('gold'), outputs: named('silver', 'served') },
    { inputs: named('other'), outputs: named('elsewhere') },
  ];
  const below = (name: string) => downstreamOf({ namespace: 'n', name }, makings).map((one) => one.name);
  expect(below('raw')).toEqual(['silver', 'gold', 'served']);
  expect(below('silver')).toEqual(['gold', 'served']);
  expect(below('served')).toEqual([]);
});
