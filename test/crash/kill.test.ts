import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instant } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { startTouchline, touchline } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { killAsPlanned, type PlannedKill } from '../support/kills.js';
import { compareExports } from '../support/lake-difference.js';

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

/** Imports the files while processes are killed, and exports what came of it. */
async function importUnderKills(home: string, plan: readonly PlannedKill[]): Promise<readonly string[]> {
  await done(['up', '--detach'], home);
  try {
    const kills = killAsPlanned(path.join(folder.path, home), plan);
    const imported = await startTouchline(['import', 'football-data', files, '--json'], at(home)).ended;
    const killed = await kills.stop();
    expect(`${imported.code} ${imported.code === 0 ? '' : imported.stderr}`.trim()).toBe('0');
    await done(['lake', 'export', path.join(folder.path, `${home}-export`)], home);
    return killed.map(({ victim, phase }) => `${victim} in ${phase}`);
  } finally {
    await done(['down'], home);
  }
}

const kill = (victim: PlannedKill['victim'], phase: string, occurrence = 1): PlannedKill => ({
  victim,
  phase,
  occurrence,
  delayMs: 0,
});

it('an import whose worker and Postgres are killed ends with the tables of an undisturbed one', async () => {
  expect(await importUnderKills('calm', [])).toEqual([]);
  const killed = await importUnderKills('stormy', [
    kill('worker', 'bronze.copy', 3),
    kill('postgres', 'refine.copy'),
    kill('worker', 'refine.commit'),
    kill('worker', 'lake.commit'),
    kill('worker', 'lake.committed'),
    kill('postgres', 'gold.write', 4),
  ]);
  expect(killed).toHaveLength(6);
  const compared = await compareExports(
    path.join(folder.path, 'calm-export'),
    path.join(folder.path, 'stormy-export'),
  );
  expect(compared.differences).toEqual([]);
  expect(compared.rows).toBeGreaterThan(10_000);
}, 600_000);
