import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import type { Row } from '../../adapters/postgres/row.js';
import { registeredModelName } from '../../schemas/records/model.js';
import { instant } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { startTouchline, touchline } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { killAsPlanned, type PlannedKill } from '../support/kills.js';
import { compareExports } from '../support/lake-difference.js';
import { fingerprintTables, type TableFingerprints } from '../support/silver-snapshot.js';

let folder: TestFolder;
let files: string;

beforeAll(async () => {
  folder = await makeTestFolder();
  files = path.join(folder.path, 'files');
  const league = createLeague({ seed: 11, now: instant(Date.UTC(2024, 9, 1)), seasons: 6 });
  await writeFootballData({ directory: files, leagues: [league] });
});

afterAll(async () => {
  await folder.remove();
});

const at = (name: string): Record<string, string> => ({ TOUCHLINE_HOME: path.join(folder.path, name) });

async function done(args: readonly string[], home: string): Promise<string> {
  const { code, stdout, stderr } = await touchline(args, at(home));
  expect(`${code} ${code === 0 ? '' : stderr}`.trim()).toBe('0');
  return stdout;
}

interface Outcome {
  readonly killed: readonly string[];
  readonly counts: unknown;
  readonly tables: TableFingerprints;
  readonly model: Buffer;
  /** The tasks of which an attempt failed or was lost, as the error log has them. */
  readonly failedTasks: readonly string[];
}

const Up = z.object({ postgres: z.object({ url: z.string() }) });

/** Imports the files and trains a model while processes are killed, and exports what came of it. */
async function workUnderKills(
  home: string,
  plans: { readonly importing: readonly PlannedKill[]; readonly training: readonly PlannedKill[] },
): Promise<Outcome> {
  const { postgres } = Up.parse(JSON.parse(await done(['up', '--detach', '--json'], home)));
  try {
    const killsOfImport = killAsPlanned(path.join(folder.path, home), plans.importing);
    const imported = await startTouchline(['import', 'football-data', files, '--json'], at(home)).ended;
    const ofImport = await killsOfImport.stop();
    expect(`${imported.code} ${imported.code === 0 ? '' : imported.stderr}`.trim()).toBe('0');
    const killsOfTraining = killAsPlanned(path.join(folder.path, home), plans.training);
    await done(['model', 'train', '--divisions', 'SIM'], home);
    const ofTraining = await killsOfTraining.stop();
    await done(['lake', 'export', path.join(folder.path, `${home}-export`)], home);
    const versions = path.join(folder.path, home, 'data_lake', 'models', registeredModelName, 'versions');
    expect(await readdir(versions)).toEqual(['1']);
    const { pool, db } = openDatabase(postgres.url, { applicationName: 'test', max: 1 });
    const logged = await pool.query<Row<{ task: 'error_logs.task_name' }>>(
      'select distinct task_name as task from error_logs',
    );
    const tables = await fingerprintTables(pool).finally(() => db.destroy());
    return {
      killed: [...ofImport, ...ofTraining].map(({ victim, phase }) => `${victim} in ${phase}`),
      counts: JSON.parse(imported.stdout),
      tables,
      failedTasks: logged.rows.map(({ task }) => task),
      model: await readFile(path.join(versions, '1', 'model.json')),
    };
  } finally {
    await done(['down'], home);
  }
}

const kill = (victim: PlannedKill['victim'], phase: string, occurrence = 1): PlannedKill => ({
  victim,
  phase,
  occurrence,
});

it('an import and a training whose worker and Postgres are killed end with what undisturbed ones end with', async () => {
  const calm = await workUnderKills('calm', { importing: [], training: [] });
  expect(calm.killed).toEqual([]);
  const stormy = await workUnderKills('stormy', {
    importing: [
      kill('worker', 'bronze.copy', 3),
      kill('postgres', 'refine.copy'),
      kill('worker', 'refine.commit'),
      kill('worker', 'lake.commit'),
      kill('worker', 'lake.committed'),
      kill('postgres', 'gold.write', 4),
    ],
    training: [kill('worker', 'train.rounds')],
  });
  expect(stormy.killed).toHaveLength(7);
  // A killed attempt leaves its line to the one after it.
  const killedTasks = ['collectFile', 'refineBatch', 'publishSilver', 'trainModel'];
  expect(stormy.failedTasks).toEqual(expect.arrayContaining(killedTasks));
  expect(stormy.counts).toEqual(calm.counts);
  expect(stormy.tables).toEqual(calm.tables);
  expect(stormy.model.equals(calm.model)).toBe(true);
  const compared = await compareExports(
    path.join(folder.path, 'calm-export'),
    path.join(folder.path, 'stormy-export'),
  );
  expect(compared.differences).toEqual([]);
  expect(compared.rows).toBeGreaterThan(10_000);
}, 600_000);
