import { z } from 'zod';
import { command } from './command.js';
import { WholeNumber } from './settings.js';
import { grouped, textTable } from './table.js';
import { withDatabase } from './with-database.js';

const Flag = z.boolean().default(false);
const instantText = (at: Date | null): string | null => at?.toISOString() ?? null;

export const dbPartitions = command({
  path: ['db', 'partitions'],
  summary: 'how far the monthly partitions reach; --make makes those ahead',
  description: [
    'Lists the tables with monthly partitions, their first and last month, and the rows that their default partition caught. Rows there',
    'mean that a month was not prepared; --make prepares this month and three ahead, and moves such rows to theirs.',
  ].join('\n'),
  options: [{ flags: '--make', about: 'make the partitions that are missing' }],
  examples: ['touchline db partitions', 'touchline db partitions --make --json'],
  json: '{"made", "tables": [{"table", "partitions", "firstMonth", "lastMonth", "caughtByDefault"}]}; made is 0 without --make.',
  settings: z.object({ make: Flag }),
  async run({ make }, context) {
    const { ensurePartitions, listMonthlyTables } = await import('../adapters/postgres/partitions.js');
    const document = await withDatabase(
      context,
      { role: make ? 'admin' : 'reader', name: 'db' },
      async ({ pool }) => ({
        made: make ? await ensurePartitions(pool, new Date()) : 0,
        tables: await listMonthlyTables(pool),
      }),
    );
    await context.output.result(document, () =>
      [
        ...(make ? [`Made ${document.made} partitions.`] : []),
        textTable(
          ['table', 'partitions', 'first', 'last', 'caught by default'],
          document.tables.map(({ table, partitions, firstMonth, lastMonth, caughtByDefault }) => [
            table,
            partitions,
            firstMonth,
            lastMonth,
            caughtByDefault,
          ]),
        ),
      ].join('\n'),
    );
    return 0;
  },
});

export const dbConstraints = command({
  path: ['db', 'constraints'],
  summary: 'every constraint and trigger of the tables, and what the checks cost',
  description: [
    'Lists the checks, keys, foreign keys and triggers of the tables with their definitions, and how often the functions of the triggers',
    'ran and how long, since the statistics of Postgres were last reset (setting track_functions; the embedded server has it on).',
  ].join('\n'),
  examples: ['touchline db constraints', 'touchline db constraints --json | jq .checkTimes'],
  json: '{"constraints": [{"table", "name", "kind", "definition"}], "checkTimes": [{"function", "calls", "totalMs"}]}',
  settings: z.object({}),
  async run(_, context) {
    const { constraintCheckTimes, listConstraints } =
      await import('../adapters/postgres/constraint-violations.js');
    const document = await withDatabase(context, { role: 'reader', name: 'db' }, async ({ pool }) => ({
      constraints: await listConstraints(pool),
      checkTimes: await constraintCheckTimes(pool),
    }));
    await context.output.result(document, () =>
      [
        textTable(
          ['table', 'kind', 'name', 'definition'],
          document.constraints.map(({ table, kind, name, definition }) => [table, kind, name, definition]),
        ),
        '',
        textTable(
          ['function', 'calls', 'ms in all'],
          document.checkTimes.map(({ function: name, calls, totalMs }) => [name, calls, Math.round(totalMs)]),
        ),
      ].join('\n'),
    );
    return 0;
  },
});

export const dbViolations = command({
  path: ['db', 'violations'],
  summary: 'which rules of the tables were broken, how often, and by what',
  description:
    'Counts, for each constraint and rule, the statements that it refused, with the last one. They are kept for 90 days.',
  examples: ['touchline db violations', 'touchline db violations --json'],
  json: [
    'An array of {"constraint", "table", "violations", "lastDay", "lastWeek", "firstAt", "lastAt", "lastMessage",',
    '"lastDetail"}, the latest first; empty where no rule was broken.',
  ].join('\n'),
  settings: z.object({}),
  async run(_, context) {
    const { reportViolations } = await import('../adapters/postgres/constraint-violations.js');
    const report = await withDatabase(context, { role: 'reader', name: 'db' }, ({ pool }) =>
      reportViolations(pool),
    );
    await context.output.result(report, () =>
      report.length === 0
        ? 'No rule was broken.'
        : textTable(
            ['constraint', 'table', 'in all', 'last day', 'last week', 'last', 'message'],
            report.map((line) => [
              line.constraint,
              line.table,
              line.violations,
              line.lastDay,
              line.lastWeek,
              instantText(line.lastAt),
              line.lastMessage,
            ]),
          ),
    );
    return 0;
  },
});

