import { describe, expect, it } from 'vitest';
import { readConfig } from '../../config.js';
import { budgetsWith, priorities } from '../../schemas/budgets.js';
import { BadInput } from '../../schemas/errors.js';

const budgetOf = (provider: string, text?: string) =>
  readConfig(text === undefined ? {} : { BUDGETS: text }).budgets.find(
    (budget) => budget.provider === provider,
  );

describe('the declared budgets', () => {
  it('are those of the free plans, a month of 500 credits as a share that 31 days cannot exceed', () => {
    expect(budgetOf('api_football')).toMatchObject({ perDay: 100, perMinute: 10 });
    const { perDay = NaN } = budgetOf('odds_api') ?? {};
    expect(perDay * 31).toBeLessThanOrEqual(500);
    expect((perDay + 1) * 31).toBeGreaterThan(500);
  });

  it('let no priority leave more untouched than one below it, and nothing of the highest', () => {
    for (const { reserve } of budgetsWith({})) {
      const shares = priorities.map((priority) => reserve[priority]);
      expect(shares).toEqual([...shares].sort((one, other) => one - other));
      expect(shares[0]).toBe(0);
    }
  });
});

describe('BUDGETS', () => {
  it('changes what it names and leaves the rest as it is declared', () => {
    const declared = budgetOf('api_football');
    const changed = budgetOf(
      'api_football',
      '{"api_football": {"perDay": 7500, "reserve": {"backfill": 0.5}, "cadence": {"live": {"everyMinutesInPlay": 2}, "lineups": {"perMatch": 0}}}}',
    );
    expect(changed).toEqual({
      ...declared,
      perDay: 7500,
      reserve: { ...declared?.reserve, backfill: 0.5 },
      cadence: {
        ...declared?.cadence,
        live: { ...declared?.cadence.live, everyMinutesInPlay: 2 },
        lineups: { ...declared?.cadence.lineups, perMatch: 0 },
      },
    });
    expect(budgetOf('odds_api', '{"api_football": {"perDay": 7500}}')).toEqual(budgetOf('odds_api'));
  });

  it('takes polls in play away by null', () => {
    const changed = budgetOf(
      'scores_api',
      '{"scores_api": {"cadence": {"live": {"everyMinutesInPlay": null}}}}',
    );
    expect(changed?.cadence.live.everyMinutesInPlay).toBeNull();
  });

  it.each([
    ['{', 'it is not JSON'],
    ['{"api_football": {"perHour": 5}}', 'perHour'],
    ['{"api_football": {"perDay": -1}}', 'expected number to be >=0'],
    ['{"api_football": {"perDay": 1.5}}', 'expected int'],
    ['{"sportmonks": {"perDay": 5}}', 'There is no budget for sportmonks'],
    ['{"odds_api": {"reserve": {"live": 0.5}}}', 'live would leave more of odds_api untouched'],
  ])('%s is refused with what is wrong', (text, says) => {
    expect(() => readConfig({ BUDGETS: text })).toThrow(BadInput);
    expect(() => readConfig({ BUDGETS: text })).toThrow(says);
  });
});
