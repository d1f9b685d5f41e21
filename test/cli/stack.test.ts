import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findProcesses, isGoneWithin } from '../../adapters/embedded/processes.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { instant } from '../../schemas/values.js';
import { startTouchline, touchline, touchlineHere, type RunningCommand } from '../support/command-line.js';
import { undeclaredInText } from '../support/declared-series.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';

const Status = z.object({
  postgres: z.object({ url: z.string() }),
  temporal: z.object({ address: z.string(), ui: z.url() }),
  workers: z.array(z.object({ pid: z.number(), metrics: z.url() })).length(2),
  supervisor: z.object({ pid: z.number() }),
});
type Status = z.infer<typeof Status>;

interface Up {
  readonly command: RunningCommand;
  readonly status: Status;
}

const folders: TestFolder[] = [];
/** The home of all tests: first without a stack, then with one that a test leaves to the next. */
let home: TestFolder;
let running: Up | undefined;
/** A season of a league as files. */
let files: string;

async function newFolder(): Promise<TestFolder> {
  const made = await makeTestFolder();
  folders.push(made);
  return made;
}

/** A folder whose one file, of a season, holds that. */
async function folderWith(content: string | Buffer): Promise<string> {
  const folder = await newFolder();
  await mkdir(path.join(folder.path, '2122'));
  await writeFile(path.join(folder.path, '2122', 'E0.csv'), content);
  return folder.path;
}

const at = (folder: TestFolder): Record<string, string> => ({ TOUCHLINE_HOME: folder.path });

async function up(folder: TestFolder): Promise<Up> {
  const command = startTouchline(['up', '--json'], at(folder));
  await command.said(/"supervisor"[^}]+\}\s*\}/);
  return { command, status: await statusOf(folder) };
}

async function statusOf(folder: TestFolder): Promise<Status> {
  const { stdout } = await touchlineHere(['status', '--json'], at(folder));
  return Status.parse(JSON.parse(stdout));
}

const theStack = async (): Promise<Up> => (running ??= await up(home));

/** Ends the home's supervisor with -9. Returns what it left. */
async function killSupervisor(): Promise<Status> {
  const { command } = await theStack();
  const status = await statusOf(home);
  command.signal('SIGKILL');
  await command.ended;
  running = undefined;
  return status;
}

/** Whatever runs on files below the folder. */
async function leftIn(folder: TestFolder): Promise<string[]> {
  const all = await findProcesses([]);
  return all.map(({ words }) => words.join(' ')).filter((line) => line.includes(folder.path));
}

beforeAll(async () => {
  home = await newFolder();
  files = path.join((await newFolder()).path, 'files');
  const league = createLeague({ seed: 7, now: instant(Date.UTC(2024, 9, 1)), seasons: 1 });
  await writeFootballData({ directory: files, leagues: [league] });
});

afterAll(async () => {
  for (const folder of folders) {
    await touchlineHere(['down'], at(folder));
    expect(await leftIn(folder)).toEqual([]);
    await folder.remove();
  }
});

const Counts = z.object({ questions: z.array(z.unknown()) }).catchall(z.number());
/** How many rows the season has, as its import says. */
let rows: number | undefined;

