import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DefaultLogger } from '@temporalio/worker';
import { z } from 'zod';
import { buildGold } from '../activities/build-gold.js';
import { createCollectFilesActivities } from '../activities/collect-files.js';
import type { ReportPhase } from '../activities/heartbeating.js';
import { publishSilver } from '../activities/publish-silver.js';
import type { CollectCounts } from '../activities/store-edition.js';
import { createMeters } from '../adapters/metrics/meters.js';
import { listCheckpoints } from '../adapters/postgres/checkpoints.js';
import { providersOf } from '../adapters/providers/registry.js';
import { redactor } from '../adapters/redaction/redactor.js';
import { projectRoot } from '../config.js';
import { InvariantBroken } from '../schemas/errors.js';
import { instant } from '../schemas/values.js';
import { makeTestFolder } from '../test/support/folder.js';
import { asActivity } from '../test/support/house.js';
import { openTestLake } from '../test/support/lake.js';
import { startTestPostgres } from '../test/support/postgres.js';
import { machine, revision } from './support/machine.js';

/**
 * What the quality gate adds to a daily run: a house with all seasons of real files, or with some, gets the next matchdays of the last one, one after the other, and each time
 * collects the changed files, refines, publishes and builds gold. The gate is the judging of each edition before it is stored, and all between what is written and the
 * commit: suites, contracts, the checkpoint that is kept, of silver and of gold. It is timed within each run, since a house cannot be run without it. Limit: 10 % of the rest of the run. With few seasons a run is short,
 * and what the gate costs a table weighs more.
 *
 *   node --import tsx bench/gate.ts [--data ../shared/data/football-data.co.uk] [--seasons all] [--days 6]
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/football-data.co.uk' },
    seasons: { type: 'string', default: 'all' },
    days: { type: 'string', default: '6' },
  },
});
const data = path.resolve(projectRoot, values.data);
const startOf = (folder: string): number => {
  const year = Number(folder.slice(0, 2));
  return year >= 90 ? 1900 + year : 2000 + year;
};
const seasons =
  values.seasons === 'all'
    ? (await readdir(data)).filter((name) => /^\d{4}$/.test(name)).sort((a, b) => startOf(a) - startOf(b))
    : values.seasons.split(',');
const days = Number(values.days);
const limit = 0.1;
const dayMs = 86_400_000;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

interface SourceFile {
  readonly name: string;
  readonly header: string;
  readonly rows: readonly { readonly day: number; readonly line: string }[];
}

/** The files of a season, each row with its day. */
async function readSeason(season: string): Promise<SourceFile[]> {
  const names = (await readdir(path.join(data, season))).filter((name) => name.endsWith('.csv')).sort();
  return Promise.all(
    names.map(async (name) => {
      const [header = '', ...lines] = (await readFile(path.join(data, season, name), 'latin1')).split(
        /\r?\n/,
      );
      const place = header.split(',').indexOf('Date');
      const rows = lines.flatMap((line) => {
        const [date, month, year] = (line.split(',')[place] ?? '').split('/').map(Number);
        if (date === undefined || month === undefined || year === undefined) return [];
        return [{ day: Date.UTC(year < 100 ? 2000 + year : year, month - 1, date), line }];
      });
      return { name, header, rows };
    }),
  );
}

/** Writes the files of a season as they stood at the end of a day: those that got rows since are newer. */
async function writeSeason(
  folder: string,
  files: readonly SourceFile[],
  until: number,
  since?: number,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, header, rows } of files) {
    const known = rows.filter(({ day }) => day <= until);
    if (known.length === 0) continue;
    if (since !== undefined && known.every(({ day }) => day <= since)) continue;
    const file = path.join(folder, name);
    await writeFile(file, [header, ...known.map(({ line }) => line), ''].join('\r\n'), 'latin1');
    const told = (Math.max(...known.map(({ day }) => day)) + dayMs) / 1_000;
    await utimes(file, told, told);
  }
}

const postgres = await startTestPostgres();
const folder = await makeTestFolder();
const lake = await openTestLake(postgres.url, folder.path);
const { house } = lake;
const deps = { pool: house.pools.admin.pool, lake: lake.lake };
const noAccess = { url: undefined, key: undefined };

