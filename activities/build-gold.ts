import { fileURLToPath } from 'node:url';
import type { DuckDBConnection } from '@duckdb/node-api';
import type pg from 'pg';
import type { GoldBuild } from '../adapters/lake/gold-compute.js';
import { hashModels, readGoldModels } from '../adapters/lake/gold-model.js';
import {
  findBuild,
  newestInputs,
  publishGold,
  type BuiltModel,
  type GoldSnapshot,
} from '../adapters/lake/gold-publish.js';
import type { Lake } from '../adapters/lake/open-lake.js';
import { readServedFeatures } from '../adapters/lake/served-features.js';
import { withTableLocks, type TableLocks } from '../adapters/lake/table-locks.js';
import { noteGoldInput, publishedUntil } from '../adapters/postgres/gold-inputs.js';
import { swapServedFeatures } from '../adapters/postgres/served-features.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import { InvariantBroken, PrerequisiteMissing } from '../schemas/errors.js';
import { goldTables } from '../schemas/tables/gold.js';
import { qualifiedName } from '../schemas/tables/lake-table.js';
import { goldPasses } from './gold-passes.js';
import { heartbeating, type ReportPhase } from './heartbeating.js';
import { passGate } from './pass-gate.js';

const modelsFolder = fileURLToPath(new URL('../sql/gold/', import.meta.url));

export interface BuildGoldDeps {
  /** The admin's: the served features are replaced. */
  readonly pool: pg.Pool;
  readonly lake: Lake;
}

/** `unchanged`: gold is that of the newest silver already, or came out with the same rows. */
export interface BuildGoldResult {
  readonly outcome: 'built' | 'unchanged';
  /** The snapshot that holds gold as it is now; null where the build has no row at all. */
  readonly snapshot: number | null;
  /** The snapshot of silver that it was computed from. */
  readonly inputSnapshot: number;
  readonly models: readonly BuiltModel[];
}

/** Activities that build gold from lake silver. */
export function createBuildGoldActivities(deps: BuildGoldDeps) {
  return {
    /**
     * Computes the gold models from the newest snapshot of lake silver and publishes what changed in one snapshot; then the
     * features of the matches ahead are put in place in Postgres. Throws {@link PrerequisiteMissing} where silver was never published.
     */
    async buildGold({ runId }: { readonly runId: string }): Promise<BuildGoldResult> {
      return await heartbeating((reportPhase) => buildGold(deps, runId, reportPhase));
    },
  };
}

/** Builds gold from the newest silver, as {@link createBuildGoldActivities} says. */
export async function buildGold(
  { pool, lake }: BuildGoldDeps,
  runId: string,
  reportPhase: ReportPhase,
): Promise<BuildGoldResult> {
  const { build, modelsHash } = await goldBuild();
  const names = goldTables.map(qualifiedName);
  return withTableLocks(pool, names, (locks) =>
    lake.write(async (connection) => {
      const { knownUntil, ...result } = await buildIfNewer(connection, {
        ...{ pool, runId, build, modelsHash, locks, reportPhase },
      });
      await serveFeatures(connection, pool, {
        modelsHash,
        snapshot: result.snapshot ?? result.inputSnapshot,
      });
      await noteGoldInput(pool, { snapshot: result.inputSnapshot, runId, knownUntil });
      return result;
    }),
  );
}

/** The models of gold as they stand, and what tells them from others. */
export async function goldBuild(): Promise<{ readonly build: GoldBuild; readonly modelsHash: string }> {
  const models = await readGoldModels(modelsFolder);
  const passVersions = Object.fromEntries(
    Object.entries(goldPasses).map(([name, { version }]) => [name, version]),
  );
  return {
    build: { models, tables: goldTables, passes: goldPasses },
    modelsHash: hashModels(models, passVersions),
  };
}

async function buildIfNewer(
  connection: DuckDBConnection,
  plan: {
    readonly pool: pg.Pool;
    readonly runId: string;
    readonly build: GoldBuild;
    readonly modelsHash: string;
    readonly locks: TableLocks;
    readonly reportPhase: ReportPhase;
  },
): Promise<BuildGoldResult & { readonly knownUntil: Date | null }> {
  const { pool, runId, build, modelsHash, locks, reportPhase } = plan;
  const earlier = await findBuild(connection, runId);
  // When the attempt that built it had begun, nobody knows.
  if (earlier !== undefined) return { ...resultOf('built', earlier), knownUntil: null };
  const knownUntil = await publishedUntil(pool);
  const { silver, gold } = await newestInputs(connection);
  if (silver === undefined) {
    throw new PrerequisiteMissing('There is no silver in the lake to build gold from', {
      object: 'lake silver',
      advice: 'Import some files first: touchline import football-data <dir|url>.',
    });
  }
  if (gold?.inputSnapshot === silver && gold.modelsHash === modelsHash)
    return { ...resultOf('unchanged', gold), knownUntil };
  const built = await publishGold(connection, {
    runId,
    build,
    inputSnapshot: silver,
    modelsHash,
    beforeCommit: async (results) => {
      await passGate(pool, { kind: 'build-gold', runId }, results);
      await locks.assertHeld();
    },
    onPhase: reportPhase,
  });
  if (built !== undefined) return { ...resultOf('built', built), knownUntil };
  return {
    ...{ outcome: 'unchanged', snapshot: gold?.snapshot ?? null, inputSnapshot: silver, models: [] },
    knownUntil,
  };
}

const resultOf = (outcome: BuildGoldResult['outcome'], gold: GoldSnapshot): BuildGoldResult => ({
  outcome,
  snapshot: gold.snapshot,
  inputSnapshot: gold.inputSnapshot,
  models: gold.models,
});

async function serveFeatures(
  connection: DuckDBConnection,
  pool: pg.Pool,
  { modelsHash, snapshot }: { readonly modelsHash: string; readonly snapshot: number },
): Promise<void> {
  const matchFeatures = goldTables.find(({ name }) => name === 'match_features');
  if (matchFeatures === undefined) throw new InvariantBroken('gold.match_features is not declared');
  const rows = await readServedFeatures(connection, matchFeatures);
  const featureSetVersion = modelsHash.slice(0, 16);
  await inTransaction(pool, ({ client }) =>
    swapServedFeatures(client, { rows, featureSetVersion, snapshot }),
  );
}
