import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { InvariantBroken } from '../../schemas/errors.js';
import type { SuiteResult } from '../../schemas/records/validation.js';
import type { LakeTable } from '../../schemas/tables/lake-table.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import { computeModels, dropModels, type GoldBuild } from './gold-compute.js';
import { judgeMonths } from './judge-months.js';
import { columnInMonths, Month, monthGroups } from './months.js';
import { readRows } from './rows.js';
import { listSnapshots, snapshotOfRun, tagCommit, type Snapshot } from './snapshots.js';
import { quoteIdentifier } from './sql-text.js';
import { countRows, ensureTables, lakeName } from './tables.js';
import { inLakeTransaction } from './transaction.js';

/** What one gold table got: the months whose rows differ from those before. */
export interface BuiltModel {
  readonly model: string;
  readonly rows: number;
  readonly months: number;
}

/** A snapshot that holds a build, and the snapshot of silver that it was computed from. */
export interface GoldSnapshot {
  readonly snapshot: number;
  readonly inputSnapshot: number;
  readonly modelsHash: string;
  readonly models: readonly BuiltModel[];
}

export interface GoldPublication {
  readonly runId: string;
  readonly build: GoldBuild;
  readonly inputSnapshot: number;
  /** What decides the rows besides the input. */
  readonly modelsHash: string;
  /**
   * Runs when all is written and has been held against its suites, before the commit; what it throws rolls the build back. It gets what the
   * suite of each table found in the months that changed.
   */
  readonly beforeCommit: (results: readonly SuiteResult[]) => Promise<void>;
  readonly onPhase: (
    phase: 'gold.write' | 'gold.judge' | 'gold.commit',
    details?: Record<string, string | number>,
  ) => void;
}

/** How many months one statement writes: each is a file held open, with its rows in memory. */
const monthsPerStatement = 24;

const GoldInfo = z.object({
  input_snapshot: z.number(),
  models_hash: z.string(),
  models: z.array(z.object({ model: z.string(), rows: z.number(), months: z.number() })),
});

function readGold(snapshot: Snapshot): GoldSnapshot {
  const info = GoldInfo.parse(snapshot.info);
  return {
    snapshot: snapshot.id,
    inputSnapshot: info.input_snapshot,
    modelsHash: info.models_hash,
    models: info.models,
  };
}

/** The newest snapshot of silver and the newest build of gold that no clearing has emptied since. */
export async function newestInputs(
  connection: DuckDBConnection,
): Promise<{ readonly silver: number | undefined; readonly gold: GoldSnapshot | undefined }> {
  const snapshots = await listSnapshots(connection);
  const newest = (job: 'publish' | 'build-gold' | 'clear-lake'): Snapshot | undefined =>
    snapshots.find(({ info }) => info?.job === job);
  const cleared = newest('clear-lake')?.id ?? -1;
  const gold = newest('build-gold');
  const silver = newest('publish')?.id;
  return {
    silver: silver === undefined || silver < cleared ? undefined : silver,
    gold: gold === undefined || gold.id < cleared ? undefined : readGold(gold),
  };
}

/** The build that a run has committed already, or undefined. */
export async function findBuild(
  connection: DuckDBConnection,
  runId: string,
): Promise<GoldSnapshot | undefined> {
  const snapshot = await snapshotOfRun(connection, 'build-gold', runId);
  return snapshot === undefined ? undefined : readGold(snapshot);
}

/**
 * Computes every model from one snapshot of silver, runs the checks, writes the months whose rows changed in one lake
 * transaction tagged with the run, and holds them against the suites. A check that finds rows, or any error, leaves gold as it was. The caller holds the
 * locks of the tables. A build that changes no month makes no snapshot and returns undefined.
 */
export async function publishGold(
  connection: DuckDBConnection,
  publication: GoldPublication,
): Promise<GoldSnapshot | undefined> {
  return await withComputedGold(connection, publication, async () => {
    await inLakeTransaction(connection, () => writeChanges(connection, publication));
    return await findBuild(connection, publication.runId);
  });
}

/** Computes every model from one snapshot of silver into temporary tables, and forgets them after the work. */
async function withComputedGold<T>(
  connection: DuckDBConnection,
  { build, inputSnapshot, onPhase }: Pick<GoldPublication, 'build' | 'inputSnapshot' | 'onPhase'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    // One that a build left behind whose end was cut off, too.
    await connection.run('detach database if exists pinned');
    await connection.run(
      `attach 'ducklake:lake_secret' as pinned (read_only, override_data_path true, snapshot_version ${Math.trunc(inputSnapshot)})`,
    );
    await connection.run('use pinned');
    await computeModels(connection, {
      ...build,
      onModel: (name) => {
        onPhase('gold.write', { model: name });
      },
    });
    return await work();
  } finally {
    await leavePinned(connection, build);
  }
}

