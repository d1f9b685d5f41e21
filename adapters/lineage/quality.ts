import { datasetKey, type Dataset, type Facets } from '../../schemas/lineage.js';
import type { FailedExpectation, Judgement } from '../../schemas/records/judgement.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import { suites } from '../../schemas/tables/suites.js';
import { lakeTablesOf } from './datasets.js';
import type { Learnt } from './declaration.js';
import { assertionsFacet, scoreFacet, versionFacet, type Assertion } from './facets.js';

/** The judged tables by the names that a check has for them, `silver.matches`; all of them where none is named. */
const judged = (tables: readonly string[] | undefined): ReadonlyMap<string, Dataset> =>
  new Map(
    suites.flatMap(({ table }) => {
      const name = qualifiedName(table);
      const [dataset] = tables === undefined || tables.includes(name) ? lakeTablesOf([table]) : [];
      return dataset === undefined ? [] : [[name, dataset] as const];
    }),
  );

/** The tables that a check judges. */
export const judgedTables = (tables: readonly string[] | undefined): Dataset[] => [
  ...judged(tables).values(),
];

/** What a check found, at the version of each dataset that it judged: its score, and the expectations that are not met (LIN-8). */
export const judgementOf = (found: Judgement, tables: readonly string[] | undefined): Learnt => ({
  inputs: judgedFacets(found, tables),
});

/** What was found in tables that a run was about to publish, and did not. */
export const refusalOf = (found: Judgement): Learnt => ({ outputs: judgedFacets(found, undefined) });

function judgedFacets(
  { checkpoint, snapshot, scores, failed }: Judgement,
  tables: readonly string[] | undefined,
): Readonly<Record<string, Facets>> {
  const known = [...judged(tables)].flatMap(([name, dataset]) => {
    const score = scores[name];
    const unmet = failed.filter(({ table }) => table === name);
    if (score === undefined && unmet.length === 0) return [];
    const facets = {
      ...(snapshot === null ? {} : versionFacet(snapshot)),
      ...(score === undefined || checkpoint === null ? {} : scoreFacet(score, checkpoint)),
      ...assertionsFacet(unmet.map(assertionOf)),
    };
    return [[datasetKey(dataset), facets] as const];
  });
  return Object.fromEntries(known);
}

function assertionOf({ type, columns, says, weight, evaluated, unexpected }: FailedExpectation): Assertion {
  const [column, ...others] = columns;
  return {
    ...{ assertion: type, success: false, description: says },
    severity: weight === 'blocks' ? 'error' : 'warn',
    actual: `${unexpected} of ${evaluated} do not meet it`,
    ...(column === undefined || others.length > 0 ? {} : { column }),
  };
}
