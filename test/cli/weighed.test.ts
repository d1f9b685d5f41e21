import { describe, expect, it } from 'vitest';
import { weighed } from '../../cli/model-report/weighed.js';
import type { PoolRow } from '../../schemas/jobs/evaluate-model.js';

const pool: PoolRow = {
  ...{ season: '2021-22', model: 'model-with-prices', matches: 7_000 },
  booster: { weight: 0.05, low: 0, high: 0.14 },
  partner: { weight: 0.97, low: 0.9, high: 1.04 },
};

describe('how much the booster counts', () => {
  it('is said with its interval, and that it adds nothing where it may be none', () => {
    expect(weighed([pool])).toBe(
      '2021-22 model-with-prices: the booster weighs 0.05 (0.00 to 0.14) beside the market with 0.97, by 7,000 matches before: it adds nothing to the market.',
    );
  });

  it('is said without that where it surely counts, and of the regression without prices', () => {
    const sure = {
      ...pool,
      model: 'model-without-prices' as const,
      booster: { weight: 0.4, low: 0.2, high: null },
    };
    expect(weighed([sure])).toContain(
      '0.40 (0.20 to ?) beside the regression with 0.97, by 7,000 matches before.',
    );
  });
});
