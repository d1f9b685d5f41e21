import { expect, it } from 'vitest';
import type { JobActivities } from '../../../activities/job-activities.js';
import {
  bronze,
  lake,
  lakeTableNames,
  silver,
  tableDatasets,
  tagsOf,
} from '../../../adapters/lineage/datasets.js';
import type { DeclaredLineage } from '../../../adapters/lineage/declaration.js';
import { datasetKey, type Dataset } from '../../../schemas/lineage.js';
import { qualifiedName } from '../../../schemas/tables/lake-table.js';
import { lakeTables } from '../../../schemas/tables/lake-tables.js';

it('every table of the lake is a dataset, and there is no other', () => {
  const named = Object.entries(lakeTableNames).flatMap(([layer, names]) =>
    names.map((name) => `${layer}.${name}`),
  );
  expect(named.toSorted()).toEqual(lakeTables.map(qualifiedName).toSorted());
});

it('no two tables are one dataset', () => {
  expect(new Set(tableDatasets.map(datasetKey)).size).toBe(tableDatasets.length);
});

it('a table has the tags of its layer and its own', () => {
  const tags = [...bronze('raw_match_data', 'raw_odds_data'), ...silver('matches'), ...lake('gold', 'elo')];
  expect(tags.map(tagsOf)).toEqual([
    ['bronze', 'raw', 'matches'],
    ['bronze', 'raw'],
    ['silver', 'cleaned', 'matches'],
    ['gold', 'features', 'lake'],
  ]);
});

it('a table that does not exist, or of another layer, is refused by the compiler', () => {
  // @ts-expect-error There is no such table.
  bronze('raw_match_date');
  // @ts-expect-error It is in silver.
  bronze('matches');
  // @ts-expect-error The lake has none.
  lake('silver', 'odds_last_seen');
});

it('a declaration of an activity that does not exist, or of a field that its input lacks, is refused by the compiler', () => {
  type Some = DeclaredLineage<Pick<JobActivities, 'collectFile'>>;
  const declare = (declared: Some): Some => declared;
  const inputs = () => [];
  // @ts-expect-error There is no collectFiles.
  declare({ collectFile: 'untold', collectFiles: 'untold' });
  // @ts-expect-error collectFile is missing.
  declare({});
  const ofLeague = (input: { readonly league: Dataset }) => [input.league];
  // @ts-expect-error Its input has no league.
  declare({ collectFile: { does: 'collect', inputs, outputs: ofLeague } });
  // @ts-expect-error Nothing mends.
  declare({ collectFile: { does: 'mend', inputs, outputs: inputs } });
});