/**
 * Computes gold anew from the silver that it says it was built from, and says in which months of which tables it holds other rows. Nothing is written.
 * Gold that other models built, or none at all, says nothing: undefined.
 */
export async function goldDifferences(
  connection: DuckDBConnection,
  { build, modelsHash }: { readonly build: GoldBuild; readonly modelsHash: string },
): Promise<readonly string[] | undefined> {
  const { gold } = await newestInputs(connection);
  if (gold?.modelsHash !== modelsHash) return undefined;
  const { inputSnapshot } = gold;
  return await withComputedGold(connection, { build, inputSnapshot, onPhase: () => undefined }, async () => {
    const differing: string[] = [];
    for (const table of publishedTables(build)) {
      const months = await changedMonths(connection, table);
      if (months.length > 0)
        differing.push(`${qualifiedName(table)}: not as its silver makes it in ${months.join(', ')}`);
    }
    return differing;
  });
}

function publishedTables({ models, tables }: GoldBuild): readonly LakeTable[] {
  const published = models.filter((model) => model.published).map(({ name }) => name);
  return tables.filter(({ name }) => published.includes(name));
}

/** Tidies up after a build. Where that fails, the error that led here matters, and the next build detaches. */
async function leavePinned(connection: DuckDBConnection, build: GoldBuild): Promise<void> {
  try {
    await dropModels(connection, build.models);
    await connection.run('use lake');
    await connection.run('detach database if exists pinned');
  } catch {
    // Temporary tables end with the connection.
  }
}

async function writeChanges(connection: DuckDBConnection, publication: GoldPublication): Promise<void> {
  const { build, runId, inputSnapshot, modelsHash, beforeCommit, onPhase } = publication;
  const tables = publishedTables(build);
  await ensureTables(connection, tables);
  const models: BuiltModel[] = [];
  const changed = new Map<LakeTable, readonly Month[]>();
  for (const table of tables) {
    const months = await changedMonths(connection, table);
    changed.set(table, months);
    for (const group of monthGroups(months, monthsPerStatement))
      await replaceMonths(connection, table, group);
    const rows = await countRows(connection, `temp.${quoteIdentifier(table.name)}`);
    const written = await countRows(connection, lakeName(table));
    if (written !== rows) {
      throw new InvariantBroken(
        `The lake would hold ${written} rows of ${qualifiedName(table)} where the model made ${rows}`,
        { object: qualifiedName(table), advice: 'Nothing was published.' },
      );
    }
    models.push({ model: table.name, rows, months: months.length });
  }
  onPhase('gold.judge');
  // The rows that were written are in memory still, and were counted: to read them back would take most of the time.
  const results = await judgeMonths(
    connection,
    changed,
    pinnedOrNew,
    ({ name }) => `temp.${quoteIdentifier(name)}`,
  );
  await tagCommit(connection, 'build gold', {
    job: 'build-gold',
    run_id: runId,
    input_snapshot: inputSnapshot,
    models_hash: modelsHash,
    models,
  });
  await beforeCommit(results);
  onPhase('gold.commit');
}

/** Silver as gold was computed from it, and gold as it is about to be. */
const pinnedOrNew = (table: LakeTable): string =>
  table.layer === 'gold' ? lakeName(table) : `pinned.${table.layer}.${quoteIdentifier(table.name)}`;

const partitionColumnOf = (table: LakeTable): string => {
  if (table.partitionColumn !== null) return table.partitionColumn;
  throw new InvariantBroken('A gold table is partitioned by an instant', { object: qualifiedName(table) });
};

const MonthRow = z.object({ month: Month });

/** The months whose rows, taken together, are not those that the lake holds. */
async function changedMonths(connection: DuckDBConnection, table: LakeTable): Promise<Month[]> {
  const instant = quoteIdentifier(partitionColumnOf(table));
  const fingerprint = (from: string): string =>
    `select strftime(${instant}, '%Y-%m') as month, count(*) as n, sum(hash(r)) as content from ${from} as r group by 1`;
  const rows = await readRows(
    connection,
    `select coalesce(new.month, old.month) as month
     from (${fingerprint(`temp.${quoteIdentifier(table.name)}`)}) as new
     full join (${fingerprint(lakeName(table))}) as old on old.month = new.month
     where new.n is distinct from old.n or new.content is distinct from old.content
     order by 1`,
  );
  return rows.map((row) => MonthRow.parse(row).month);
}

async function replaceMonths(
  connection: DuckDBConnection,
  table: LakeTable,
  months: readonly Month[],
): Promise<void> {
  const column = partitionColumnOf(table);
  const within = columnInMonths(column, months);
  await connection.run(`delete from ${lakeName(table)} where ${within}`);
  await connection.run(
    `insert into ${lakeName(table)} select * from temp.${quoteIdentifier(table.name)} where ${within}
     order by ${[column, ...table.businessKey].map(quoteIdentifier).join(', ')}`,
  );
}
