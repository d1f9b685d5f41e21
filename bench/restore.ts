import { parseArgs } from 'node:util';
import { onDatabase } from '../adapters/backup/on-server.js';
import { drillRestore } from '../adapters/backup/restore-drill.js';
import { openDatabase } from '../adapters/postgres/open-database.js';
import { projectRoot } from '../config.js';
import { seededRandom } from '../domain/anomaly/seeded-random.js';
import { startArchivedPostgres } from '../test/support/archived-postgres.js';
import { fillDatabase } from './support/filled-database.js';
import { machine, revision } from './support/machine.js';
import { commitQuotes } from './support/quote-load.js';

/**
 * Drills of a restore to random instants while quotes are written: every row that was committed by the instant is there and none from after it, the drill's own rows and the quotes alike. Limits: each drill
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
let compared = 0;
try {
  await fillDatabase(
    pool,
    { matches: Number(values.matches), quotesPerMatch: Number(values['quotes-per-match']) },
    say,
  );
  await postgres.backUp('full');

  const { rows } = await pool.query<{ id: string }>('select coalesce(max(id), 0)::text as id from odds');
  const loaded = rows[0]?.id ?? '0';
  const stop = new AbortController();
  const writing = commitQuotes(pool, { aSecond: Number(values['a-second']), until: stop.signal });
  const report = await drillRestore({
    ...{ url: postgres.url, person: 'bench', means: postgres.means, lakeFileExists: undefined },
    ...{ rounds: Number(values.rounds), seed, random: seededRandom(seed) },
    writeForMs: Number(values.seconds) * 1_000,
    lookAt: (copy, target) => differingQuotes(copy, target, loaded),
    report: say,
  }).finally(() => {
    stop.abort();
  });
  await writing;
  for (const { target, findings, rtoSeconds, rpoSeconds } of report.rounds) {
    say(`${target}  RTO ${rtoSeconds.toFixed(1)} s  RPO ${rpoSeconds.toFixed(1)} s`);
    for (const finding of findings) say(`${target}  ${finding}`);
  }
  const passed = report.rounds.filter((round) => round.passed).length;
  say(`drills    ${passed} of ${report.rounds.length} passed`);
  say(`quotes    ${compared} compared by the time of their commit`);
  say(`worst RPO ${report.worstRpoSeconds.toFixed(1)} s, limit ${limits.rpoSeconds}`);
  say(`worst RTO ${report.worstRtoSeconds.toFixed(1)} s, limit ${limits.rtoSeconds}`);
  holds =
    report.passed &&
    compared > 0 &&
    report.worstRpoSeconds < limits.rpoSeconds &&
    report.worstRtoSeconds < limits.rtoSeconds;
} finally {
  await db.destroy();
  await postgres.stop();
}
say(holds ? 'holds' : 'DOES NOT HOLD');
process.exitCode = holds ? 0 : 1;

interface Quotes {
  readonly rows: string;
  readonly sum: string;
}

/** Quotes of the load: those that production committed by the instant, and those of the copy. */
async function differingQuotes(copy: string, target: Date, after: string): Promise<readonly string[]> {
  const quotes = async (url: string, by: Date | null): Promise<Quotes | undefined> =>
    await onDatabase(url, async (client) => {
      const { rows } = await client.query<Quotes>(
        `select count(*)::text as rows, coalesce(sum(hashtextextended(id::text, 0)::numeric), 0)::text as sum
         from odds where id > $1 and ($2::timestamptz is null or pg_xact_commit_timestamp(xmin) <= $2)`,
        [after, by],
      );
      return rows[0];
    });
  const [wanted, found] = [await quotes(postgres.url, target), await quotes(copy, null)];
  compared += Number(wanted?.rows ?? 0);
  if (wanted?.rows === found?.rows && wanted?.sum === found?.sum) return [];
  return [`odds: ${found?.rows ?? '?'} quotes, and ${wanted?.rows ?? '?'} were committed by then`];
}
