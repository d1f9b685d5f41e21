import type pg from 'pg';
import { z } from 'zod';
import { reachedFrom, splitColumn, type ColumnEdge } from '../../domain/lineage/column-graph.js';
import { directKinds, indirectKinds } from '../../domain/lineage/origins.js';
import { BadInput } from '../../schemas/errors.js';
import { datasetKey, type LineageDescription } from '../../schemas/lineage.js';
import type { ChangedColumn, SchemaGate } from '../postgres/schema-change.js';
import { tableDatasets } from './datasets.js';
import { endpointDatasets } from './endpoints.js';
import { readNewestDescription } from './descriptions.js';

const InputFields = z.array(
  z.object({
    ...{ namespace: z.string(), name: z.string(), field: z.string() },
    transformations: z.array(
      z.object({ type: z.string(), subtype: z.enum([...directKinds, ...indirectKinds]) }),
    ),
  }),
);
const Described = z.object({
  columnLineage: z.object({
    fields: z.record(z.string(), z.object({ inputFields: InputFields })),
    dataset: InputFields,
  }),
});

const everyRow = '*';

/** The edges between columns, as a description told them. */
export function edgesOfDescription({ datasets }: Pick<LineageDescription, 'datasets'>): ColumnEdge[] {
  return Object.entries(datasets).flatMap(([key, facets]) => {
    const told = Described.safeParse(facets);
    if (!told.success) return [];
    const { fields, dataset } = told.data.columnLineage;
    const made = [
      ...Object.entries(fields).map(([column, { inputFields }]) => [column, inputFields] as const),
      [everyRow, dataset] as const,
    ];
    const decided = Object.keys(fields).map((column) => ({
      ...{ from: `${key}.${everyRow}`, to: `${key}.${column}`, kind: 'FILTER' as const, isDirect: false },
    }));
    return [
      ...decided,
      ...made.flatMap(([column, inputs]) =>
        inputs.flatMap(({ namespace, name, field, transformations }) =>
          transformations.map(({ type, subtype }) => ({
            ...{ from: `${namespace}/${name}.${field}`, to: `${key}.${column}` },
            ...{ kind: subtype, isDirect: type === 'DIRECT' },
          })),
        ),
      ),
    ];
  });
}

/**
 * The check of dependencies before a change of the schema (LIN-9): refuses a migration that takes away a column, or gives it another type, where something is made
 * of it by the lineage of the release that ran last, unless the migration says that it is meant. Undefined where no run has told of anything yet.
 */
export async function lineageGate(pool: pg.Pool): Promise<SchemaGate | undefined> {
  const description = await readNewestDescription(pool);
  if (description === null) return undefined;
  const edges = edgesOfDescription(description);
  return ({ name, announced, changed }) => {
    const refused = changed
      .filter(({ table, column }) => !announced.has(`${table}.${column}`))
      .map((change) => ({ change, reached: reachedBy(change, edges) }))
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

/** The columns that are made of a column or decided by it; none where its table is no dataset. */
function reachedBy({ table, column }: ChangedColumn, edges: readonly ColumnEdge[]): string[] {
  const dataset = tableDatasets.find(({ name }) => name === table);
  if (dataset === undefined) return [];
  return [...reachedFrom([`${datasetKey(dataset)}.${column}`], edges, { direction: 'down' }).keys()];
}

function sayChange({ table, column, type, becomes }: ChangedColumn, reached: readonly string[]): string {
  const tables = new Set(reached.map((each) => splitColumn(each)[0]));
  const endpoints = Object.values(endpointDatasets).filter((read) =>
    read.some((dataset) => tables.has(datasetKey(dataset))),
  );
  const does =
    becomes === null
      ? `takes away ${table}.${column}`
      : `makes ${table}.${column} a ${becomes}, which was a ${type}`;
  return `${does}; of it come ${reached.length} columns of ${[...tables].toSorted().join(', ')}, from which ${endpoints.length} endpoints answer`;
}
