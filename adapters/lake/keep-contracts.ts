import type { SuiteResult, Validation } from '../../schemas/records/validation.js';
import type { DataContract } from '../../schemas/tables/contract.js';
import type { TableExpectation } from '../../schemas/tables/expectations.js';
import { sqlType, type ColumnsInLake } from './tables.js';

const layerOf = ({ dataset }: DataContract): string => dataset.split('.')[0] ?? '';

/**
 * The contracts of what was published: of the tables that are there, and of those that are not though others of their layer are, which are published together. An archive
 * begins with its first row.
 */
function published(contracts: readonly DataContract[], found: ColumnsInLake): DataContract[] {
  const together = contracts.filter(({ freshness }) => freshness !== null);
  const layers = new Set(together.filter(({ dataset }) => found.has(dataset)).map(layerOf));
  return contracts.filter(
    (contract) =>
      found.has(contract.dataset) || (contract.freshness !== null && layers.has(layerOf(contract))),
  );
}

function validate({ dataset, version, columns }: DataContract, found: ColumnsInLake): Validation {
  const there = found.get(dataset);
  const wrong = columns.filter(({ name, type }) => there?.get(name) !== sqlType(type));
  const expectation: TableExpectation = {
    ...{ type: 'expect_table_to_keep_its_contract', columns: [], weight: 'blocks' },
    says: `the table has the columns of its contract ${version}, of their types`,
  };
  return {
    ...{ expectation, evaluated: columns.length, unexpected: wrong.length },
    examples: wrong.slice(0, 5).map(({ name, type }) => ({
      ...{ column: name, promised: type, found: there?.get(name) ?? null },
    })),
  };
}

/**
 * Holds the tables of the lake against their contracts: what a reader finds missing, or of another type. What contracts promise of values is held by the suites. One
 * result a table; none of those of which nothing was published yet.
 */
export const keepContracts = (contracts: readonly DataContract[], found: ColumnsInLake): SuiteResult[] =>
  published(contracts, found).map((contract) => ({
    ...{ suite: 'data contract', table: contract.dataset, rows: 0, seconds: 0 },
    validations: [validate(contract, found)],
  }));

/** Two lists of results as one: what both found of a table is one result of its suite. */
export function withContracts(results: readonly SuiteResult[], kept: readonly SuiteResult[]): SuiteResult[] {
  const byTable = new Map(results.map((result) => [result.table, result]));
  for (const result of kept) {
    const own = byTable.get(result.table);
    byTable.set(
      result.table,
      own === undefined
        ? result
        : {
            ...own,
            validations: [...own.validations, ...result.validations],
            seconds: own.seconds + result.seconds,
          },
    );
  }
  return [...byTable.values()];
}
