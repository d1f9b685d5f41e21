import { randomInt } from 'node:crypto';
import { Context, log } from '@temporalio/activity';
import { lakeFileExists } from '../adapters/backup/lake-files.js';
import { makePlace } from '../adapters/backup/place.js';
import { drillRestore } from '../adapters/backup/restore-drill.js';
import { sweepScratchFolders } from '../adapters/backup/scratch-folder.js';
import { readIdentities } from '../adapters/backup/sealing.js';
import type { Lake } from '../adapters/lake/open-lake.js';
import type { S3Access } from '../adapters/lake/s3-access.js';
import type { BackupConfig } from '../config.js';
import { seededRandom } from '../domain/anomaly/seeded-random.js';
import { RestoreDrillInput, type RestoreDrillResult } from '../schemas/jobs/backup.js';
import { heartbeating } from './heartbeating.js';
import { recomputeGold } from './recompute-gold.js';

export interface DrillRestoreDeps {
  readonly config: BackupConfig;
  /** Where the admin logs in: a secret. */
  readonly url: string;
  readonly postgresBinaries: string | undefined;
  /** The store of the lake's files; undefined where they are in folders. */
  readonly s3: S3Access | undefined;
  /** The lake of a restored database, over the files of production. */
  readonly lakeOf: (url: string) => Promise<Lake>;
}

/** The activity that drills restores. */
export function createDrillRestoreActivities({
  config,
  url,
  postgresBinaries,
  s3,
  lakeOf,
}: DrillRestoreDeps) {
  return {
    /**
     * Restores to random instants in servers of their own and looks at them. What it finds is told in the answer and kept in restore_audits.
     * @throws PrerequisiteMissing where the server does not archive or keeps no commit times, BackupUnsound where a backup is not whole
     */
    async drillRestore(input: RestoreDrillInput): Promise<RestoreDrillResult> {
      const { rounds, seconds } = RestoreDrillInput.parse(input);
      return await heartbeating(async (reportPhase) => {
        const place = await makePlace(config.folder);
        const scratchParent = place.at('restore');
        await sweepScratchFolders(scratchParent);
        const seed = randomInt(2 ** 31);
        const report = await drillRestore({
          ...{
            url,
            person: 'schedule',
            rounds,
            seed,
            random: seededRandom(seed),
            writeForMs: seconds * 1_000,
          },
          means: {
            ...{ place, binaries: postgresBinaries, scratchParent },
            identities: await readIdentities(config.identityFile),
            user: decodeURIComponent(new URL(url).username),
            signal: Context.current().cancellationSignal,
          },
          lakeFileExists: lakeFileExists(s3),
          lookAt: async (copy) => {
            reportPhase('drill', { step: 'gold' });
            const lake = await lakeOf(copy);
            return await recomputeGold(lake).finally(() => lake.close());
          },
          report: (step) => {
            reportPhase('drill', { step });
          },
        });
        const findings = report.rounds.flatMap((round) => round.findings);
        for (const finding of findings) log.warn('A drilled restore is not what it should be', { finding });
        return {
          ...{ drill: report.drill, passed: report.passed, rounds: report.rounds.length, findings },
          ...{ rtoSeconds: report.worstRtoSeconds, rpoSeconds: report.worstRpoSeconds },
        };
      });
    },
  };
}
