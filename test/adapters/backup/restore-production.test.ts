import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { databaseBeside, databaseOf, onDatabase } from '../../../adapters/backup/on-server.js';
import {
  agreedRestore,
  confirmRestore,
  planRestore,
  recordRestore,
} from '../../../adapters/backup/restore-audit.js';
import {
  restoreProduction,
  settleSwaps,
  type ProductionPhase,
} from '../../../adapters/backup/restore-production.js';
import { swapDatabases } from '../../../adapters/backup/swap-databases.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';
import { importToSilver, openTestLake, testLeague } from '../../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { databasesOf, markDatabase, marksOf, restoreFromCopy, rowsOf } from '../../support/restoring.js';

let postgres: TestPostgres;
let backup: string;
let folder: TestFolder;
beforeAll(async () => {
  folder = await makeTestFolder();
  postgres = await startTestPostgres();
  const source = await postgres.freshDatabase();
  await markDatabase(source, 'Backed up');
  backup = databaseOf(source);
});
afterAll(async () => {
  await postgres.stop();
  await folder.remove();
});

async function newProduction(): Promise<string> {
  const url = await postgres.freshDatabase();
  await markDatabase(url, 'Current');
  return url;
}
const eventsOf = async (url: string): Promise<readonly unknown[]> =>
  (await rowsOf(url, 'select event from restore_audits order by happened_at')).map(({ event }) => event);

it('a restore puts the backup in place of production, keeps what was there, and tells of it in both, while clients connect again and again', async () => {
  const url = await newProduction();
  const stop = new AbortController();
  const clients = [1, 2, 3].map(() => connectUntil(url, stop.signal));
  const done = await restoreProduction(await restoreFromCopy(url, backup)).finally(() => {
    stop.abort();
  });
  const served = await Promise.all(clients);
  expect(served.every((answers) => answers > 0)).toBe(true);
  expect(done).toMatchObject({
    kept: `${databaseOf(url)}_before_20260104_040506`,
    report: { findings: [], rowCounts: { teams: 1, matches: 0 } },
  });
  expect(await marksOf(url)).toEqual(['Backed up']);
  expect(await marksOf(databaseBeside(url, done.kept))).toEqual(['Current']);
  expect(await databasesOf(url)).toEqual([databaseOf(url), done.kept]);
  const before = ['planned', 'confirmed', 'began', 'checked', 'swapping'];
  expect(await eventsOf(url)).toEqual([...before, 'swapped', 'succeeded']);
  expect(await eventsOf(databaseBeside(url, done.kept))).toEqual(before);
});

/** Connects as often as it can, as a pool does whose connections break. Counts the answers. */
async function connectUntil(url: string, stop: AbortSignal): Promise<number> {
  let answers = 0;
  while (!stop.aborted) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select pg_sleep(.01)');
      answers += 1;
    } catch {
      // Its session was ended, or the name was being changed.
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return answers;
}

const phases: readonly (readonly [ProductionPhase, 'Current' | 'Backed up', readonly string[]])[] = [
  ['loading', 'Current', []],
  ['loaded', 'Current', []],
  ['checked', 'Current', []],
  ['saved', 'Current', []],
  ['swapping', 'Current', ['untouched']],
  ['locked', 'Current', ['untouched']],
  ['renamed-old', 'Current', ['untouched']],
  ['renamed-new', 'Current', ['untouched']],
  ['committed', 'Backed up', ['swapped']],
  ['verified', 'Backed up', []],
];

it.each(phases)(
  'killed when it is %s, production is %s, and what became of it is told',
  async (phase, mark, told) => {
    const url = await newProduction();
    const restore = fileURLToPath(new URL('../../support/restore-until-killed.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', restore, url, backup, phase], {
      stdio: 'inherit',
    });
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    // Its transaction ends when the server sees that it is gone.
    await expect.poll(() => marksOf(url)).toEqual([mark]);
    const kept = databasesOf(url).then((names) => names.filter((name) => name.includes('_before_')));
    expect(await kept).toHaveLength(mark === 'Current' ? 0 : 1);
    const settled = await settleSwaps(url);
    expect(settled.map(({ outcome }) => outcome)).toEqual(told);
    expect(await settleSwaps(url)).toEqual([]);
    // What the killed one left is no hindrance to the next.
    if (phase !== 'renamed-new') return;
    await restoreProduction(await restoreFromCopy(url, backup));
    expect(await marksOf(url)).toEqual(['Backed up']);
    expect((await databasesOf(url)).filter((name) => name.endsWith('_restoring'))).toEqual([]);
  },
);

