import { z } from 'zod';
import { BackupKind } from '../schemas/backup.js';
import { command } from './command.js';
import { grouped, textTable } from './table.js';
import { withDatabase } from './with-database.js';

export const backupList = command({
  path: ['backup', 'list'],
  summary: 'the backups that are on disk',
  description:
    'Reads the metadata below BACKUP_DIR, oldest first by their place in the WAL. Needs no server. Whether their files are whole, touchline backup verify tells.',
  examples: ['touchline backup list', 'touchline backup list --json'],
  json: 'An array of {"name", "kind", "method", "ended_at", "size", "encrypted", "wal_start", "wal_end", "fault": text or null}.',
  settings: z.object({}),
  async run(_, { config, output }) {
    const { listBackups } = await import('../adapters/backup/list.js');
    const { placeAt } = await import('../adapters/backup/place.js');
    const found = (await listBackups(placeAt(config.backup.folder))).map(
      ({ name, method, metadata, fault }) => ({
        ...{ name, method, kind: metadata?.kind ?? null, ended_at: metadata?.ended_at ?? null },
        ...{
          size: metadata?.size ?? null,
          encrypted: metadata === undefined ? null : metadata.recipients.length > 0,
        },
        ...{ wal_start: metadata?.wal.start ?? null, wal_end: metadata?.wal.end ?? null },
        fault: fault?.message ?? null,
      }),
    );
    await output.result(found, () =>
      found.length === 0
        ? `There is no backup in ${config.backup.folder}.`
        : textTable(
            ['backup', 'kind', 'ended', 'bytes', 'encrypted', 'fault'],
            found.map((one) => [
              ...[one.name, one.kind, one.ended_at],
              one.size === null ? null : grouped(one.size),
              ...[one.encrypted === null ? null : one.encrypted ? 'yes' : 'no', one.fault],
            ]),
          ),
    );
    return 0;
  },
});

export const backupStatus = command({
  path: ['backup', 'status'],
  summary: 'the last good backup of each kind, the next, what failed, and the last drill',
  description: 'Of the ledger and the audit of restores in Postgres, and the schedules in Temporal.',
  examples: ['touchline backup status', 'touchline backup status --json'],
  json: '{"folder", "archiving", "kinds": [{"kind", "last_success", "age_hours", "size", "running", "next_run"}], "failures": [{"kind", "error_type", "failures", "last", "message"}], "drill": {"id", "at", "passed", "rto_seconds", "rpo_seconds", "findings"} or null}',
  settings: z.object({}),
  async run(_, context) {
    await withDatabase(context, { role: 'reader', name: 'backup' }, async ({ pool }, { client }) => {
      const { ledgerSummary } = await import('../adapters/backup/ledger.js');
      const { serverFacts } = await import('../adapters/backup/server.js');
      const { archiving } = await serverFacts(pool);
      const { lastDrill } = await import('../adapters/backup/restore-audit.js');
      const { kinds, failures } = await ledgerSummary(pool);
      const drill = await lastDrill(pool);
      const status = {
        ...{ folder: context.config.backup.folder, archiving },
        kinds: await Promise.all(
          BackupKind.options.map(async (kind) => {
            const known = kinds.find((one) => one.kind === kind);
            const last = known?.lastSuccess ?? null;
            return {
              ...{ kind, last_success: last?.toISOString() ?? null },
              age_hours:
                last === null ? null : Number(((Date.now() - last.getTime()) / 3_600_000).toFixed(1)),
              ...{ size: known?.lastSize ?? null, running: known?.running ?? 0 },
              next_run: await nextRun(client, scheduleOf[kind]),
            };
          }),
        ),
        failures: failures.map(({ kind, errorType: error_type, failures: count, last, message }) => ({
          ...{ kind, error_type, failures: count, last: last.toISOString(), message },
        })),
        drill:
          drill === undefined
            ? null
            : {
                ...{ id: drill.id, at: drill.at.toISOString(), passed: drill.passed },
                ...{ rto_seconds: drill.rtoSeconds, rpo_seconds: drill.rpoSeconds, findings: drill.findings },
              },
      };
      await context.output.result(status, () =>
        [
          `Backups lie in ${status.folder}; archiving of the WAL is ${archiving}.`,
          textTable(
            ['kind', 'last good', 'hours ago', 'bytes', 'next'],
            status.kinds.map((one) => [one.kind, one.last_success, one.age_hours, one.size, one.next_run]),
          ),
          drillLine(status.drill),
          ...(status.failures.length === 0
            ? []
            : [
                textTable(
                  ['kind', 'failed by', 'times', 'last', 'what'],
                  status.failures.map((one) => [
                    one.kind,
                    one.error_type,
                    one.failures,
                    one.last,
                    one.message,
                  ]),
                ),
              ]),
        ].join('\n'),
      );
    });
    return 0;
  },
});

function drillLine(
  drill: {
    readonly at: string;
    readonly passed: boolean;
    readonly rto_seconds: number | null;
    readonly rpo_seconds: number | null;
    readonly findings: readonly string[];
  } | null,
): string {
  if (drill === null) return 'No restore was drilled yet: touchline drill restore.';
  const { at, rto_seconds: rto, rpo_seconds: rpo, findings } = drill;
  if (!drill.passed) return `The drill of ${at} failed: ${findings[0] ?? 'see restore_audits'}`;
  return `The drill of ${at} passed: RTO ${rto?.toFixed(1) ?? '–'} s, RPO ${rpo?.toFixed(1) ?? '–'} s.`;
}

const scheduleOf = {
  full: 'daily-full-backup',
  incremental: 'incremental-backup',
  wal: 'weekly-wal-archive',
} as const satisfies Readonly<Record<BackupKind, string>>;

/** Null where there is no such schedule, or it is paused. */
async function nextRun(
  client: Parameters<Parameters<typeof withDatabase>[2]>[1]['client'],
  id: string,
): Promise<string | null> {
  try {
    const { info, state } = await client.schedule.getHandle(id).describe();
    return state.paused ? null : (info.nextActionTimes[0]?.toISOString() ?? null);
  } catch {
    return null;
  }
}
