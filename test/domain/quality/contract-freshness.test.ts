import { expect, it } from 'vitest';
import { judgeContractFreshness } from '../../../domain/quality/contract-freshness.js';
import type { DataContract } from '../../../schemas/tables/contract.js';

const contract = (dataset: string, hours: number | null): DataContract => ({
  ...{ version: '1.0.0', dataset, owner: 'cleaning', description: '', key: [], partition: null },
  ...{ freshness: hours === null ? null : { hours, says: 'it is there' }, columns: [], rules: [] },
});
const contracts = [contract('silver.odds', 24), contract('gold.elo', 24), contract('gold.predictions', null)];
const waiting = (hours: number) => [{ dataset: 'silver.odds', partitions: 3, oldest: '2026-10', hours }];
const late = (hours: number, goldBehind: number | null) =>
  judgeContractFreshness(contracts, { waiting: waiting(hours), goldBehind }).map(({ table, validations }) => [
    ...[table, validations[0]?.unexpected, validations[0]?.examples],
  ]);

it('a table is late where a month has waited for longer than its contract says, gold where it is of an older silver', () => {
  expect(late(23.9, 23.9)).toEqual([
    ['silver.odds', 0, []],
    ['gold.elo', 0, []],
  ]);
  expect(late(24.1, 25)).toEqual([
    ['silver.odds', 1, [{ partitions: 3, oldest: '2026-10', hours: 24.1 }]],
    ['gold.elo', 1, [{ hours: 25 }]],
  ]);
});

it('what waits for nothing is on time, and an archive is never late', () => {
  const results = judgeContractFreshness(contracts, { waiting: [], goldBehind: null });
  expect(results.map(({ table, validations }) => [table, validations[0]?.unexpected])).toEqual([
    ['silver.odds', 0],
    ['gold.elo', 0],
  ]);
});
