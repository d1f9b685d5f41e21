import { expect, it } from 'vitest';
import { textTable } from '../../cli/table.js';

it('a table aligns numbers to the right, words to the left, and shows what is missing', () => {
  expect(
    textTable(
      ['model', 'n', 'log loss'],
      [
        ['base-rate', 1752, 1.0752],
        ['with prices', 380, null],
      ],
    ),
  ).toBe(
    [
      'model           n  log loss',
      '───────────  ────  ────────',
      'base-rate    1752    1.0752',
      'with prices   380         –',
    ].join('\n'),
  );
});
