import { describe, expect, it } from 'vitest';
import { feedsOf, type Making } from '../../../adapters/lineage/upstream.js';
import type { Dataset } from '../../../schemas/lineage.js';

const set = (name: string): Dataset => ({ namespace: 'n', name });
const noon = new Date('2024-03-09T12:00:00Z');
const makes = (
  job: string,
  inputs: readonly string[],
  outputs: readonly string[],
  about: Partial<Making> = {},
): Making => ({
  job,
  inputs: inputs.map(set),
  outputs: outputs.map(set),
  runs: 1,
  lastAt: noon,
  lastRunId: 'r1',
  ...about,
});

const path = [
  makes('predict', ['features', 'model'], ['predictions']),
  makes('train', ['features'], ['model']),
  makes('build', ['matches'], ['features']),
  makes('refine', ['raw', 'matches'], ['matches']),
  makes('collect', ['provider'], ['raw']),
];
const edges = (dataset: string, depth: number, makings = path) =>
  feedsOf(set(dataset), makings, depth).map(
    ({ depth: back, job, from, to }) => `${back} ${from?.name ?? ''} > ${job} > ${to.name}`,
  );

describe('what feeds a dataset', () => {
  it('is told so many jobs back, the nearest first', () => {
    expect(edges('predictions', 1)).toEqual([
      '1 features > predict > predictions',
      '1 model > predict > predictions',
    ]);
    expect(edges('predictions', 3)).toEqual([
      '1 features > predict > predictions',
      '1 model > predict > predictions',
      '2 matches > build > features',
      '2 features > train > model',
      '3 raw > refine > matches',
    ]);
    expect(edges('predictions', 99)).toHaveLength(6);
  });

  it('ends where datasets feed each other', () => {
    const circle = [makes('there', ['a'], ['b']), makes('back', ['b'], ['a'])];
    expect(edges('a', 99, circle)).toEqual(['1 b > back > a', '2 a > there > b']);
  });

  it('is nothing for a dataset that no run has written', () => {
    expect(edges('provider', 3)).toEqual([]);
  });

  it('counts the runs of a job that read more in some of them', () => {
    const later = new Date('2024-03-10T12:00:00Z');
    const makings = [
      makes('refine', ['raw'], ['matches'], { runs: 2 }),
      makes('refine', ['raw', 'leagues'], ['matches', 'odds'], { runs: 3, lastAt: later, lastRunId: 'r2' }),
    ];
    expect(feedsOf(set('matches'), makings, 3)).toMatchObject([
      { from: set('raw'), runs: 5, lastRunId: 'r2' },
      { from: set('leagues'), runs: 3, lastRunId: 'r2' },
    ]);
  });
});
