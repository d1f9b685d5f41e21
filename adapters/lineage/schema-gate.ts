import type pg from 'pg';
import { z } from 'zod';
import { BadInput } from '../../schemas/errors.js';
import { datasetKey, type LineageDescription } from '../../schemas/lineage.js';
import type { ChangedColumn, SchemaGate } from '../postgres/schema-change.js';
import { tableDatasets } from './datasets.js';
import { readNewestDescription } from './descriptions.js';
import { endpointDatasets } from './endpoints.js';

const InputFields = z.array(z.object({ namespace: z.string(), name: z.string(), field: z.string() }));
const Described = z.object({
  columnLineage: z.object({
    fields: z.record(z.string(), z.object({ inputFields: InputFields })),
    dataset: InputFields,
  }),
});

/** Columns by their whole name, `football_db.silver/odds.home_odds`, with those that are made of them or decided by them in one step. */
export type ColumnsMadeOf = ReadonlyMap<string, ReadonlySet<string>>;

/** Which columns come of which, as a description told it. What decides about the rows of a table decides about each of its columns. */
export function columnsMadeOf({ datasets }: Pick<LineageDescription, 'datasets'>): ColumnsMadeOf {
  const made = new Map<string, Set<string>>();
  for (const [key, facets] of Object.entries(datasets)) {
    const told = Described.safeParse(facets);
    if (!told.success) continue;
    const { fields, dataset } = told.data.columnLineage;
    for (const [column, { inputFields }] of Object.entries(fields)) {
      for (const { namespace, name, field } of [...inputFields, ...dataset]) {
        const from = `${namespace}/${name}.${field}`;
        made.set(from, (made.get(from) ?? new Set()).add(`${key}.${column}`));
      }
    }
  }
  return made;
}

/**
 * The check of dependencies before a change of the schema (LIN-9): refuses a migration that takes away a column, or gives it another type, where something is made
 * of it by the lineage of the release that ran last, unless the migration says that it is meant. Undefined where no run has told of anything yet.
 */
export async function lineageGate(pool: pg.Pool): Promise<SchemaGate | undefined> {
  const description = await readNewestDescription(pool);
  if (description === null) return undefined;
  const made = columnsMadeOf(description);
  return ({ name, announced, changed }) => {
    const refused = changed
      .filter(({ table, column }) => !announced.has(`${table}.${column}`))
      .map((change) => ({ change, reached: reachedBy(change, made) }))
      .filter(({ reached }) => reached.length > 0);
    if (refused.length === 0) return;
    const names = refused.map(({ change: { table, column } }) => `${table}.${column}`);
    throw new BadInput(
      `The migration ${name} ${refused.map(({ change, reached }) => sayChange(change, reached)).join('. It ')}`,
      {
        ...{ file: `sql/migrations/${name}.up.sql`, object: names.join(', ') },
        advice: `Mend what is made of it (touchline lineage impact ${names[0] ?? ''}), then let the migration say that it is meant: -- changes: ${names.join(', ')}`,
      },
    );
  };
}

/** Whatever comes of a column, by way of others too; nothing where its table is no dataset. */
function reachedBy({ table, column }: ChangedColumn, made: ColumnsMadeOf): string[] {
  const dataset = tableDatasets.find(({ name }) => name === table);
  if (dataset === undefined) return [];
  const start = `${datasetKey(dataset)}.${column}`;
  // What is added while it is gone through is gone through as well.
  const reached = new Set([start]);
  for (const one of reached) for (const next of made.get(one) ?? []) reached.add(next);
  reached.delete(start);
  return [...reached];
}

const tableOf = (column: string): string => column.slice(0, column.lastIndexOf('.'));

function sayChange({ table, column, type, becomes }: ChangedColumn, reached: readonly string[]): string {
  const tables = new Set(reached.map((each) => tableOf(each)));
  const endpoints = Object.values(endpointDatasets).filter((read) =>
    read.some((dataset) => tables.has(datasetKey(dataset))),
  );
  const does =
    becomes === null
      ? `takes away ${table}.${column}`
      : `makes ${table}.${column} a ${becomes}, which was a ${type}`;
  return `${does}; of it come ${reached.length} columns of ${[...tables].toSorted().join(', ')}, from which ${endpoints.length} endpoints answer`;
}