describe('a command without a running stack', () => {
  it('starts one for its own length', async () => {
    const imported = await touchline(['import', 'football-data', files, '--json'], at(home));
    expect(imported.code).toBe(0);
    const counts = Counts.parse(JSON.parse(imported.stdout));
    expect(Object.keys(counts)).toEqual([
      'questions',
      ...['files', 'rows', 'stored', 'duplicates', 'held', 'revisions', 'heldInSilver'],
    ]);
    // The season is made up to a day of the past, and was never played to its end.
    expect(counts.questions).toMatchObject([{ holds: 'nothing' }]);
    expect(counts['stored']).toBe(counts['rows']);
    expect(counts['rows']).toBeGreaterThan(0);
    rows = counts['rows'];
    expect(await leftIn(home)).toEqual([]);
  });

  it('finds what the one before it left', async () => {
    const asked = await touchline(
      ['lake', 'query', 'select count(*) as n from silver.matches', '--json'],
      at(home),
    );
    expect(JSON.parse(asked.stdout)).toEqual([{ n: rows }]);
  });

  it('ends it where the command fails', async () => {
    const { code, stderr } = await touchline(
      ['import', 'football-data', path.join(home.path, 'nowhere')],
      at(home),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/nowhere/);
    expect(await leftIn(home)).toEqual([]);
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

describe('a stack that is up', () => {
  it('answers where status says', async () => {
    const { status } = await theStack();
    const answer = await fetch(`${status.temporal.ui}/api/v1/namespaces/touchline/workflows`);
    expect(answer.status).toBe(200);
  });

  it('shows what each worker measures where its status says', async () => {
    const { status } = await theStack();
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
    expect(texts[0]).toMatch(/^football_database_table_rows\{table_name="matches"\} \d/m);
    expect(texts[0]).toMatch(/^football_data_cleaning_total\{data_type="match"\} \d/m);
    for (const text of texts) {
      // Temporal's own stand beside ours.
      expect(text).toMatch(/^temporal_num_pollers\{/m);
      expect(undeclaredInText(text)).toEqual([]);
    }
  });

  it('has what was imported without it, exports it, and asks the lake nothing but SELECT', async () => {
    await theStack();
    const again = await touchlineHere(['import', 'football-data', files, '--json'], at(home));
    expect(JSON.parse(again.stdout)).toMatchObject({ stored: 0, duplicates: rows });

    const folder = path.join(home.path, 'export');
    const exported = await touchlineHere(['lake', 'export', folder, '--json'], at(home));
    expect(JSON.parse(exported.stdout)).toMatchObject({ folder });

    const frame = path.join(home.path, 'matches.csv');
    const told = path.join(home.path, 'told.json');
    await writeFile(frame, 'match_id,event_timestamp\n1,2024-12-31T00:00:00Z\n');
    const asked = [
      'features',
      'get',
      '--features',
      'ratings:home_elo',
      '--frame',
      frame,
      '--out',
      told,
      '--json',
    ];
    expect(JSON.parse((await touchlineHere(asked, at(home))).stdout)).toEqual({
      ...{ out: told, rows: 1, columns: ['match_id', 'event_timestamp', 'home_elo'] },
    });
    expect(JSON.parse(await readFile(told, 'utf8'))).toMatchObject([{ match_id: 1 }]);

    const refused = await touchlineHere(['lake', 'query', 'drop table silver.matches'], at(home));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('SELECT');
  });

  it.each([
    [
      'a folder without CSVs',
      async () => {
        const empty = await newFolder();
        return { place: empty.path, says: /csv/i };
      },
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
        const folder = await newFolder();
        const loop = path.join(folder.path, 'loop');
        await symlink(loop, loop);
        return { place: loop, says: /cannot be read/ };
      },
    ],
  ])('says what is wrong with %s, and ends with 1', async (_, prepare) => {
    const { place, says } = await prepare();
    await theStack();
    const { code, stderr } = await touchlineHere(['import', 'football-data', place], at(home));
    expect(code).toBe(1);
    expect(stderr).toMatch(says);
  });
});

describe('up', () => {
  it('refuses a home that runs already, and says by whom', async () => {
    const { command } = await theStack();
    const second = await touchline(['up', '--json'], at(home));
    expect(second.code).toBe(1);
    expect(second.stdout).toContain(`process ${command.pid}`);
  });

  it('runs two homes side by side on ports of their own', async () => {
    const other = await newFolder();
    const [one, two] = [await theStack(), await up(other)];
    expect(one.status.postgres.url).not.toBe(two.status.postgres.url);
    expect(one.status.temporal.address).not.toBe(two.status.temporal.address);
    const ended = await touchline(['down'], at(other));
    expect(ended.code).toBe(0);
    expect((await two.command.ended).code).toBe(0);
    expect(await leftIn(other)).toEqual([]);
    expect((await touchline(['status'], at(home))).code).toBe(0);
  });

  it('starts a killed worker and a killed Postgres again, on the same ports', async () => {
    const { command, status } = await theStack();
    process.kill(status.workers[0]?.pid ?? 0, 'SIGKILL');
    await command.said(/The worker of default and .+ runs again/);
    const pidFile = path.join(home.path, 'postgres', 'data', 'postmaster.pid');
    const postmaster = Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
    process.kill(postmaster, 'SIGKILL');
    await command.said(/Postgres runs again/);
    const now = await statusOf(home);
    expect(now.postgres.url).toBe(status.postgres.url);
    expect(now.workers[0]?.pid).not.toBe(status.workers[0]?.pid);
    expect(now.workers[1]).toEqual(status.workers[1]);
  });

  it('takes over what a supervisor that was killed left running', async () => {
    const status = await killSupervisor();
    // Without their supervisor the workers end by themselves; the servers stay.
    for (const { pid } of status.workers) {
      expect(await isGoneWithin({ pid, argumentsInclude: [] }, 30_000)).toBe(true);
    }
    const again = await theStack();
    expect(again.status.postgres.url).toBe(status.postgres.url);
    expect(again.status.temporal.address).toBe(status.temporal.address);
  });

  it('ends with Ctrl-C, which leaves no process behind', async () => {
    const { command } = await theStack();
    command.signal('SIGINT');
    expect((await command.ended).code).toBe(0);
    running = undefined;
    expect(await leftIn(home)).toEqual([]);
    const after = await touchline(['status'], at(home));
    expect(after.code).toBe(1);
    expect(after.stderr).toContain('touchline up');
  });
});

describe('down', () => {
  it('ends the servers that a killed supervisor left running, and says where nothing ran', async () => {
    await killSupervisor();
    expect((await touchline(['down', '--json'], at(home))).stdout).toContain('"closed"');
    expect((await touchline(['down', '--json'], at(home))).stdout).toContain('"nothing ran"');
  });
});
