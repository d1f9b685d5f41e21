import { z } from 'zod';
import { command } from '../command.js';
import { textTable } from '../table.js';
import { withDatabase } from '../with-database.js';

export const reviewStatistics = command({
  path: ['review', 'statistics'],
  summary: 'how many findings there are, by type, table and state',
  description: 'Counts every finding, reviewed or not, and what the last 24 hours found.',
  options: [{ flags: '--per <period>', about: 'count by day, month or all together', otherwise: 'all' }],
  examples: ['touchline review statistics', 'touchline review statistics --per month --json'],
  json: [
    '{"statistics": [{"period", "type", "table", "status", "findings", "forReview", "released"}],',
    ' "lastDay": [{"type", "table", "issues"}]}; period is the first day, null with --per all.',
  ].join('\n'),
  settings: z.object({ per: z.enum(['day', 'month', 'all'], 'Write day, month or all').default('all') }),
  async run({ per }, context) {
    const { findingStatistics, issuesOfLastDay } =
      await import('../../adapters/postgres/review/statistics.js');
    const { statistics, lastDay } = await withDatabase(
      context,
      { role: 'reader', name: 'review' },
      async ({ pool }) => ({
        statistics: await findingStatistics(pool, per),
        lastDay: await issuesOfLastDay(pool),
      }),
    );
    await context.output.result({ statistics, lastDay }, () =>
      [
        textTable(
          ['period', 'type', 'table', 'state', 'findings', 'for review', 'released'],
          statistics.map(({ period, type, table, status, findings, forReview, released }) => [
            period,
            type,
            table,
            status,
            findings,
            forReview,
            released,
          ]),
        ),
        '',
        'Found in the last 24 hours:',
        textTable(
          ['type', 'table', 'findings'],
          lastDay.map(({ type, table, issues }) => [type, table, issues]),
        ),
      ].join('\n'),
    );
    return 0;
  },
});
