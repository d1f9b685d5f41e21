import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import type pg from 'pg';
import { readGoldModels, type GoldModel } from '../adapters/lake/gold-model.js';
import type { Doing } from '../adapters/lineage/declaration.js';
import { bronze, tableDatasets, tagsOf } from '../adapters/lineage/datasets.js';
import { facet } from '../adapters/lineage/facets.js';
import type { TableShapes } from '../adapters/postgres/table-shapes.js';
import { splitColumn, type ColumnGraph, type TableLineage } from '../domain/lineage/column-graph.js';
import type { Deciding, Origins } from '../domain/lineage/origins.js';
import { datasetKey, type Dataset, type Facets, type LineageDescription } from '../schemas/lineage.js';
import { archiveTables } from '../schemas/tables/archive.js';
import { lakeTables } from '../schemas/tables/lake-tables.js';
import { silverTables } from '../schemas/tables/silver.js';
import { houseColumns } from './derive-columns.js';
import { lineageVersion, readShapes } from './lineage-version.js';
import { jobLineage } from './lineage.js';

/** What the house knows of its data: which column is made of which, and what datasets and jobs are. */
export interface DescribedHouse {
  readonly columns: ColumnGraph;
  readonly description: LineageDescription;
}

const modelsFolder = fileURLToPath(new URL('../sql/gold/', import.meta.url));

/**
 * Reads what datasets and jobs are from what declares them: the SQL of gold, the tables of Postgres, the declarations of the lake. It needs no lake: the
 * SQL is parsed in a DuckDB of its own that holds nothing.
 */
export async function describeHouse(pool: pg.Pool): Promise<DescribedHouse> {
  const [shapes, models] = [await readShapes(pool), await readGoldModels(modelsFolder)];
  const version = await lineageVersion(shapes);
  const names = new Map(
    [...shapes.columns].map(([table, columns]) => [table, columns.map(({ name }) => name)]),
  );
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  try {
    const connection = await instance.connect();
    const columns = await houseColumns(connection, models, { columns: names, views: shapes.views });
    connection.closeSync();
    return { columns, description: { version, ...describe(columns, shapes, models) } };
  } finally {
    instance.closeSync();
  }
}

function describe(
  columns: ColumnGraph,
  shapes: TableShapes,
  models: readonly GoldModel[],
): Omit<LineageDescription, 'version'> {
  const datasets = Object.fromEntries(
    tableDatasets.map((dataset) => [
      datasetKey(dataset),
      {
        ...schemaOf(dataset, shapes),
        ...aboutOf(dataset, models),
        ...columnLineageOf(columns.get(datasetKey(dataset))),
      },
    ]),
  );
  const jobs = Object.fromEntries(
    Object.entries(jobLineage).flatMap(([name, declared]) =>
      declared === 'untold' ? [] : [[name, jobFacets(name, declared.does, shapes, models)] as const],
    ),
  );
  return { datasets, jobs };
}

const lakeTableOf = ({ namespace, name }: Dataset) =>
  lakeTables.find((table) => `football_db.${table.layer}` === namespace && `lake.${table.name}` === name);

function schemaOf(dataset: Dataset, { columns }: TableShapes): Facets {
  const inLake = lakeTableOf(dataset);
  const fields = inLake?.columns ?? columns.get(dataset.name) ?? [];
  return {
    schema: facet('1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet', {
      fields: fields.map((field, index) => ({ ...field, ordinal_position: index + 1 })),
    }),
    dataSource: facet('1-0-1/DatasourceDatasetFacet.json#/$defs/DatasourceDatasetFacet', {
      name: inLake === undefined ? 'football_db' : 'lake',
      uri: inLake === undefined ? 'urn:touchline:postgres' : 'urn:touchline:lake',
    }),
  };
}

