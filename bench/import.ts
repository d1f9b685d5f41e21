import { cp, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { projectRoot } from '../config.js';
import { ImportOutcome } from '../schemas/jobs/import-history.js';
import { makeTestFolder } from '../test/support/folder.js';
import { machine, revision } from './support/machine.js';
import { watchMemory } from './support/process-memory.js';
import { touchlineDone } from './support/touchline.js';

/**
 * The whole import of a folder of football-data.co.uk files, from an empty home to lake gold, and again; then half the files in
 * another empty home. Limits: 240 s and 1 GB a process for all of them, 20 s for the second run, 2.2 for twice the files.
 *
 *   node --import tsx bench/import.ts [--data ../shared/data/football-data.co.uk]
 */
const { values } = parseArgs({
  options: { data: { type: 'string', default: '../shared/data/football-data.co.uk' } },
});
const data = path.resolve(projectRoot, values.data);

interface Measured {
  readonly seconds: number;
  readonly again: number;
  readonly rows: number;
  readonly files: number;
  readonly peaks: readonly string[];
  readonly largestMb: number;
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await makeTestFolder();
  try {
    return await work(folder.path);
  } finally {
    await folder.remove();
  }
}

/** Imports the folder twice in one empty home, which runs for the time of both. */
async function importTwice(folder: string): Promise<Measured> {
  return inTemporaryFolder(async (home) => {
    const memory = watchMemory(home);
    await touchlineDone(home, ['up', '--detach']);
    try {
      const command = ['import', 'football-data', folder, '--json'];
      const first = await touchlineDone(home, command);
      const again = await touchlineDone(home, command);
      const { rows, files } = ImportOutcome.parse(JSON.parse(first.stdout));
      const unchanged = ImportOutcome.parse(JSON.parse(again.stdout));
      if (unchanged.stored + unchanged.held + unchanged.revisions > 0) {
        throw new Error(`The second run changed something: ${again.stdout}`);
      }
      const peaks = await memory.stop();
      return {
        seconds: first.seconds,
        again: again.seconds,
        rows,
        files,
        peaks: peaks.slice(0, 8).map(({ name, peakMb }) => `${name} ${peakMb} MB`),
        largestMb: peaks[0]?.peakMb ?? 0,
      };
    } finally {
      await memory.stop();
      await touchlineDone(home, ['down']);
    }
  });
}

/** Every second file, by name: each season and division has the same chance. */
async function importHalf(): Promise<Measured> {
  return inTemporaryFolder(async (half) => {
    const entries = z.array(z.string()).parse(await readdir(data, { recursive: true }));
    const files = entries.filter((entry) => entry.endsWith('.csv')).sort();
    for (const file of files.filter((_, index) => index % 2 === 0)) {
      await mkdir(path.dirname(path.join(half, file)), { recursive: true });
      await cp(path.join(data, file), path.join(half, file), { preserveTimestamps: true });
    }
    return importTwice(half);
  });
}

const verdict = (holds: boolean): string => (holds ? 'holds' : 'DOES NOT HOLD');
const report = (name: string, { seconds, again, rows, files, peaks }: Measured): void => {
  say(
    `${name}: ${files} files, ${rows} rows: ${seconds.toFixed(1)} s (${Math.round(rows / seconds)} rows/s); again ${again.toFixed(1)} s`,
  );
  say(`  largest processes: ${peaks.join(', ')}`);
};

say(`machine  ${machine()}`);
say(`code     ${revision(projectRoot)}`);
say(`data     ${data}`);
say(`command  node --import tsx bench/import.ts ${process.argv.slice(2).join(' ')}`.trimEnd());
const all = await importTwice(data);
report('all ', all);
const half = await importHalf();
report('half', half);

const ratio = all.seconds / half.seconds;
const held = [
  ['from nothing to gold in under 240 s', all.seconds < 240],
  ['the second run in under 20 s', all.again < 20],
  ['any one process under 1 GB', all.largestMb < 1024],
  [
    `${(all.rows / half.rows).toFixed(2)} times the rows take ${ratio.toFixed(2)} times as long, at most 2.2`,
    ratio <= 2.2,
  ],
] as const;
for (const [claim, holds] of held) say(`${verdict(holds)}: ${claim}`);
process.exitCode = held.every(([, holds]) => holds) ? 0 : 1;
