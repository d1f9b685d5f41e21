import { CheckFailed } from '../../schemas/errors.js';
import type { Judgement } from '../../schemas/records/judgement.js';
import type { SuiteResult, Validation } from '../../schemas/records/validation.js';

/** An expectation that a table does not meet. */
export interface Unmet {
  readonly table: string;
  readonly validation: Validation;
}

/** How many rules an error tells in full: one wrong payload may break several. */
const told = 3;

/** What is not met of what holds a table back. */
export const holdsBack = (results: readonly SuiteResult[]): Unmet[] =>
  results.flatMap(({ table, validations }) =>
    validations
      .filter(({ expectation, unexpected }) => expectation.weight === 'blocks' && unexpected > 0)
      .map((validation) => ({ table, validation })),
  );

/** `silver.matches: a match is there once; 2 of 380 rows are not so: {"id": 7}` */
export const sayUnmet = ({ table, validation }: Unmet): string => {
  const { expectation, evaluated, unexpected, examples } = validation;
  const rows = `${unexpected} of ${evaluated} ${evaluated === 1 ? 'row' : 'rows'} ${unexpected === 1 ? 'is' : 'are'} not so`;
  const shown = examples.map((example) => JSON.stringify(example)).join(', ');
  return `${table}: ${expectation.says}; ${rows}${shown === '' ? '' : `: ${shown}`}`;
};

/** Throws {@link CheckFailed} with each table, its rule in words, how many rows and some of them, where something is unmet that holds a table back. */
export function refuseUnmet(results: readonly SuiteResult[], judgement?: Judgement): void {
  const unmet = holdsBack(results);
  if (unmet.length === 0) return;
  const more = unmet.length - told;
  throw new CheckFailed(
    `What is expected of the lake is not met. ${unmet.slice(0, told).map(sayUnmet).join('. ')}${more > 0 ? `. ${more} more are not met` : ''}`,
    {
      object: [...new Set(unmet.map(({ table }) => table))].join(', '),
      advice:
        'Nothing was published, readers have the last good snapshot. Correct or hold what these payloads say (touchline match, touchline review), then: touchline run publish.',
    },
    judgement,
  );
}