export const dbRefreshMaterializedViews = command({
  path: ['db', 'refresh-materialized-views'],
  summary: 'bring the materialised views up to date; --info only lists them',
  description: [
    'Refreshes each materialised view beside its readers, who see the old rows until the new ones are there. --info lists them with size,',
    'rows and last refresh, and refreshes none. The job refresh-materialized-views does the same on a worker.',
  ].join('\n'),
  options: [{ flags: '--info', about: 'list the views and refresh none' }],
  examples: ['touchline db refresh-materialized-views', 'touchline db refresh-materialized-views --info'],
  json: 'An array of {"view", "bytes", "rows", "refreshedAt", "tookMs"}; refreshedAt and tookMs are null before the first refresh.',
  settings: z.object({ info: Flag }),
  async run({ info }, context) {
    const { describeMaterializedViews, materializedViews, refreshMaterializedView } =
      await import('../adapters/postgres/materialized-views.js');
    const views = await withDatabase(
      context,
      { role: info ? 'reader' : 'admin', name: 'db' },
      async ({ pool }) => {
        for (const view of info ? [] : materializedViews) {
          context.output.progress(`Refreshing ${view}`);
          await refreshMaterializedView(pool, view);
        }
        context.output.progress('');
        return describeMaterializedViews(pool);
      },
    );
    await context.output.result(views, () =>
      textTable(
        ['view', 'bytes', 'rows', 'last refresh', 'took ms'],
        views.map(({ view, bytes, rows, refreshedAt, tookMs }) => [
          view,
          bytes,
          grouped(rows),
          instantText(refreshedAt),
          tookMs,
        ]),
      ),
    );
    return 0;
  },
});

export const dbMaterializedViewsExamples = command({
  path: ['db', 'materialized-views-examples'],
  summary: 'example queries over the materialised views; --benchmark times them',
  description: [
    'Runs each example of sql/queries over its view and prints its first rows. With --benchmark, each is timed over its view and as a plain query',
    'over the tables, in turns; medians are printed. Refresh the views first: touchline db refresh-materialized-views.',
  ].join('\n'),
  options: [
    { flags: '--benchmark', about: 'time each against the plain query' },
    { flags: '--runs <number>', about: 'runs of each query in the benchmark', otherwise: '5' },
  ],
  examples: [
    'touchline db materialized-views-examples',
    'touchline db materialized-views-examples --benchmark --runs 11 --json',
  ],
  json: [
    'An array of {"example", "about", "query", "rows"}; with --benchmark of {"example", "viewMs", "plainMs"}.',
    'Rows are objects: column name to value.',
  ].join('\n'),
  settings: z.object({ benchmark: Flag, runs: WholeNumber.default(5) }),
  async run({ benchmark, runs }, context) {
    const examples = await import('../adapters/postgres/view-examples.js');
    if (benchmark) {
      const times = await withDatabase(context, { role: 'reader', name: 'db' }, async ({ pool }) => {
        const measured = [];
        for (const name of examples.viewExamples) {
          measured.push(await examples.timeExample(pool, name, Math.max(1, runs)));
        }
        return measured;
      });
      await context.output.result(times, () =>
        textTable(
          ['example', 'view ms', 'plain ms', 'plain / view'],
          times.map(({ example, viewMs, plainMs }) => [
            example,
            viewMs.toFixed(2),
            plainMs.toFixed(2),
            (plainMs / viewMs).toFixed(1),
          ]),
        ),
      );
      return 0;
    }
    const answers = await withDatabase(context, { role: 'reader', name: 'db' }, async ({ pool }) => {
      const read = [];
      for (const name of examples.viewExamples) read.push(await examples.runExample(pool, name));
      return read;
    });
    await context.output.result(answers, () =>
      answers
        .map(({ example, about, rows }) =>
          [
            `${example}: ${about}`,
            rows.length === 0
              ? 'No rows.'
              : textTable(
                  Object.keys(rows[0] ?? {}),
                  rows.slice(0, 10).map((row) => Object.values(row)),
                ),
          ].join('\n'),
        )
        .join('\n\n'),
    );
    return 0;
  },
});
