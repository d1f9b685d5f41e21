import type { Freshness } from '../../schemas/records/freshness.js';
import type { SuiteResult, Validation } from '../../schemas/records/validation.js';
import type { DataContract } from '../../schemas/tables/contract.js';
import type { TableExpectation } from '../../schemas/tables/expectations.js';

/** What waits for a table, where something does. */
function lateness(
  dataset: string,
  { waiting, goldBehind }: Pick<Freshness, 'waiting' | 'goldBehind'>,
): { readonly hours: number; readonly example: Validation['examples'][number] } | undefined {
  if (dataset.startsWith('gold.')) {
    return goldBehind === null ? undefined : { hours: goldBehind, example: { hours: goldBehind } };
  }
  const own = waiting.find((one) => one.dataset === dataset);
  if (own === undefined) return undefined;
  const { hours, partitions, oldest } = own;
  return { hours, example: { partitions, oldest, hours } };
}

/** Holds how late each table is against its contract. One result a table that is judged and has a freshness. */
export function judgeContractFreshness(
  contracts: readonly DataContract[],
  freshness: Pick<Freshness, 'waiting' | 'goldBehind'>,
): SuiteResult[] {
  return contracts.flatMap(({ dataset, version, freshness: promised }) => {
    if (promised === null) return [];
    const expectation: TableExpectation = {
      ...{ type: 'expect_table_to_be_fresh', columns: [], weight: 'blocks' },
      says: `${promised.says} within ${promised.hours} hours, as its contract ${version} says`,
    };
    const late = lateness(dataset, freshness);
    const isLate = late !== undefined && late.hours > promised.hours;
    const validation: Validation = {
      ...{ expectation, evaluated: 1, unexpected: isLate ? 1 : 0 },
      examples: isLate ? [late.example] : [],
    };
    return [{ suite: 'data contract', table: dataset, rows: 0, validations: [validation], seconds: 0 }];
  });
}