it('a restore is agreed to by another person, with the code, of that very file, once', async () => {
  const wanted = { file: 'full_backup_20260103_040506', identity: 'a'.repeat(64), targetTime: null };
  await onDatabase(await newProduction(), async (client) => {
    const { request, code } = await planRestore(client, { ...wanted, person: 'ada' });
    const confirm = (person: string, said = code) => confirmRestore(client, { request, code: said, person });
    const agreed = (other: Partial<typeof wanted> = {}) =>
      agreedRestore(client, request, { ...wanted, ...other });
    await expect(agreed()).rejects.toThrow('No second person has confirmed');
    await expect(confirm(' Ada ')).rejects.toThrow('by another person than the one who asks');
    await expect(confirm('grace', '0000000000')).rejects.toThrow('The code is not that of this restore');
    await confirm('grace');
    await expect(confirm('joan')).rejects.toThrow('is confirmed already');
    const other = 'Two people agreed to another restore';
    await expect(agreed({ file: 'full_backup_20260102_040506' })).rejects.toThrow(other);
    await expect(agreed({ identity: 'b'.repeat(64) })).rejects.toThrow(other);
    const once = await agreed();
    expect(once).toMatchObject({ person: 'ada', confirmedBy: 'grace' });
    await recordRestore(client, once, 'began');
    await expect(agreed()).rejects.toThrow('an agreement serves once');
  });
});

it.each([
  ['cannot be loaded', { load: () => Promise.reject(new Error('torn')) }],
  [
    'has not the rows that it should have',
    { expected: { rowCounts: { teams: 2 }, schemaVersion: null, lakeFileExists: undefined } },
  ],
  ['replaces what cannot be backed up', { saveCurrent: () => Promise.reject(new Error('disk full')) }],
])('a backup that %s leaves production as it is', async (_, broken) => {
  const url = await newProduction();
  await expect(restoreProduction(await restoreFromCopy(url, backup, broken))).rejects.toThrow();
  expect(await marksOf(url)).toEqual(['Current']);
  expect(await databasesOf(url)).toEqual([databaseOf(url)]);
  expect((await eventsOf(url)).at(-1)).toBe('failed');
});

it('files of the lake that are gone are told, and do not keep production from being restored', async () => {
  const source = await postgres.freshDatabase();
  await markDatabase(source, 'Backed up');
  const lake = await openTestLake(source, folder.path);
  await importToSilver(lake.house, folder.path, testLeague(), 'import/1');
  await lake.publish('publish/1');
  await lake.close();
  const url = await newProduction();
  const rowCounts = { matches: (await rowsOf(source, 'select from matches')).length };
  const { kept, report } = await restoreProduction(
    await restoreFromCopy(url, databaseOf(source), {
      expected: { rowCounts, schemaVersion: null, lakeFileExists: () => Promise.resolve(false) },
    }),
  );
  expect(kept).toContain('_before_');
  expect(report.lakeFiles).toBeGreaterThan(0);
  expect(report.findings).toHaveLength(report.lakeFiles);
  expect(new Set(report.findings.map(({ check }) => check))).toEqual(new Set(['lake_file']));
});

it('what is found wrong after the swap swaps back', async () => {
  const url = await newProduction();
  const restore = await restoreFromCopy(url, backup, {
    report: (phase) => {
      if (phase === 'verified') throw new Error('readers cannot log in');
    },
  });
  await expect(restoreProduction(restore)).rejects.toThrow('readers cannot log in');
  expect(await marksOf(url)).toEqual(['Current']);
  expect(await databasesOf(url)).toEqual([databaseOf(url)]);
  expect((await eventsOf(url)).slice(-3)).toEqual(['swapping', 'undone', 'failed']);
});

it('of two restores at once the second is refused', async () => {
  const url = await newProduction();
  const second = await restoreFromCopy(url, backup);
  await restoreProduction(
    await restoreFromCopy(url, backup, {
      report: async (phase) => {
        if (phase !== 'loaded') return;
        await expect(restoreProduction(second)).rejects.toMatchObject({
          name: 'DependencyAway',
          message: 'Another restore of production is running',
        });
      },
    }),
  );
});

it('a swap of which one half fails changes neither name', async () => {
  const url = await newProduction();
  const swap = { production: databaseOf(url), incoming: 'not_there', kept: `${databaseOf(url)}_kept` };
  await expect(swapDatabases(url, swap)).rejects.toThrow('does not exist');
  expect(await databasesOf(url)).toEqual([databaseOf(url)]);
});
