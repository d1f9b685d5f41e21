import { makeBackup } from '../../adapters/backup/make-backup.js';
import { listBackups } from '../../adapters/backup/list.js';
import { lakeFileExists } from '../../adapters/backup/lake-files.js';
import { databaseBeside, databaseOf, onDatabase } from '../../adapters/backup/on-server.js';
import { placeAt } from '../../adapters/backup/place.js';
import {
  recoverCluster,
  type RecoveredCluster,
  type RecoveryMeans,
} from '../../adapters/backup/point-in-time.js';
import { planRecovery } from '../../adapters/backup/recovery-plan.js';
import {
  agreedRestore,
  confirmRestore,
  latestAudits,
  newRequest,
  planRestore,
  recordRestore,
} from '../../adapters/backup/restore-audit.js';
import {
  ofDatabase,
  refuseFindings,
  restoreProduction,
  settleSwaps,
} from '../../adapters/backup/restore-production.js';
import { copyByDump, soundDump } from '../../adapters/backup/restore-source.js';
import { checkRestored, type Expected, type RestoredReport } from '../../adapters/backup/restored-checks.js';
import { sweepScratchFolders } from '../../adapters/backup/scratch-folder.js';
import { readIdentities } from '../../adapters/backup/sealing.js';
import { serverFacts } from '../../adapters/backup/server.js';
import { dropDatabase, makeDatabase } from '../../adapters/backup/swap-databases.js';
import { findPostgresTools } from '../../adapters/backup/tools.js';
import { modelsRootOf } from '../../adapters/lake/lake-of-home.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { migrate } from '../../adapters/postgres/migrate.js';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { redactorOf } from '../../adapters/redaction/redactor.js';
import { CheckFailed } from '../../schemas/errors.js';
import type { CommandContext } from '../command.js';
import { withDatabase } from '../with-database.js';

/** What a restore came to. */
export interface Restored {
  readonly mode: 'validate' | 'test' | 'production';
  readonly file: string;
  readonly to: string | null;
  readonly findings: RestoredReport['findings'];
  readonly rowCounts: RestoredReport['rowCounts'];
  readonly constraints: number;
  readonly lakeFiles: number;
  readonly kept: string | null;
  readonly saved: string | null;
}

/** What a plan of an instant names in place of a file. */
const theLog = 'log';

/** Everything that `touchline restore` does, over the house of a home. */
export type Restores = Awaited<ReturnType<typeof restoresOf>>;

/** Hands the work the restores of the home. */
export const openRestores = <T>(
  context: CommandContext,
  work: (restores: Restores) => Promise<T>,
): Promise<T> =>
  withDatabase(context, { role: 'admin', name: 'restore' }, async ({ pool }, { status }) => {
    const { major } = await serverFacts(pool);
    return work(await restoresOf(context, status.postgres.url, status.postgres.admin, major));
  });