/** Who answers for a table, what it is, and its tags. */
function aboutOf(dataset: Dataset, models: readonly GoldModel[]): Facets {
  const declared = lakeTableOf(dataset);
  const plain = lakeTables.find(({ layer, name }) => name === dataset.name && layer === 'silver');
  const about = (declared ?? plain)?.description;
  const owner = ownerOf((declared ?? plain)?.name ?? dataset.name, dataset, models);
  return {
    ...(about === undefined
      ? {}
      : {
          documentation: facet('1-1-0/DocumentationDatasetFacet.json#/$defs/DocumentationDatasetFacet', {
            description: about,
          }),
        }),
    ownership: facet('1-0-1/OwnershipDatasetFacet.json#/$defs/OwnershipDatasetFacet', {
      owners: [{ name: `team:${owner}`, type: 'MAINTAINER' }],
    }),
    tags: facet('1-0-0/TagsDatasetFacet.json#/$defs/TagsDatasetFacet', {
      tags: tagsOf(dataset).map((tag) => ({ key: 'tag', value: tag, source: 'TOUCHLINE' })),
    }),
  };
}

function ownerOf(name: string, dataset: Dataset, models: readonly GoldModel[]): string {
  const isBronze = bronze('raw_match_data').some(({ namespace }) => namespace === dataset.namespace);
  const owned = [...silverTables, ...archiveTables].find((table) => table.name === name);
  const model = models.find((each) => `lake.${each.name}` === dataset.name);
  return model?.owner ?? owned?.owner ?? (isBronze ? 'collecting' : 'cleaning');
}

/** How columns come of one another, in OpenLineage's words; which rows there are decides about every column. */
function columnLineageOf(lineage: TableLineage | undefined): Facets {
  if (lineage === undefined) return {};
  const fields = [...lineage.columns].map(([name, origins]) => [name, { inputFields: inputFields(origins) }]);
  return {
    columnLineage: facet('1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet', {
      fields: Object.fromEntries(fields),
      dataset: inputFields({ direct: new Map(), indirect: lineage.rows }),
    }),
  };
}

function inputFields({ direct, indirect }: Origins): readonly Facets[] {
  const columns = [...new Set([...direct.keys(), ...indirect.keys()])].filter(
    (column) => splitColumn(column)[1] !== '*',
  );
  return columns.map((column) => {
    const [table, field] = splitColumn(column);
    const slash = table.indexOf('/');
    return {
      ...{ namespace: table.slice(0, slash), name: table.slice(slash + 1), field },
      transformations: [...directOf(direct.get(column)), ...indirectOf(indirect.get(column))],
    };
  });
}

const directOf = (kind: string | undefined) =>
  kind === undefined ? [] : [{ type: 'DIRECT', subtype: kind, masking: false }];

const indirectOf = (kinds: ReturnType<Deciding['get']>) =>
  [...(kinds ?? [])].map((kind) => ({ type: 'INDIRECT', subtype: kind, masking: false }));

const doings: Readonly<Record<Doing, string>> = {
  collect: 'Collects what a provider tells and keeps it as it came.',
  refine: 'Cleans what was collected into tables that can be trusted.',
  publish: 'Publishes tables to where they are read.',
  build: 'Derives features and results from cleaned tables.',
  judge: 'Holds what is published against what is expected of it.',
  train: 'Fits the model to matches that were played.',
  evaluate: 'Judges models against the market.',
  predict: 'Predicts matches, and verifies predictions.',
  archive: 'Moves old rows to the lake.',
};

function jobFacets(name: string, does: Doing, { views }: TableShapes, models: readonly GoldModel[]): Facets {
  const sql = sqlOf(name, views, models);
  return {
    documentation: facet('1-1-0/DocumentationJobFacet.json#/$defs/DocumentationJobFacet', {
      description: doings[does],
    }),
    ownership: facet('1-0-1/OwnershipJobFacet.json#/$defs/OwnershipJobFacet', {
      owners: [{ name: `team:${does}`, type: 'MAINTAINER' }],
    }),
    ...(sql === undefined ? {} : { sql: facet('1-1-0/SQLJobFacet.json#/$defs/SQLJobFacet', sql) }),
  };
}

/** The SQL of a job that is SQL. */
function sqlOf(
  job: string,
  views: TableShapes['views'],
  models: readonly GoldModel[],
): { readonly query: string; readonly dialect: string } | undefined {
  if (job === 'buildGold') {
    return { query: models.map(({ name, sql }) => `-- ${name}\n${sql}`).join(';\n\n'), dialect: 'duckdb' };
  }
  if (job === 'refreshViews') {
    return {
      query: [...views].map(([view, sql]) => `-- ${view}\n${sql}`).join(';\n\n'),
      dialect: 'postgres',
    };
  }
  return undefined;
}
