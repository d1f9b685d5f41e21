import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../adapters/postgres/row.js';
import { goldPasses } from '../../activities/gold-passes.js';
import type { GoldBuild } from '../../adapters/lake/gold-compute.js';
import { readGoldModels } from '../../adapters/lake/gold-model.js';
import { newestInputs, publishGold, type GoldPublication } from '../../adapters/lake/gold-publish.js';
import { refuseUnmet } from '../../domain/quality/gate.js';
import { CheckFailed, DependencyAway, PrerequisiteMissing } from '../../schemas/errors.js';
import { goldTables } from '../../schemas/tables/gold.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import { copyDatabase } from '../support/copy-database.js';
import { copyLake } from '../support/copy-lake.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

/** A database and the folder of its lake, to be copied: nobody is connected. */
interface Original {
  readonly url: string;
  readonly folder: string;
}

let postgres: TestPostgres;
let files: TestFolder;
/** Silver in the lake by the run publish/1, no gold. */
let published: Original;
/** The same, and gold by the run build/1. */
let built: Original;

let folder: TestFolder;
let url: string;
let lake: TestLake;
let copies = 0;

async function openCopy(original: Original): Promise<void> {
  copies += 1;
  folder = await makeTestFolder();
  url = await copyDatabase(original.url, `copy_${copies}`);
  await copyLake(original.folder, folder.path);
  lake = await openTestLake(url, folder.path);
}

async function closeCopy(): Promise<Original> {
  await lake.close();
  return { url, folder: folder.path };
}

beforeAll(async () => {
  postgres = await startTestPostgres();
  files = await makeTestFolder();
  const first = { url: await postgres.freshDatabase(), folder: path.join(files.path, 'lake') };
  lake = await openTestLake(first.url, first.folder);
  await importToSilver(lake.house, files.path, testLeague(), 'import/1');
  await lake.publish('publish/1');
  await lake.close();
  published = first;
  await openCopy(published);
  await lake.buildGold('build/1');
  built = await closeCopy();
});

afterAll(async () => {
  await postgres.stop();
  await files.remove();
  await rm(built.folder, { recursive: true });
});

afterEach(async () => {
  await lake.close();
  await folder.remove();
});

const modelsFolder = fileURLToPath(new URL('../../sql/gold/', import.meta.url));

const goldBuild = async (): Promise<GoldBuild> => ({
  models: await readGoldModels(modelsFolder),
  tables: goldTables,
  passes: goldPasses,
});

/** Builds gold of the newest silver as the activity does, with something else than usual. */
async function publishWith(unusual: Partial<GoldPublication>): Promise<unknown> {
  const build = await goldBuild();
  return lake.lake.write(async (connection) => {
    const { silver } = await newestInputs(connection);
    return publishGold(connection, {
      runId: 'build/unusual',
      build,
      inputSnapshot: silver ?? 0,
      modelsHash: 'of these models',
      beforeCommit: () => Promise.resolve(),
      onPhase: () => undefined,
      ...unusual,
    });
  });
}

/** Changes one column of the last match played, in a later edition of its file, and publishes that. */
async function correctLastMatch(column: 'HTHG' | 'FTHG', value: string): Promise<void> {
  const lines = (await readFile(path.join(files.path, 'files', '2627', 'SIM.csv'), 'utf8'))
    .trimEnd()
    .split('\r\n');
  const header = lines[0]?.split(',') ?? [];
  const last = lines.at(-1)?.split(',') ?? [];
  last[header.indexOf(column)] = value;
  if (column === 'FTHG') last[header.indexOf('FTR')] = 'H';
  const corrected = path.join(folder.path, 'corrected', '2627', 'SIM.csv');
  await mkdir(path.dirname(corrected), { recursive: true });
  await writeFile(corrected, [...lines.slice(0, -1), last.join(',')].join('\r\n'));
  await utimes(corrected, new Date('2026-11-25T10:00:00Z'), new Date('2026-11-25T10:00:00Z'));
  await lake.house.collect(path.join(folder.path, 'corrected'), 'import/2');
  await lake.house.refine();
  await lake.publish('publish/2');
}

const goldJobs = async () => (await lake.jobSnapshots()).filter(({ info }) => info?.job === 'build-gold');

async function goldFiles(): Promise<Set<string>> {
  const all = new Set<string>();
  for (const { name } of goldTables) {
    for (const { path: file } of await lake.lake.listFiles(`gold.${name}`)) all.add(file);
  }
  return all;
}

async function servedFeatures() {
  const { rows } = await lake.house.pool.query<
    Row<{
      match_id: 'features.match_id';
      lake_snapshot: 'features.lake_snapshot';
      feature_set_version: 'features.feature_set_version';
    }>
  >('select match_id, lake_snapshot, feature_set_version from features order by match_id, team_type');
  return rows;
}

