import { z } from 'zod';
import { CleanupResult, type CleanupStep } from '../schemas/jobs/weekly-data-cleanup.js';
import type { Retention } from '../schemas/retention.js';
import { lakeVersionOf } from '../schemas/tables/lake-versions.js';
import { weeklyDataCleanupJob } from '../workflows/jobs.js';
import { command, type CommandContext } from './command.js';
import { LakeTableList } from './settings.js';
import { grouped, textTable } from './table.js';

const dryRun = { flags: '--dry-run', about: 'say what would be done, and change nothing' } as const;
const table = {
  flags: '--table <list>',
  about: 'tables of the lake, as gold.predictions',
  otherwise: 'all',
} as const;

const settings = z.object({ dryRun: z.boolean().default(false), table: LakeTableList.optional() });

const json =
  '{"mode", "archived": [{"table", "months", "rows"}], "movedToCold": [{"table", "months"}], "forgotten": [{"table", "before", "rows"}], "orphans": {"files", "bytes"}}';

async function clean(
  steps: CleanupStep[],
  asked: z.output<typeof settings>,
  context: CommandContext,
): Promise<CleanupResult> {
  const { withStack } = await import('./with-stack.js');
  const { runJob } = await import('./run-job.js');
  const input = weeklyDataCleanupJob.input.parse({
    mode: asked.dryRun ? 'dry-run' : 'apply',
    steps,
    ...(asked.table === undefined ? {} : { tables: asked.table }),
  });
  return CleanupResult.parse(
    await withStack(context, ({ client }) => runJob(weeklyDataCleanupJob, input, client, context)),
  );
}

const span = (months: readonly string[]): string =>
  months.length < 2
    ? months.join('')
    : `${months.length} months, ${months[0] ?? ''} to ${months.at(-1) ?? ''}`;

/** The lines of what a cleanup did or would do. */
function linesOf({ mode, archived, movedToCold, forgotten, orphans }: CleanupResult): string[] {
  const done = mode === 'apply' ? '' : 'would be ';
  return [
    ...archived.map(
      ({ table: name, months, rows }) => `${name}: ${grouped(rows)} rows ${done}archived (${span(months)})`,
    ),
    ...movedToCold.map(
      ({ table: name, months }) => `${name}: ${done}moved to the cold location (${span(months)})`,
    ),
    ...forgotten.map(
      ({ table: name, before, rows }) =>
        `${name}: ${grouped(rows)} rows ${done}removed, from before ${before}`,
    ),
    ...(orphans.files === 0
      ? []
      : [
          `${grouped(orphans.files)} files that no snapshot names ${done}removed (${grouped(orphans.bytes)} bytes)`,
        ]),
  ];
}

const textOf = (result: CleanupResult): string => {
  const lines = linesOf(result);
  return lines.length === 0 ? 'Nothing is due.' : lines.join('\n');
};

export const lakeArchive = command({
  path: ['lake', 'archive'],
  summary: 'move old rows of Postgres to the lake, and old months to the cold location',
  description: [
    'Copies each month of Postgres that is older than the retention to the lake, checks what was committed there by count and by',
    'a hash of every value, and removes it from Postgres only then. After that, months that are no longer hot go to LAKE_COLD_URL,',
    'where it is set. Killed at any point, the same command goes on. The job weekly-data-cleanup does this and lake cleanup.',
  ].join('\n'),
  options: [dryRun, table],
  examples: ['touchline lake archive --dry-run', 'touchline lake archive --table gold.predictions'],
  json,
  settings,
  async run(asked, context) {
    const result = await clean(['archive', 'cold'], asked, context);
    await context.output.result(result, () => textOf(result));
    return 0;
  },
});

export const lakeCleanup = command({
  path: ['lake', 'cleanup'],
  summary: 'remove from the lake what need not be kept',
  description: [
    'Removes rows of archives that the retention lets go (none, unless LAKE_RETENTION sets lakeMonths) and Parquet files older than a',
    'day that no snapshot names: what killed runs left behind. Snapshots do not expire.',
  ].join('\n'),
  options: [dryRun, table],
  examples: ['touchline lake cleanup --dry-run'],
  json,
  settings,
  async run(asked, context) {
    const result = await clean(['tidy'], asked, context);
    await context.output.result(result, () => textOf(result));
    return 0;
  },
});

const monthsText = (months: number | null, otherwise: string): string =>
  months === null ? otherwise : `${months} months`;

function policyText(retention: readonly Retention[], coldUrl: string | undefined): string {
  return textTable(
    ['table', 'version', 'in Postgres', 'hot', 'in the lake'],
    retention.map(({ table: name, keepMonths, hotMonths, lakeMonths }) => [
      name,
      lakeVersionOf(name),
      monthsText(keepMonths, 'whole'),
      coldUrl === undefined ? 'always' : monthsText(hotMonths, 'always'),
      monthsText(lakeMonths, 'for ever'),
    ]),
  );
}

export const lakeRetention = command({
  path: ['lake', 'retention'],
  summary: 'how long the rows of each table stay where, and what is due',
  description: [
    'Prints the retention of every table of the lake, as it is declared and as LAKE_RETENTION changes it, the version of its columns,',
    'and what the next cleanup will do. A table that is whole in Postgres is never archived: silver and gold are derived from it.',
  ].join('\n'),
  examples: [
    'touchline lake retention',
    `LAKE_RETENTION='{"gold.predictions": {"keepMonths": 24}}' touchline lake retention --json`,
  ],
  json: `{"retention": [{"table", "version", "keepMonths", "hotMonths", "lakeMonths"}], "coldUrl", "due": ${json}}`,
  settings: z.object({}),
  async run(_, context) {
    const { lakeRetention: retention, lakeColdUrl: coldUrl } = context.config;
    const due = await clean(['archive', 'cold', 'tidy'], { dryRun: true }, context);
    const document = {
      retention: retention.map((one) => ({ ...one, version: lakeVersionOf(one.table) })),
      coldUrl: coldUrl ?? null,
      due,
    };
    await context.output.result(document, () => `${policyText(retention, coldUrl)}\n\n${textOf(due)}`);
    return 0;
  },
});
