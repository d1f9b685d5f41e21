import { columnsOf } from '../../schemas/tables/expectations.js';
import type { FailedExpectation } from '../../schemas/records/judgement.js';
import type { SuiteResult } from '../../schemas/records/validation.js';

/** The expectations that some rows do not meet, those that hold a table back first. */
export const failedOf = (results: readonly SuiteResult[]): FailedExpectation[] =>
  results
    .flatMap(({ table, validations }) =>
      validations
        .filter(({ unexpected }) => unexpected > 0)
        .map(({ expectation, evaluated, unexpected }) => ({
          ...{ table, type: expectation.type, columns: columnsOf(expectation), says: expectation.says },
          ...{ weight: expectation.weight, evaluated, unexpected },
        })),
    )
    .sort((one, other) => Number(other.weight === 'blocks') - Number(one.weight === 'blocks'));