describe('a build of gold', () => {
  it('writes every gold table in one snapshot, with the run and the silver it was computed from', async () => {
    await openCopy(published);
    const [silver] = await lake.jobSnapshots();
    const made = await lake.buildGold('build/1');
    expect(made).toMatchObject({ outcome: 'built', inputSnapshot: silver?.id });
    expect(await goldJobs()).toMatchObject([
      { id: made.snapshot, info: { run_id: 'build/1', input_snapshot: silver?.id } },
    ]);
    const counts = await lake.counts(goldTables);
    expect(Object.keys(counts)).toHaveLength(goldTables.length);
    expect(Object.fromEntries(made.models.map(({ model, rows }) => [`gold.${model}`, rows]))).toEqual(counts);
    expect(counts).toMatchObject({ 'gold.match_features': 140, 'gold.match_results': 120 });
  });

  it('is made once a run: tried again, it answers with what it made and writes nothing', async () => {
    await openCopy(published);
    const made = await lake.buildGold('build/1');
    expect(await lake.buildGold('build/1')).toEqual(made);
    expect(await goldJobs()).toHaveLength(1);
  });

  it('makes no snapshot where silver is the same', async () => {
    await openCopy(built);
    const [made] = await goldJobs();
    expect(await lake.buildGold('build/2')).toMatchObject({ outcome: 'unchanged', snapshot: made?.id });
    expect(await goldJobs()).toHaveLength(1);
  });

  it('makes no snapshot where silver changed in what gold does not read', async () => {
    await openCopy(built);
    const [made] = await goldJobs();
    const before = await goldFiles();
    await correctLastMatch('HTHG', '');
    expect(await lake.buildGold('build/2')).toMatchObject({ outcome: 'unchanged', snapshot: made?.id });
    expect(await goldJobs()).toHaveLength(1);
    expect(await goldFiles()).toEqual(before);
  });

  it('rewrites the months whose rows changed and no other', async () => {
    await openCopy(built);
    const before = await goldFiles();
    await correctLastMatch('FTHG', '9');
    const made = await lake.buildGold('build/2');
    expect(made.outcome).toBe('built');
    expect(made.models.find(({ model }) => model === 'match_results')).toMatchObject({
      months: 1,
      rows: 120,
    });

    const written = [...(await goldFiles())].filter((file) => !before.has(file));
    expect(written.length).toBeGreaterThan(0);
    // A result of November that was corrected afterwards moves nothing that was known before.
    for (const file of written) {
      expect(path.relative(lake.dataPath, file)).toMatch(/^gold\/\w+\/year=2026\/month=1[12]\//);
    }
    const [best] = await lake.lake.query('select max(home_score) as goals from gold.match_results');
    expect(best).toEqual({ goals: 9 });
  });

  it('needs silver in the lake', async () => {
    await openCopy(published);
    await lake.clear();
    await expect(lake.buildGold('build/1')).rejects.toThrow(PrerequisiteMissing);
    const empty = await openTestLake(await postgres.freshDatabase(), path.join(folder.path, 'empty'));
    try {
      await expect(empty.buildGold('build/1')).rejects.toThrow(PrerequisiteMissing);
    } finally {
      await empty.close();
    }
  });

  it('comes out the same after the lake was cleared and filled again', async () => {
    await openCopy(built);
    const sum = 'select count(*) as n, bit_xor(hash(f)) as content from gold.match_features f';
    const before = await lake.lake.query(sum);
    await lake.clear();
    expect(await lake.lake.query('select count(*) as n from gold.match_features')).toEqual([{ n: 0 }]);
    await lake.publish('publish/2');
    expect(await lake.buildGold('build/2')).toMatchObject({ outcome: 'built' });
    expect(await lake.lake.query(sum)).toEqual(before);
  });
});

describe('a build that fails', () => {
  const goldAsItIs = () =>
    lake.lake.query('select count(*) as n, bit_xor(hash(f)) as content from gold.elo f');

  it('at a check publishes nothing and leaves gold as it was, naming the model, the check and rows', async () => {
    await openCopy(built);
    const before = await goldAsItIs();
    await correctLastMatch('FTHG', '9');
    const build = await goldBuild();
    const doubted = build.models.map((model) =>
      model.name === 'match_results'
        ? {
            ...model,
            checks: [{ name: 'nobody scores nine', sql: 'from match_results where home_score = 9' }],
          }
        : model,
    );
    const failing = publishWith({ build: { ...build, models: doubted } });
    await expect(failing).rejects.toThrow(CheckFailed);
    await expect(failing).rejects.toThrow(/nobody scores nine.*match_results.*"home_score":9/);
    expect(await goldJobs()).toHaveLength(1);
    expect(await goldAsItIs()).toEqual(before);

    expect(await lake.buildGold('build/2')).toMatchObject({ outcome: 'built' });
  });

  it('before its commit is rolled back, and the next one succeeds', async () => {
    await openCopy(published);
    await expect(publishWith({ beforeCommit: () => Promise.reject(new Error('Cut off')) })).rejects.toThrow(
      'Cut off',
    );
    expect(await goldJobs()).toEqual([]);
    expect(await lake.counts(goldTables)).toEqual({});
    expect(await lake.buildGold('build/1')).toMatchObject({ outcome: 'built' });
  });

  it('to meet what is expected of a table is rolled back, naming table, rule and rows', async () => {
    await openCopy(published);
    const build = await goldBuild();
    const ofNobody = `select * replace (if(home_score > 0, match_id, -match_id) as match_id) from`;
    const models = build.models.map((model) =>
      model.name === 'match_results' ? { ...model, sql: `${ofNobody} (${model.sql})` } : model,
    );
    const held = publishWith({
      build: { ...build, models },
      beforeCommit: (results) => {
        expect(results.map(({ table }) => table)).toEqual(goldTables.map(qualifiedName));
        refuseUnmet(results);
        return Promise.resolve();
      },
    });
    await expect(held).rejects.toThrow(
      /gold\.match_results: the match of a result is known; \d+ of 120 rows are not so: \{"match_id":-\d+\}/,
    );
    expect(await lake.counts(goldTables)).toEqual({});
    expect(await lake.buildGold('build/1')).toMatchObject({ outcome: 'built' });
  });

  it('to attach its input leaves the writer usable', async () => {
    await openCopy(published);
    await expect(publishWith({ inputSnapshot: 4_711 })).rejects.toThrow();
    expect(await lake.buildGold('build/1')).toMatchObject({ outcome: 'built' });
  });

  it('with its connections killed is told as away, leaves gold, and succeeds when tried again', async () => {
    await openCopy(published);
    const cut = publishWith({
      beforeCommit: async () => {
        const { rowCount } = await lake.house.pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and application_name not like '%test-house'`,
        );
        expect(rowCount).toBeGreaterThan(0);
      },
    });
    await expect(cut).rejects.toThrow(DependencyAway);
    expect(await goldJobs()).toEqual([]);
    expect(await lake.buildGold('build/1')).toMatchObject({ outcome: 'built' });
  });
});

describe('builds at the same time', () => {
  it('on one DuckDB and on two come to one build', async () => {
    await openCopy(published);
    const other = await openTestLake(url, folder.path);
    try {
      const results = await Promise.all([
        lake.buildGold('build/1'),
        lake.buildGold('build/2'),
        other.buildGold('build/3'),
      ]);
      expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['built', 'unchanged', 'unchanged']);
      expect(await goldJobs()).toHaveLength(1);
      expect(await lake.counts(goldTables)).toMatchObject({ 'gold.match_features': 140 });
    } finally {
      await other.close();
    }
  });

  it('as a publication reads the silver it began with', async () => {
    await openCopy(built);
    const other = await openTestLake(url, folder.path);
    try {
      const [beside] = await Promise.all([other.buildGold('build/2'), correctLastMatch('FTHG', '9')]);
      const rebuilt = await lake.buildGold('build/3');
      expect(beside.outcome === 'built' || rebuilt.outcome === 'built').toBe(true);
      expect(await lake.lake.query('select max(home_score) as goals from gold.match_results')).toEqual([
        { goals: 9 },
      ]);
    } finally {
      await other.close();
    }
  });
});

describe('the served features', () => {
  it('are two rows for each match ahead, of the snapshot that holds them', async () => {
    await openCopy(published);
    const { snapshot } = await lake.buildGold('build/1');
    const ahead = await lake.lake.query(
      `select id from silver.matches where match_status = 'scheduled' and source_present order by id`,
    );
    expect(ahead.length).toBeGreaterThan(0);
    const served = await servedFeatures();
    expect(served.map(({ match_id }) => match_id)).toEqual(ahead.flatMap(({ id }) => [id, id]));
    expect(new Set(served.map(({ lake_snapshot }) => lake_snapshot))).toEqual(new Set([snapshot]));
  });

  it('are swapped by the next build: matches played leave, matches announced come', async () => {
    await openCopy(built);
    const before = new Set((await servedFeatures()).map(({ match_id }) => match_id));
    const later = '2026-12-20T10:00:00Z';
    await importToSilver(lake.house, folder.path, testLeague(later), 'import/2', later);
    await lake.publish('publish/2');
    const { snapshot } = await lake.buildGold('build/2');
    const after = await servedFeatures();
    expect(after.length).toBeGreaterThan(0);
    expect(after.some(({ match_id }) => before.has(match_id))).toBe(false);
    expect(new Set(after.map(({ lake_snapshot }) => lake_snapshot))).toEqual(new Set([snapshot]));
  });

  it('are put in place again by an attempt that finds its build committed', async () => {
    await openCopy(built);
    const served = await servedFeatures();
    await lake.house.pool.query('delete from features');
    await lake.buildGold('build/1');
    expect(await servedFeatures()).toEqual(served);
  });
});
