import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { BadInput, CheckFailed, InvariantBroken } from '../../schemas/errors.js';
import type { LakeTable } from '../../schemas/tables/lake-table.js';
import type { GoldModel } from './gold-model.js';
import type { GoldPass } from './gold-pass.js';
import { readNumericColumns, writeNumericColumns } from './gold-pass.js';
import { readRows } from './rows.js';
import { quoteIdentifier } from './sql-text.js';

export interface GoldBuild {
  /** In build order. */
  readonly models: readonly GoldModel[];
  /** The declared gold tables; every published model has one of its name. */
  readonly tables: readonly LakeTable[];
  readonly passes: Readonly<Record<string, GoldPass>>;
  /** Told before each model is computed. */
  readonly onModel?: (name: string) => void;
}

export interface ComputedModel {
  readonly model: GoldModel;
  readonly rows: number;
}

const sampleSize = 5;

const tableOf = (build: GoldBuild, model: GoldModel): LakeTable => {
  const table = build.tables.find(({ name }) => name === model.name);
  if (table === undefined) {
    throw new InvariantBroken(`The published gold model ${model.name} is not declared`, {
      file: model.file,
      advice: 'Declare it in schemas/tables/gold.ts.',
    });
  }
  return table;
};

/** Every table that the SELECT reads must be among its header's inputs: lineage is read from there. */
function checkInputs(connection: DuckDBConnection, model: GoldModel): void {
  for (const name of connection.getTableNames(model.sql, true)) {
    // DuckDB gives the alias with the name: silver.odds AS o.
    const plain = name.replace(/ AS .*$/s, '').replaceAll('"', '');
    if (!model.inputs.includes(plain)) {
      throw new BadInput(`The gold model ${model.name} reads ${plain}, which its header does not name`, {
        file: model.file,
        field: 'inputs',
        advice: `Add ${plain} to the inputs.`,
      });
    }
  }
}

const DescribedColumn = z.object({ column_name: z.string(), column_type: z.string() });

async function checkColumns(connection: DuckDBConnection, model: GoldModel, table: LakeTable): Promise<void> {
  const found = await readRows(
    connection,
    `select column_name, column_type from (describe temp.${quoteIdentifier(model.name)})`,
  );
  const made = found
    .map((row) => DescribedColumn.parse(row))
    .map(({ column_name: name, column_type: type }) => `${name} ${type}`);
  const declared = table.columns.map(
    ({ name, type }) => `${name} ${type === 'TIMESTAMPTZ' ? 'TIMESTAMP WITH TIME ZONE' : type}`,
  );
  const wrong = declared.findIndex((text, index) => text !== made[index]);
  if (wrong >= 0 || made.length !== declared.length) {
    const position = wrong >= 0 ? wrong : declared.length;
    throw new InvariantBroken(
      `The gold model ${model.name} makes ${made[position] ?? 'no column'} where ${declared[position] ?? 'no column'} is declared`,
      { file: model.file, advice: 'Bring the SELECT and schemas/tables/gold.ts in line.' },
    );
  }
}

async function runChecks(connection: DuckDBConnection, model: GoldModel): Promise<void> {
  const key = model.grain.map(quoteIdentifier).join(', ');
  const oneRowEach = {
    name: `one row for each ${model.grain.join(', ')}`,
    sql: `select ${key}, count(*) as "rows" from temp.${quoteIdentifier(model.name)} group by ${key} having count(*) > 1`,
  };
  for (const check of [oneRowEach, ...model.checks]) {
    const rows = await readRows(connection, `select * from (${check.sql}) limit ${sampleSize}`);
    if (rows.length > 0) {
      const counted = async (relation: string): Promise<number> => {
        const [row] = await readRows(connection, `select count(*)::double as n from ${relation}`);
        return z.object({ n: z.number() }).parse(row).n;
      };
      throw new CheckFailed(
        `The check "${check.name}" of the gold model ${model.name} found rows: ${JSON.stringify(rows)}`,
        {
          file: model.file,
          object: `gold.${model.name}`,
          advice: 'Nothing was published. Correct the input or the model, then build again.',
        },
        {
          ...{ checkpoint: null, snapshot: null, scores: {} },
          failed: [
            {
              ...{ table: `gold.${model.name}`, type: 'expect_no_row', columns: [], says: check.name },
              ...{ weight: 'blocks', evaluated: await counted(`temp.${quoteIdentifier(model.name)}`) },
              unexpected: await counted(`(${check.sql})`),
            },
          ],
        },
      );
    }
  }
}

/** The unpublished models that no model after the given one reads. */
const unreadAfter = (models: readonly GoldModel[], position: number): GoldModel[] => {
  const ahead = models.slice(position + 1).flatMap(({ inputs }) => inputs);
  return models.slice(0, position + 1).filter(({ name, published }) => !published && !ahead.includes(name));
};

/**
 * Computes each model into a temporary table of its name, in order, and runs its checks before the next begins. What
 * is not published is dropped once nothing reads it: memory is for what comes.
 * `silver.*` must resolve on the connection, to a pinned snapshot or to plain tables. Throws {@link CheckFailed} with
 * model, check and sample rows; {@link BadInput} or {@link InvariantBroken} where a model is not as it says.
 */
export async function computeModels(
  connection: DuckDBConnection,
  build: GoldBuild,
): Promise<ComputedModel[]> {
  const computed: ComputedModel[] = [];
  for (const [position, model] of build.models.entries()) {
    build.onModel?.(model.name);
    checkInputs(connection, model);
    if (model.pass === null) {
      await connection.run(`create temp table ${quoteIdentifier(model.name)} as ${model.sql}`);
    } else {
      await runPass(connection, build, model, model.pass);
      // V8 would keep what the pass leaves until its own heap needs the room; DuckDB needs it now.
      globalThis.gc?.();
    }
    if (model.published) await checkColumns(connection, model, tableOf(build, model));
    await runChecks(connection, model);
    const [counted] = await readRows(
      connection,
      `select count(*) as n from temp.${quoteIdentifier(model.name)}`,
    );
    computed.push({ model, rows: Number(counted?.['n'] ?? 0) });
    await dropModels(connection, unreadAfter(build.models, position));
  }
  return computed;
}

async function runPass(
  connection: DuckDBConnection,
  build: GoldBuild,
  model: GoldModel,
  name: string,
): Promise<void> {
  const pass = build.passes[name];
  if (pass === undefined) {
    throw new BadInput(`No pass is named ${name}`, { file: model.file, field: 'pass' });
  }
  const input = await readNumericColumns(connection, model.sql);
  await writeNumericColumns(connection, tableOf(build, model), pass.run(input));
}

/** Forgets the temporary tables of a build, whether it went well or not. */
export async function dropModels(connection: DuckDBConnection, models: readonly GoldModel[]): Promise<void> {
  for (const { name } of models) await connection.run(`drop table if exists temp.${quoteIdentifier(name)}`);
}
