import { expect, it } from 'vitest';
import { countingCollection, knownCollections } from '../../activities/collection-meter.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { QuotaExhausted } from '../../schemas/errors.js';

const collection = { dataSource: 'odds_api', collectionType: 'odds' };

/** The errors that are counted as a rate limit after each of these failures. */
async function rateLimitsAfter(...failures: readonly Error[]): Promise<string | undefined> {
  const meters = createMeters();
  knownCollections(meters, [collection]);
  for (const failure of failures) {
    await expect(countingCollection(meters, collection, () => Promise.reject(failure))).rejects.toBe(failure);
  }
  const { text } = await meters.exposition();
  return /errors_total\{[^}]*error_type="rate_limit"[^}]*\} (\d+)/.exec(text)?.[1];
}

it('a provider that refuses for its quota is an error of its collection; a request that the budget did not allow is none', async () => {
  expect(await rateLimitsAfter(new QuotaExhausted('odds_api is not asked', {}))).toBe('0');
  expect(await rateLimitsAfter(new QuotaExhausted('No credits are left', { httpStatus: 429 }))).toBe('1');
});
