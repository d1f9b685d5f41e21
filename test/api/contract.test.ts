import { expect, it } from 'vitest';
import { tookTooLong, walkContract } from '../support/contract-walk.js';

it('no made-up request is answered by a 5xx, or by what the document does not say', async () => {
  const { code, report, operations, asked, broke, away } = await walkContract({
    ...{ examples: 4, seed: 1, phases: ['fuzzing'] },
  });
  expect(`${code}\n${code === 0 ? '' : report}`).toBe('0\n');
  expect(asked).toBe(operations);
  expect(broke).toEqual([]);
  expect(away.filter((line) => !tookTooLong.test(line))).toEqual([]);
}, 400_000);