async function restoresOf(
  { config, output, interrupted }: CommandContext,
  url: string,
  adminUrl: string,
  major: number,
) {
  const { backup } = config;
  const place = placeAt(backup.folder);
  const identities = await readIdentities(backup.identityFile);
  const database = databaseOf(url);
  const lakeExists = lakeFileExists(config.s3);
  const tools = () => findPostgresTools({ ...backup, major });
  const say = (line: string): void => {
    output.progress(line);
  };
  const means: RecoveryMeans = {
    ...{ place, identities, binaries: config.postgresBinaries, scratchParent: place.at('restore') },
    user: decodeURIComponent(new URL(url).username),
    signal: interrupted,
    report: say,
  };
  const expectedOf = (rowCounts: Expected['rowCounts'], schemaVersion: string | null): Expected => ({
    ...{ rowCounts, schemaVersion, lakeFileExists: lakeExists },
  });
  const tested = (
    mode: Restored['mode'],
    file: string,
    to: Date | null,
    report: RestoredReport,
  ): Restored => ({
    ...{ mode, file, to: to?.toISOString() ?? null, kept: null, saved: null, ...report },
  });
  const audited = async (file: string, to: Date | null, person: string, work: () => Promise<Restored>) => {
    const request = newRequest({ mode: 'test', file, targetTime: to, person });
    const record = (event: 'began' | 'succeeded' | 'failed', details: object): Promise<void> =>
      onDatabase(url, (client) => recordRestore(client, request, event, details));
    await record('began', {});
    try {
      const done = await work();
      await record('succeeded', { constraints: done.constraints, rowCounts: done.rowCounts });
      return done;
    } catch (error) {
      await record('failed', { error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  };
  const atInstant = async <T>(
    to: Date | null,
    work: (recovered: RecoveredCluster) => Promise<T>,
  ): Promise<T> => {
    const plan = await planRecovery(place, { to, now: new Date(), database });
    await sweepScratchFolders(means.scratchParent);
    const recovered = await recoverCluster(plan, to, means);
    return await work(recovered).finally(() => recovered.remove());
  };
  const saveCurrent = async (): Promise<string> => {
    say('Backing up what is replaced');
    const { pool, db } = openDatabase(adminUrl, { applicationName: 'touchline admin restore', max: 3 });
    try {
      const made = await makeBackup(
        'full',
        {
          ...{
            // Production waits for it.
            config: { ...backup, pace: { bytesPerSecond: undefined } },
            pool,
            url: adminUrl,
            meters: createMeters(),
            redactor: redactorOf(config.secrets),
          },
          modelsRoot: config.mlflowTrackingUri === undefined ? modelsRootOf(config) : undefined,
          now: () => new Date(),
        },
        { signal: interrupted, report: say },
      );
      const dump = made.find(({ method }) => method === 'dump');
      if (dump?.outcome === 'succeeded') return dump.name;
      throw new CheckFailed(
        `What is about to be replaced could not be backed up: ${dump?.reason ?? 'no dump was made'}`,
        {
          object: database,
          advice: 'Production was not touched. See touchline backup status.',
        },
      );
    } finally {
      await db.destroy();
    }
  };
  const replace = async (
    request: string,
    wanted: { readonly file: string; readonly identity: string; readonly targetTime: Date | null },
    expected: Expected,
    load: (incoming: string) => Promise<void>,
  ): Promise<Restored> => {
    const agreed = await onDatabase(url, (client) => agreedRestore(client, request, wanted));
    const done = await restoreProduction({
      url,
      agreed,
      expected,
      load,
      migrate,
      saveCurrent,
      report: (phase) => {
        say(phase);
      },
    });
    return {
      ...tested('production', wanted.file, wanted.targetTime, done.report),
      kept: done.kept,
      saved: done.saved,
    };
  };
  return {
    async list() {
      await settleSwaps(url);
      const backups = (await listBackups(place)).map(({ name, method, metadata, fault }) => ({
        ...{ name, kind: method, endedAt: metadata?.ended_at ?? null, size: metadata?.size ?? null },
        state: fault === undefined ? 'whole' : fault.fault,
      }));
      const audits = await onDatabase(url, (client) => latestAudits(client, 20));
      const restores = audits.map(({ request, event, mode, file, targetTime, person, happenedAt }) => ({
        ...{ request, event, mode, file, person, to: targetTime?.toISOString() ?? null },
        at: happenedAt.toISOString(),
      }));
      return { backups, restores };
    },
    async validate(file: string): Promise<Restored> {
      const { metadata } = await soundDump(place, file, identities);
      return tested('validate', metadata.name, null, {
        findings: [],
        rowCounts: metadata.row_counts,
        constraints: 0,
        lakeFiles: 0,
      });
    },
    async testOnly(file: string, person: string): Promise<Restored> {
      const dump = await soundDump(place, file, identities);
      return audited(dump.metadata.name, null, person, async () => {
        const name = `${database}_tested`;
        const scratch = databaseBeside(url, name);
        await makeDatabase(url, name);
        try {
          await dump.load(scratch, await tools());
          const expected = expectedOf(dump.metadata.row_counts, dump.metadata.schema_version);
          const report = await onDatabase(scratch, (client) => checkRestored(client, expected));
          refuseFindings(report, dump.metadata.name);
          return tested('test', dump.metadata.name, null, report);
        } finally {
          await dropDatabase(url, name);
        }
      });
    },
    testInstant: (to: Date | null, person: string): Promise<Restored> =>
      audited(theLog, to, person, () =>
        atInstant(to, async ({ cluster }) => {
          const report = await onDatabase(cluster.url(database), (client) =>
            checkRestored(client, expectedOf({}, null)),
          );
          refuseFindings(report, theLog);
          return tested('test', theLog, to, report);
        }),
      ),
    async production(file: string, request: string): Promise<Restored> {
      const dump = await soundDump(place, file, identities);
      const { name, own_sha256: identity, row_counts: counts, schema_version: version } = dump.metadata;
      const found = await tools();
      return replace(
        request,
        { file: name, identity, targetTime: null },
        expectedOf(counts, version),
        (incoming) => dump.load(incoming, found),
      );
    },
    productionInstant: (to: Date | null, request: string): Promise<Restored> =>
      atInstant(to, async ({ cluster }) => {
        const found = await tools();
        const copy = cluster.url(database);
        const report = await onDatabase(copy, (client) => checkRestored(client, expectedOf({}, null)));
        refuseFindings(ofDatabase(report), theLog);
        const wanted = { file: theLog, identity: theLog, targetTime: to };
        return replace(request, wanted, expectedOf(report.rowCounts, null), (incoming) =>
          copyByDump(copy, incoming, found),
        );
      }),
    async plan(file: string | undefined, to: Date | null, person: string) {
      const asked =
        file === undefined
          ? { file: theLog, identity: theLog }
          : await soundDump(place, file, identities).then(({ metadata }) => ({
              file: metadata.name,
              identity: metadata.own_sha256,
            }));
      if (file === undefined) await planRecovery(place, { to, now: new Date(), database });
      return await onDatabase(url, (client) => planRestore(client, { ...asked, targetTime: to, person }));
    },
    async confirm(request: string, code: string, person: string) {
      const plan = await onDatabase(url, (client) => confirmRestore(client, { request, code, person }));
      return {
        request,
        file: plan.file,
        to: plan.targetTime?.toISOString() ?? null,
        plannedBy: plan.person,
        confirmedBy: person,
      };
    },
    means,
    url,
  };
}
