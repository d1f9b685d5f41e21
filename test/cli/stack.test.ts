import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findProcesses, isGoneWithin } from '../../adapters/embedded/processes.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { instant } from '../../schemas/values.js';
import { startTouchline, touchline, type RunningCommand } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';

const Status = z.object({
  postgres: z.object({ url: z.string() }),
  temporal: z.object({ address: z.string(), ui: z.url() }),
  workers: z.array(z.object({ pid: z.number(), metrics: z.url() })).length(2),
  supervisor: z.object({ pid: z.number() }),
});
type Status = z.infer<typeof Status>;

const homes: TestFolder[] = [];
let home: TestFolder;

async function newHome(): Promise<TestFolder> {
  const made = await makeTestFolder();
  homes.push(made);
  return made;
}

/** A folder whose one file, of a season, holds that. */
async function folderWith(content: string | Buffer): Promise<string> {
  const folder = await newHome();
  await mkdir(path.join(folder.path, '2122'));
  await writeFile(path.join(folder.path, '2122', 'E0.csv'), content);
  return folder.path;
}

const at = (folder: TestFolder): Record<string, string> => ({ TOUCHLINE_HOME: folder.path });

async function up(folder: TestFolder): Promise<{ command: RunningCommand; status: Status }> {
  const command = startTouchline(['up', '--json'], at(folder));
  await command.said(/"supervisor"[^}]+\}\s*\}/);
  const { stdout } = await touchline(['status', '--json'], at(folder));
  return { command, status: Status.parse(JSON.parse(stdout)) };
}

/** Whatever runs on files below the folder. */
async function leftIn(folder: TestFolder): Promise<string[]> {
  const all = await findProcesses([]);
  return all.map(({ words }) => words.join(' ')).filter((line) => line.includes(folder.path));
}

beforeEach(async () => {
  home = await newHome();
});

afterEach(async () => {
  for (const folder of homes.splice(0)) {
    await touchline(['down'], at(folder));
    expect(await leftIn(folder)).toEqual([]);
    await folder.remove();
  }
});

describe('up', () => {
  it('answers where status says, and Ctrl-C leaves no process behind', async () => {
    const { command, status } = await up(home);
    const answer = await fetch(`${status.temporal.ui}/api/v1/namespaces/touchline/workflows`);
    expect(answer.status).toBe(200);
    command.signal('SIGINT');
    expect((await command.ended).code).toBe(0);
    expect(await leftIn(home)).toEqual([]);
    const after = await touchline(['status'], at(home));
    expect(after.code).toBe(1);
    expect(after.stderr).toContain('touchline up');
  });

  it('refuses a home that runs already, and says by whom', async () => {
    const { command } = await up(home);
    const second = await touchline(['up', '--json'], at(home));
    expect(second.code).toBe(1);
    expect(second.stdout).toContain(`process ${command.pid}`);
  });

  it('runs two homes side by side on ports of their own', async () => {
    const other = await newHome();
    const [one, two] = await Promise.all([up(home), up(other)]);
    expect(one.status.postgres.url).not.toBe(two.status.postgres.url);
    expect(one.status.temporal.address).not.toBe(two.status.temporal.address);
    const ended = await touchline(['down'], at(other));
    expect(ended.code).toBe(0);
    expect((await two.command.ended).code).toBe(0);
    expect((await touchline(['status'], at(home))).code).toBe(0);
  });

  it('shows what each worker measures where its status says', async () => {
    const { status } = await up(home);
    const texts = await Promise.all(status.workers.map(async ({ metrics }) => (await fetch(metrics)).text()));
    expect(texts[0]).toMatch(/^football_queue_size\{queue_name="default"\} \d/m);
    expect(texts[0]).toMatch(/^football_queue_delay_seconds\{queue_name="odds"\} \d/m);
    expect(texts[0]).toMatch(
      /^football_provider_budget_remaining\{provider="api_football",period="day"\} 100$/m,
    );
    expect(texts[0]).toMatch(/^football_machine_free_ratio\{resource="memory"\} 0\.\d/m);
    expect(texts[0]).toMatch(
      /^football_data_collection_total\{data_source="football_data",collection_type="history"\} 0$/m,
    );
    expect(texts[1]).toMatch(/^football_queue_size\{queue_name="lake"\} \d/m);
    expect(texts[1]).toMatch(/^football_database_connections\{role="writer"\} [1-9]/m);
  });

  it('starts a killed worker and a killed Postgres again, on the same ports', async () => {
    const { command, status } = await up(home);
    process.kill(status.workers[0]?.pid ?? 0, 'SIGKILL');
    await command.said(/The worker of default and .+ runs again/);
    const pidFile = path.join(home.path, 'postgres', 'data', 'postmaster.pid');
    const postmaster = Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
    process.kill(postmaster, 'SIGKILL');
    await command.said(/Postgres runs again/);
    const { stdout } = await touchline(['status', '--json'], at(home));
    const now = Status.parse(JSON.parse(stdout));
    expect(now.postgres.url).toBe(status.postgres.url);
    expect(now.workers[0]?.pid).not.toBe(status.workers[0]?.pid);
    expect(now.workers[1]).toEqual(status.workers[1]);
  });

  it('takes over what a supervisor that was killed left running', async () => {
    const { command, status } = await up(home);
    command.signal('SIGKILL');
    await command.ended;
    // Without their supervisor the workers end by themselves; the servers stay.
    for (const { pid } of status.workers) {
      expect(await isGoneWithin({ pid, argumentsInclude: [] }, 30_000)).toBe(true);
    }
    const again = await up(home);
    expect(again.status.postgres.url).toBe(status.postgres.url);
    expect(again.status.temporal.address).toBe(status.temporal.address);
  });
});

