import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openDatabase } from '../adapters/postgres/open-database.js';
import { projectRoot } from '../config.js';
import { startArchivedPostgres } from '../test/support/archived-postgres.js';
import { fillDatabase } from './support/filled-database.js';
import { machine, revision } from './support/machine.js';
import { commitQuotes } from './support/quote-load.js';

/**
 * What a full backup (a dump and a base) does to the latency of commits under a steady load of quotes: rounds without and with a backup, in turns, on
 * one server that archives and syncs as in production. Limit: the p99 with a backup is less than 1.15 times that without.
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

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * share)] ?? NaN;

say(`machine   ${machine()}`);
say(`revision  ${revision(projectRoot)}`);
say(
  `command   node --import tsx bench/backup.ts --matches ${values.matches} --quotes-per-match ${values['quotes-per-match']} --a-second ${aSecond} --rounds ${values.rounds} --seconds ${seconds}`,
);
const postgres = await startArchivedPostgres({}, { fsync: 'on', archive_timeout: '30' });
const { pool, db } = openDatabase(postgres.url, { applicationName: 'bench', max: 20 });
let ratio: number;
try {
  await fillDatabase(
    pool,
    { matches: Number(values.matches), quotesPerMatch: Number(values['quotes-per-match']) },
    say,
  );
  const quiet: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    quiet.push(...(await commitQuotes(pool, { aSecond, until: AbortSignal.timeout(seconds * 1_000) })));
    const stop = new AbortController();
    const loaded = commitQuotes(pool, { aSecond, until: stop.signal });
    const startedAt = performance.now();
    await sleep(200);
    await postgres.backUp('full');
    const tookMs = performance.now() - startedAt;
    stop.abort();
    busy.push(...(await loaded));
    say(`round ${round + 1}   a backup took ${(tookMs / 1_000).toFixed(1)} s`);
  }
  ratio = quantile(busy, 0.99) / quantile(quiet, 0.99);
  for (const [name, of] of [
    ['without', quiet],
    ['with', busy],
  ] as const) {
    say(
      `${name.padEnd(9)} ${of.length} commits, p50 ${quantile(of, 0.5).toFixed(1)} ms, p99 ${quantile(of, 0.99).toFixed(1)} ms`,
    );
  }
} finally {
  await db.destroy();
  await postgres.stop();
}
say(`ratio     ${ratio.toFixed(2)} of the p99, limit ${limit}`);
say(ratio < limit ? 'holds' : 'DOES NOT HOLD');
process.exitCode = ratio < limit ? 0 : 1;
