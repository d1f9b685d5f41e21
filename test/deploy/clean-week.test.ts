import { expect, it } from 'vitest';
import { alertsOver } from '../support/alerts-over.js';
import { calmSeries, minutesOfWeek } from '../support/clean-week.js';

it('in a week in which all goes as it should no alert fires', async () => {
  const minutes = minutesOfWeek;
  expect(await alertsOver(calmSeries({ minutes }), minutes)).toMatchObject({ code: 0, fired: [] });
}, 600_000);

it('one source that fails within hours that are so is seen, and nothing else', async () => {
  const minutes = 180;
  const { code, fired } = await alertsOver(
    calmSeries({ minutes, failing: { source: 'odds_api', from: 120 } }),
    minutes,
  );
  expect(code).toBe(1);
  expect(fired).toEqual(['DataCollectionFailureRateHigh']);
}, 300_000);