/** Counts the seconds of the phases that judge, each by its name: it lasts until the next phase. */
class JudgedSeconds {
  readonly byPhase = new Map<string, number>();
  #begun: { readonly phase: string; readonly at: number } | undefined;
  readonly reportPhase: ReportPhase = (phase) => {
    const now = performance.now();
    if (this.#begun !== undefined) {
      const { phase: ended, at } = this.#begun;
      this.byPhase.set(ended, (this.byPhase.get(ended) ?? 0) + (now - at) / 1_000);
    }
    this.#begun = phase.endsWith('.judge') ? { phase, at: now } : undefined;
  };
  get seconds(): number {
    return [...this.byPhase.values()].reduce((sum, seconds) => sum + seconds, 0);
  }
}

const collecting = createCollectFilesActivities({
  ...{
    pool: house.pools.writer.pool,
    db: house.pools.writer.db,
    redactor,
    meters: createMeters(),
    budgets: [],
  },
  providers: providersOf({ apiFootball: noAccess, oddsApi: noAccess, scoresApi: noAccess }, () =>
    instant(Date.now()),
  ),
});

/** Collects the files that changed. Returns how many rows are new. */
async function collect(location: string, runId: string, judged: JudgedSeconds): Promise<number> {
  const told = new DefaultLogger('INFO', ({ message, meta }) => {
    if (message === 'phase') judged.reportPhase(z.object({ phase: z.string() }).parse(meta).phase);
  });
  let stored = 0;
  for (const file of await house.list(location)) {
    const work = (): Promise<CollectCounts> => collecting.collectFile({ file, runId, reading: 'if-changed' });
    stored += (await asActivity(work, told)).stored;
  }
  return stored;
}

async function publishAndBuild(runId: string, { reportPhase }: JudgedSeconds): Promise<void> {
  await asActivity(() => publishSilver(deps, { runId: `${runId}/publish`, reportPhase }));
  await asActivity(() => buildGold(deps, `${runId}/gold`, reportPhase));
}

try {
  const files = path.join(folder.path, 'files');
  const last = seasons.at(-1) ?? '';
  for (const season of seasons.slice(0, -1)) {
    await writeSeason(path.join(files, season), await readSeason(season), Infinity);
  }
  const running = await readSeason(last);
  const matchdays = [...new Set(running.flatMap(({ rows }) => rows.map(({ day }) => day)))].toSorted(
    (a, b) => a - b,
  );
  const first = Math.floor(matchdays.length / 2);
  const until = (place: number): number => matchdays[place] ?? Infinity;
  await writeSeason(path.join(files, last), running, until(first));
  await house.collect(files, 'first');
  await house.refine();
  await publishAndBuild('first', new JudgedSeconds());

  const counts = await lake.lake.query(
    'select (select count(*) from silver.matches) as matches, (select count(*) from silver.odds) as odds',
  );
  say(`machine  ${machine()}`);
  say(`code     ${revision(projectRoot)}`);
  say(`data     ${data}, seasons ${seasons.join(', ')}: ${JSON.stringify(counts[0])} at the first day`);
  say(
    `command  node --import tsx bench/gate.ts --data ${values.data} --seasons ${values.seasons} --days ${days}`,
  );
  const shares: number[] = [];
  const runs: number[] = [];
  const gates: number[] = [];
  for (let day = 1; day <= days; day += 1) {
    await writeSeason(path.join(files, last), running, until(first + day), until(first + day - 1));
    const began = performance.now();
    const judged = new JudgedSeconds();
    const stored = await collect(files, `day-${day}`, judged);
    await house.refine();
    await publishAndBuild(`day-${day}`, judged);
    const gate = judged.seconds;
    const run = (performance.now() - began) / 1_000;
    shares.push(gate / (run - gate));
    runs.push(run);
    gates.push(gate);
    say(
      `day ${String(day).padStart(2)}   ${stored} new rows: ${run.toFixed(2)} s, of them the gate ${gate.toFixed(2)} s (${[...judged.byPhase].map(([phase, seconds]) => `${phase} ${seconds.toFixed(2)}`).join(', ')}): it adds ${((100 * gate) / (run - gate)).toFixed(1)} %`,
    );
  }
  const kept = await listCheckpoints(house.pool, { limit: 1_000 });
  if (kept.filter(({ runId }) => runId.startsWith('day-')).length !== 2 * days) {
    throw new InvariantBroken('Not every run was judged', { object: `${kept.length} checkpoints` });
  }
  const added = median(shares);
  say(`run      median ${median(runs).toFixed(2)} s; the gate ${median(gates).toFixed(2)} s`);
  say(
    `${added <= limit ? 'holds' : 'DOES NOT HOLD'}: the gate adds ${(100 * added).toFixed(1)} % to a daily run, at most ${100 * limit} %`,
  );
  process.exitCode = added <= limit ? 0 : 1;
} finally {
  await lake.close();
  await postgres.stop();
  await folder.remove();
}
