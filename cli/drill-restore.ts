import { z } from 'zod';
import { command } from './command.js';
import { reviewerOf } from './review/reviewer.js';
import { WholeNumber } from './settings.js';
import { textTable } from './table.js';

export const drillRestore = command({
  path: ['drill', 'restore'],
  summary: 'restore to random instants beside production, and say what was found',
  description: [
    'Writes sentinels into production, one a transaction, while it goes on working; restores the newest base and the log to a random instant',
    'between two of them, in a server of its own, and looks whether exactly what was committed by then is there, whether every constraint holds over',
    'every row, whether old rows are as they were, and whether gold is what its silver makes. Prints how long a restore took and how much would have been lost (RTO and RPO); the report',
    'is kept in restore_audits. Needs WAL archiving: BACKUP_DIR.',
  ].join('\n'),
  options: [
    { flags: '--rounds <number>', about: 'restores', otherwise: '1' },
    { flags: '--seed <number>', about: 'decides which instants', otherwise: '1' },
    {
      flags: '--seconds <number>',
      about: 'how long sentinels are written before each restore',
      otherwise: '40',
    },
    {
      flags: '--by <who>',
      about: 'who drills',
      otherwise: 'TOUCHLINE_REVIEWER, else the user of the operating system',
    },
  ],
  examples: ['touchline drill restore', 'touchline drill restore --rounds 3 --seed 7 --json'],
  json: '{"drill", "seed", "passed", "worstRtoSeconds", "worstRpoSeconds", "rounds": [{"target", "base", "passed", "findings", "rtoSeconds", "checkedSeconds", "rpoSeconds", "sentinelsBefore", "sentinelsAfter", "constraints", "tables"}]}',
  settings: z.object({
    rounds: WholeNumber.default(1),
    seed: WholeNumber.default(1),
    seconds: WholeNumber.default(40),
    by: z.string().trim().min(1).optional(),
  }),
  async run({ rounds, seed, seconds, by }, context) {
    const { openRestores } = await import('./restore/open-restores.js');
    const { drillRestore: drill } = await import('../adapters/backup/restore-drill.js');
    const { seededRandom } = await import('../domain/anomaly/seeded-random.js');
    const { lakeFileExists } = await import('../adapters/backup/lake-files.js');
    const { openLakeOf } = await import('../adapters/lake/lake-of-home.js');
    const { roleUrls } = await import('../adapters/postgres/roles.js');
    const { recomputeGold } = await import('../activities/recompute-gold.js');
    const person = reviewerOf(by, context);
    const report = await openRestores(context, ({ url, means }) =>
      drill({
        ...{
          url,
          means,
          person,
          rounds: Math.max(1, rounds),
          seed,
          random: seededRandom(seed),
          writeForMs: seconds * 1_000,
        },
        lakeFileExists: lakeFileExists(context.config.s3),
        lookAt: async (copy) => {
          const lake = await openLakeOf(context.config, roleUrls(copy, undefined), 'drill');
          return await recomputeGold(lake).finally(() => lake.close());
        },
        report: (line) => {
          context.output.progress(line);
        },
      }),
    );
    context.output.progress('');
    await context.output.result(report, () =>
      [
        textTable(
          ['restored to', 'passed', 'RTO s', 'checked s', 'RPO s', 'before', 'after'],
          report.rounds.map((round) => [
            ...[round.target, round.passed ? 'yes' : 'no', round.rtoSeconds.toFixed(1)],
            ...[round.checkedSeconds.toFixed(1), round.rpoSeconds.toFixed(1)],
            ...[round.sentinelsBefore, round.sentinelsAfter],
          ]),
        ),
        ...report.rounds.flatMap(({ findings }) => findings),
      ].join('\n'),
    );
    return report.passed ? 0 : 1;
  },
});
