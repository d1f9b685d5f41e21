import { describe, expect, it } from 'vitest';
import { looksLikeLeak, refuseLeak } from '../../../domain/model/suspected-leak.js';
import { SuspectedLeak } from '../../../schemas/errors.js';

const lead = (mean: number, n = 1_000) => ({ n, mean: -mean, standardError: 0.001 });

describe('a suspected leak', () => {
  it('is a lead of more than three standard errors over a thousand matches', () => {
    expect(looksLikeLeak(lead(0.0031), 'simulated')).toBe(true);
    expect(looksLikeLeak(lead(0.0029), 'simulated')).toBe(false);
    expect(looksLikeLeak(lead(0.1, 999), 'simulated')).toBe(false);
    expect(looksLikeLeak({ n: 5_000, mean: 0.1, standardError: 0.001 }, 'simulated')).toBe(false);
  });

  it('must also be .005 on real data', () => {
    expect(looksLikeLeak(lead(0.0049), 'real')).toBe(false);
    expect(looksLikeLeak(lead(0.0051), 'real')).toBe(true);
  });

  it('is refused with the name of what was judged', () => {
    expect(() => {
      refuseLeak('model-with-prices', lead(0.02), 'real');
    }).toThrow(SuspectedLeak);
    expect(() => {
      refuseLeak('model-with-prices', lead(0.02), 'real');
    }).toThrow(/model-with-prices beats the average closing price by 0\.0200/);
  });
});
