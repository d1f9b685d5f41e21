import { parseArgs } from 'node:util';
import { drillRestore } from '../adapters/backup/restore-drill.js';
import { openDatabase } from '../adapters/postgres/open-database.js';
import { projectRoot } from '../config.js';
import { seededRandom } from '../domain/anomaly/seeded-random.js';
import { startArchivedPostgres } from '../test/support/archived-postgres.js';
import { fillDatabase } from './support/filled-database.js';
import { machine, revision } from './support/machine.js';
import { commitQuotes } from './support/quote-load.js';

/**
 * Drills of a restore to random instants while quotes are written: every row that was committed before the instant is there and none from after it. Limits: each drill
 * passes, the worst RPO is under 60 s, the worst RTO under 5 minutes. The generated database has about 2 GB by default.
 *
 *   node --import tsx bench/restore.ts [--rounds 50] [--seed 1] [--seconds 10] [--a-second 200] [--matches 400000] [--quotes-per-match 10]
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '10' },
    'a-second': { type: 'string', default: '200' },
    matches: { type: 'string', default: '400000' },
    'quotes-per-match': { type: 'string', default: '10' },
  },
});
const limits = { rpoSeconds: 60, rtoSeconds: 300 };
const seed = Number(values.seed);

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

say(`machine   ${machine()}`);
say(`revision  ${revision(projectRoot)}`);
say(
  `command   node --import tsx bench/restore.ts --rounds ${values.rounds} --seed ${seed} --seconds ${values.seconds} --a-second ${values['a-second']} --matches ${values.matches} --quotes-per-match ${values['quotes-per-match']}`,
);
const postgres = await startArchivedPostgres({}, { fsync: 'on', archive_timeout: '30' });
const { pool, db } = openDatabase(postgres.url, { applicationName: 'bench', max: 10 });
let holds: boolean;
try {
  await fillDatabase(
    pool,
    { matches: Number(values.matches), quotesPerMatch: Number(values['quotes-per-match']) },
    say,
  );
  await postgres.backUp('full');

  const stop = new AbortController();
  const writing = commitQuotes(pool, { aSecond: Number(values['a-second']), until: stop.signal });
  const report = await drillRestore({
    ...{ url: postgres.url, person: 'bench', means: postgres.means, lakeFileExists: undefined },
    ...{ rounds: Number(values.rounds), seed, random: seededRandom(seed) },
    writeForMs: Number(values.seconds) * 1_000,
    report: say,
  }).finally(() => {
    stop.abort();
  });
  await writing;
  for (const { target, findings } of report.rounds)
    for (const finding of findings) say(`${target}  ${finding}`);
  const passed = report.rounds.filter((round) => round.passed).length;
  say(`drills    ${passed} of ${report.rounds.length} passed`);
  say(`worst RPO ${report.worstRpoSeconds.toFixed(1)} s, limit ${limits.rpoSeconds}`);
  say(`worst RTO ${report.worstRtoSeconds.toFixed(1)} s, limit ${limits.rtoSeconds}`);
  holds =
    report.passed && report.worstRpoSeconds < limits.rpoSeconds && report.worstRtoSeconds < limits.rtoSeconds;
} finally {
  await db.destroy();
  await postgres.stop();
}
say(holds ? 'holds' : 'DOES NOT HOLD');
process.exitCode = holds ? 0 : 1;