describe('down', () => {
  it('ends the servers that a killed supervisor left running, and says where nothing ran', async () => {
    const { command } = await up(home);
    command.signal('SIGKILL');
    await command.ended;
    expect((await touchline(['down', '--json'], at(home))).stdout).toContain('"closed"');
    expect((await touchline(['down', '--json'], at(home))).stdout).toContain('"nothing ran"');
  });
});

describe('a command without a running stack', () => {
  const importedFolder = async (): Promise<string> => {
    const directory = path.join(home.path, 'files');
    const league = createLeague({ seed: 7, now: instant(Date.UTC(2024, 9, 1)), seasons: 1 });
    await writeFootballData({ directory, leagues: [league] });
    return directory;
  };

  it('starts one for its own length: import, then ask the lake, then export it', async () => {
    const directory = await importedFolder();
    const imported = await touchline(['import', 'football-data', directory, '--json'], at(home));
    expect(imported.code).toBe(0);
    const counts = z.record(z.string(), z.number()).parse(JSON.parse(imported.stdout));
    expect(Object.keys(counts)).toEqual([
      ...['files', 'rows', 'stored', 'duplicates', 'held', 'revisions', 'heldInSilver'],
    ]);
    expect(counts['stored']).toBe(counts['rows']);
    expect(counts['rows']).toBeGreaterThan(0);

    const again = await touchline(['import', 'football-data', directory, '--json'], at(home));
    expect(JSON.parse(again.stdout)).toMatchObject({ stored: 0, duplicates: counts['rows'] });

    const asked = await touchline(
      ['lake', 'query', 'select count(*) as n from silver.matches', '--json'],
      at(home),
    );
    expect(JSON.parse(asked.stdout)).toEqual([{ n: counts['rows'] }]);

    const folder = path.join(home.path, 'export');
    const exported = await touchline(['lake', 'export', folder, '--json'], at(home));
    expect(JSON.parse(exported.stdout)).toMatchObject({ folder });

    const refused = await touchline(['lake', 'query', 'drop table silver.matches'], at(home));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('SELECT');
  });

  it.each([
    [
      'a folder without CSVs',
      async () => {
        const empty = await newHome();
        return { place: empty.path, says: /csv/i };
      },
    ],
    [
      'a folder that is not there',
      () => Promise.resolve({ place: path.join(home.path, 'nowhere'), says: /nowhere/ }),
    ],
    [
      'a binary file named .csv',
      async () => ({
        place: await folderWith(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2])),
        says: /binary/i,
      }),
    ],
    [
      'a header without teams',
      async () => ({ place: await folderWith('Div,Date,FTHG,FTAG\nE0,13/08/2021,2,0\n'), says: /HomeTeam/ }),
    ],
    [
      'a folder that cannot be read',
      async () => {
        const folder = await newHome();
        const loop = path.join(folder.path, 'loop');
        await symlink(loop, loop);
        return { place: loop, says: /cannot be read/ };
      },
    ],
  ])('says what is wrong with %s, and ends with 1', async (_, prepare) => {
    const { place, says } = await prepare();
    const { code, stderr } = await touchline(['import', 'football-data', place], at(home));
    expect(code).toBe(1);
    expect(stderr).toMatch(says);
  });

  it('says which Python it lacks for the Temporal binary', async () => {
    const { code, stderr } = await touchline(['up'], {
      ...at(home),
      TOUCHLINE_CACHE: path.join(home.path, 'empty-cache'),
      PYTHON: path.join(home.path, 'no-python'),
      PATH: path.dirname(process.execPath),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Python/);
    expect(stderr).toMatch(/PYTHON|3\.9/);
  });

  it('says that a Postgres of its own that does not answer is away, not that the data are wrong', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = z.object({ port: z.number() }).parse(closed.address());
    closed.close();
    const { code, stdout } = await touchline(['lake', 'query', 'select 1', '--json'], {
      ...at(home),
      DATABASE_URL: `postgres://someone:secret@127.0.0.1:${port}/football`,
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'DependencyAway' } });
    expect(stdout).not.toContain('secret');
  });
});
