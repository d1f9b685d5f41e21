import { expect, it } from 'vitest';
import { walkContract } from '../support/contract-walk.js';

it('no made-up request is answered by a 5xx, or by what the document does not say', async () => {
  const { code, report, log } = await walkContract({ examples: 4, seed: 1, phases: ['fuzzing'] });
  expect(`${code}\n${code === 0 ? '' : report}`).toBe('0\n');
  expect(log).not.toContain('A request broke');
}, 400_000);
