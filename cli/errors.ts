import { z } from 'zod';
import type { countErrors, ErrorFilter, listErrors } from '../adapters/postgres/error-log.js';
import { command } from './command.js';
import { WholeNumber } from './settings.js';
import { grouped, textTable } from './table.js';
import { withDatabase } from './with-database.js';

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `30m`, `1h`, `7d` in milliseconds. */
const Duration = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, 'Write a number and a unit: 90s, 30m, 1h or 7d')
  .transform(
    (text) => Number(text.slice(0, -1)) * unitMs[z.enum(['s', 'm', 'h', 'd']).parse(text.slice(-1))],
  );

type Line = Awaited<ReturnType<typeof listErrors>>[number];
type Group = Awaited<ReturnType<typeof countErrors>>[number];

const lineDocument = (line: Line) => ({
  id: line.id,
  at: line.created_at.toISOString(),
  task: line.task_name,
  taskId: line.task_id,
  type: line.error_type,
  message: line.error_message,
  retry: line.retry_count,
  final: line.is_final,
  context: line.context_data,
  traceback: line.traceback,
});

const groupDocument = (group: Group) => ({
  task: group.task_name,
  type: group.error_type,
  failures: group.failures,
  final: group.final_failures,
  firstAt: group.first_at?.toISOString() ?? null,
  lastAt: group.last_at?.toISOString() ?? null,
  lastMessage: group.last_message,
});

const Subject = z.object({ subject: z.record(z.string(), z.unknown()) });

/** What the error was about: the file, setting or object of its subject. */
function subjectOf(context: unknown): string {
  const about = Object.entries(Subject.safeParse(context).data?.subject ?? {});
  const parts = about
    .filter(([name]) => name !== 'advice')
    .map(([name, value]) => `${name} ${String(value)}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

const firstLine = (text: string | null): string => text?.split('\n', 1)[0]?.slice(0, 100) ?? '';

const linesText = (lines: readonly Line[]): string =>
  lines.length === 0
    ? 'No errors.'
    : textTable(
        ['at', 'task', 'error', 'retry', 'final', 'message'],
        lines.map((line) => [
          line.created_at.toISOString(),
          line.task_name,
          line.error_type,
          line.retry_count,
          line.is_final ? 'final' : '',
          `${firstLine(line.error_message)}${subjectOf(line.context_data)}`,
        ]),
      );

const groupsText = (groups: readonly Group[]): string =>
  groups.length === 0
    ? 'No errors.'
    : textTable(
        ['task', 'error', 'failures', 'final', 'last at', 'last message'],
        groups.map((group) => [
          group.task_name,
          group.error_type,
          grouped(group.failures ?? 0),
          grouped(group.final_failures ?? 0),
          group.last_at?.toISOString() ?? null,
          firstLine(group.last_message),
        ]),
      );

export const errors = command({
  path: ['errors'],
  summary: 'the error log: failed attempts and requests',
  description: [
    'Lists the failed attempts of activities, the failed requests to providers and the workflows that failed by themselves, the newest first;',
    'a final failure is one that is not tried again. Lines are kept for seven days (touchline run error-cleanup removes older ones).',
  ].join('\n'),
  options: [
    { flags: '--since <duration>', about: 'how far back: 90s, 30m, 1h, 7d', otherwise: '1h' },
    { flags: '--task <name>', about: 'of one activity, such as collectFile' },
    { flags: '--type <name>', about: 'of one class of error, such as DependencyAway' },
    { flags: '--limit <number>', about: 'how many lines at most', otherwise: '100' },
    { flags: '--grouped', about: 'count them by task and error type instead' },
  ],
  examples: ['touchline errors --grouped', 'touchline errors --since 1d --type ProviderAway --json'],
  json: [
    'An array of {"id", "at", "task", "taskId", "type", "message", "retry", "final", "context", "traceback"};',
    'with --grouped of {"task", "type", "failures", "final", "firstAt", "lastAt", "lastMessage"}.',
  ].join('\n'),
  settings: z.object({
    since: Duration.default(unitMs.h),
    task: z.string().min(1).optional(),
    type: z.string().min(1).optional(),
    limit: WholeNumber.default(100),
    grouped: z.boolean().default(false),
  }),
  async run({ since, task, type, limit, grouped: isGrouped }, context) {
    const { countErrors, listErrors } = await import('../adapters/postgres/error-log.js');
    const filter: ErrorFilter = { since: new Date(Date.now() - since), task, type };
    await withDatabase(context, { role: 'reader', name: 'errors' }, async ({ db }) => {
      if (isGrouped) {
        const groups = await countErrors(db, filter);
        await context.output.result(groups.map(groupDocument), () => groupsText(groups));
      } else {
        const lines = await listErrors(db, { ...filter, limit });
        await context.output.result(lines.map(lineDocument), () => linesText(lines));
      }
    });
    return 0;
  },
});
