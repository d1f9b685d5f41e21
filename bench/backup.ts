import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { makeBackup } from '../adapters/backup/make-backup.js';
import { openDatabase } from '../adapters/postgres/open-database.js';
import { projectRoot, readConfig } from '../config.js';
import { startArchivedPostgres } from '../test/support/archived-postgres.js';
import { makeTestFolder } from '../test/support/folder.js';
import { fillDatabase } from './support/filled-database.js';
import { machine, revision } from './support/machine.js';
import { epochMs, startQuoteProcess, type TimedCommit } from './support/quote-load.js';

/**
 * What a full backup (a dump and a base, encrypted, at the pace of BACKUP_RATE_MB_PER_SECOND) does to the latency of commits under a steady load of quotes,
 * which another process commits: rounds without and with a backup, in turns, on one server that archives and syncs as in production. Limit: the p99 with a backup is less than 1.15 times that without.
 *
 *   node --import tsx bench/backup.ts [--matches 400000] [--quotes-per-match 10] [--a-second 2000] [--rounds 5] [--seconds 30]
 */
const { values } = parseArgs({
  options: {
    matches: { type: 'string', default: '400000' },
    'quotes-per-match': { type: 'string', default: '10' },
    'a-second': { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '30' },
  },
});
const limit = 1.15;
const aSecond = Number(values['a-second']);
const seconds = Number(values.seconds);
const { pace } = readConfig().backup;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * share)] ?? NaN;

const quiet: TimedCommit[][] = [];
const busy: TimedCommit[][] = [];
const phases: { readonly name: string; readonly from: number; readonly to: number }[] = [];
const tell = (name: string, commits: readonly TimedCommit[]): void => {
  const of = commits.map(({ milliseconds }) => milliseconds);
  const [p50, p99, most] = [quantile(of, 0.5), quantile(of, 0.99), Math.max(...of)];
  say(
    `${name.padEnd(12)} ${of.length} commits, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${most.toFixed(0)} ms`,
  );
};
const p99Of = (commits: readonly TimedCommit[]): number =>
  quantile(
    commits.map(({ milliseconds }) => milliseconds),
    0.99,
  );
/** Says what is known so far; how far two halves of the time without a backup differ is how far the ratio can be believed. */
function tellAll(): number {
  const half = (which: 0 | 1): TimedCommit[] => quiet.filter((_, index) => index % 2 === which).flat();
  tell('without', quiet.flat());
  tell('  odd', half(0));
  tell('  even', half(1));
  tell('with', busy.flat());
  for (const name of new Set(phases.map((phase) => phase.name))) {
    const own = phases.filter((phase) => phase.name === name);
    tell(
      `  ${name}`,
      busy.flat().filter(({ due }) => own.some(({ from, to }) => due >= from && due < to)),
    );
  }
  const ratio = p99Of(busy.flat()) / p99Of(quiet.flat());
  say(`ratio     ${ratio.toFixed(2)} of the p99, limit ${limit}`);
  return ratio;
}

say(`machine   ${machine()}`);
say(`revision  ${revision(projectRoot)}`);
say(
  `command   node --import tsx bench/backup.ts --matches ${values.matches} --quotes-per-match ${values['quotes-per-match']} --a-second ${aSecond} --rounds ${values.rounds} --seconds ${seconds}`,
);
const folder = await makeTestFolder();
const recipientsFile = path.join(folder.path, 'recipients');
await writeFile(recipientsFile, `${await identityToRecipient(await generateX25519Identity())}\n`);
const postgres = await startArchivedPostgres(
  { recipientsFile },
  // Checkpoints come as often as a base needs one of its own.
  { fsync: 'on', archive_timeout: '30', checkpoint_timeout: '30s' },
);
let ratio = NaN;
const { pool, db } = openDatabase(postgres.url, { applicationName: 'bench', max: 4 });
const quotes = startQuoteProcess(postgres.url, aSecond);
try {
  await fillDatabase(
    pool,
    { matches: Number(values.matches), quotesPerMatch: Number(values['quotes-per-match']) },
    say,
  );
  await pool.query('vacuum analyze');
  await pool.query('checkpoint');
  // The plans of its connections are made, and the files of new partitions are there, before anything counts.
  quotes.begin();
  await sleep(5_000);
  await quotes.end();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const half of [1, 2].map(() => (seconds * 1_000) / 2)) {
      quotes.begin();
      await sleep(half);
      quiet.push([...(await quotes.end())]);
    }
    quotes.begin();
    await sleep(200);
    const begun: { readonly name: string; readonly from: number }[] = [];
    const made = await makeBackup(
      'full',
      { ...postgres.deps, config: { ...postgres.deps.config, pace } },
      {
        signal: new AbortController().signal,
        report: (name) => {
          begun.push({ name, from: epochMs() });
        },
      },
    );
    const to = epochMs();
    busy.push([...(await quotes.end())]);
    for (const [index, { name, from }] of begun.entries())
      phases.push({ name, from, to: begun[index + 1]?.from ?? to });
    const sizes = made.map((one) =>
      one.outcome === 'succeeded' ? `${one.method} ${(one.size / 2 ** 20).toFixed(0)} MiB` : one.reason,
    );
    say(
      `round ${round + 1}   a backup took ${((to - (begun[0]?.from ?? to)) / 1_000).toFixed(1)} s (${sizes.join(', ')})`,
    );
    ratio = tellAll();
  }
} finally {
  await quotes.close();
  await db.destroy();
  await postgres.stop();
  await folder.remove();
}
say(ratio < limit ? 'holds' : 'DOES NOT HOLD');
process.exitCode = ratio < limit ? 0 : 1;
