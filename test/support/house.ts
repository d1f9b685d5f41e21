import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type Logger } from '@temporalio/worker';
import {
  createCollectFilesActivities,
  type CollectFileInput,
  type ListSourceFilesInput,
} from '../../activities/collect-files.js';
import {
  createRefineBronzeActivities,
  type BatchResult,
  type SilverPrepared,
} from '../../activities/refine-bronze.js';
import { createRefinePricesActivities, type PriceBatchResult } from '../../activities/refine-prices.js';
import type { CollectCounts } from '../../activities/store-edition.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { openRolePools, type RolePools } from '../../adapters/postgres/role-pools.js';
import { roleUrls } from '../../adapters/postgres/roles.js';
import { providersOf, withStreamed } from '../../adapters/providers/registry.js';
import { redactor as withoutSecrets } from '../../adapters/redaction/redactor.js';
import type { ProviderBudget } from '../../schemas/budgets.js';
import type { SourceFile } from '../../schemas/records/source-file.js';
import { instant } from '../../schemas/values.js';
import { usualPlans } from '../../simulator/simulation.js';

/** The activities from file to silver over one database, run as Temporal would run them, without a server. */
export interface TestHouse extends OpenDatabase {
  /** What the activities work with. */
  readonly pools: RolePools;
  /** Of football-data.co.uk, where no other source is named. */
  list(
    location: string,
    dataSource?: string,
    wanted?: Pick<ListSourceFilesInput, 'seasons' | 'divisions'>,
  ): Promise<SourceFile[]>;
  collectFile(input: CollectFileInput): Promise<CollectCounts>;
  /** Collects every file of a folder or site, in order. Throws what the first file that fails throws. */
  collect(
    location: string,
    runId: string,
    reading?: CollectFileInput['reading'],
    dataSource?: string,
  ): Promise<CollectCounts>;
  /** Refines all that is pending, `limit` payloads a batch, so many batches side by side. Counts the payloads of matches. */
  refine(options?: { readonly limit?: number; readonly sideBySide?: number }): Promise<BatchResult>;
  /** Tells all live prices that are pending; `refine` does too, after the matches. */
  refinePrices(options?: { readonly limit?: number; readonly sideBySide?: number }): Promise<BatchResult>;
  pricesBatch(limit: number): Promise<PriceBatchResult>;
  prepareSilver(): Promise<SilverPrepared>;
  refineBatch(limit: number): Promise<BatchResult>;
  /** Empties silver and refines all of bronze again. */
  rebuild(options?: { readonly limit?: number }): Promise<BatchResult>;
  outcome(runId: string): Promise<{ revisions: number; heldInSilver: number }>;
  openLog(runId: string): Promise<void>;
  closeLog(
    counts: Parameters<ReturnType<typeof createCollectFilesActivities>['closeCollectionLog']>[0],
  ): Promise<void>;
  close(): Promise<void>;
}

const quiet = new DefaultLogger('ERROR');

/** What the house says to API-Football, wherever a test has it answer. */
export const testKey = usualPlans.apiFootball.key;

let activities = 0;
/** Runs work as one attempt of an activity of its own. */
export function asActivity<T>(work: () => Promise<T>, logger: Logger = quiet): Promise<T> {
  activities += 1;
  const environment = new MockActivityEnvironment({ activityId: String(activities) }, { logger });
  return environment.run<[], T, () => Promise<T>>(work);
}

/** Runs work as an attempt of one activity, the first being 1. */
export const asAttempt = <T>(activityId: string, attempt: number, work: () => Promise<T>): Promise<T> =>
  new MockActivityEnvironment({ activityId, attempt }, { logger: quiet }).run<[], T, () => Promise<T>>(work);

/** Opens the house over a migrated database. */
export function openHouse(
  url: string,
  redactor = withoutSecrets,
  budgets: readonly ProviderBudget[] = [],
): TestHouse {
  const database = openDatabase(url, { applicationName: 'test-house', max: 6 });
  // The activities have the rights of their roles, the tests those of the owner.
  const pools = openRolePools(roleUrls(url, undefined), { processName: 'test-house', max: 4 });
  const { pool, db } = pools.writer;
  const access = (key: string) => ({ url: undefined, key });
  const keys = {
    apiFootball: access(testKey),
    oddsApi: access(usualPlans.oddsApi.key),
    scoresApi: access(usualPlans.scoresApi.key),
  };
  const providers = providersOf(keys, () => instant(Date.now()));
  const collecting = createCollectFilesActivities({
    pool,
    db,
    providers,
    redactor,
    meters: createMeters(),
    budgets,
  });
  const refining = createRefineBronzeActivities({
    ...{ pool, adminPool: pools.admin.pool },
    providers: withStreamed(providers, ['data_collector']),
  });
  const pricing = createRefinePricesActivities({ pool });

  const house: TestHouse = {
    ...database,
    pools,
    list: async (location, dataSource = 'football_data', wanted = {}) =>
      (await asActivity(() => collecting.listSourceFiles({ dataSource, location, ...wanted }))).files,
    collectFile: (input) => asActivity(() => collecting.collectFile(input)),
    async collect(location, runId, reading = 'if-changed', dataSource = 'football_data') {
      const total = { rows: 0, stored: 0, duplicates: 0, held: 0 };
      for (const file of await house.list(location, dataSource)) {
        const counts = await house.collectFile({ file, runId, reading });
        total.rows += counts.rows;
        total.stored += counts.stored;
        total.duplicates += counts.duplicates;
        total.held += counts.held;
      }
      return total;
    },
    prepareSilver: () => asActivity(() => refining.prepareSilver({})),
    refineBatch: (limit) => asActivity(() => refining.refineBatch({ limit })),
    pricesBatch: (limit) => asActivity(() => pricing.refinePrices({ limit })),
    async refinePrices({ limit = 500, sideBySide = 1 } = {}) {
      const total = { claimed: 0, done: 0, held: 0 };
      const untilNothingIsLeft = async (): Promise<void> => {
        for (;;) {
          const batch = await house.pricesBatch(limit);
          if (batch.claimed + batch.matches === 0) return;
          total.claimed += batch.claimed;
          total.done += batch.done;
          total.held += batch.held;
        }
      };
      await Promise.all(Array.from({ length: sideBySide }, untilNothingIsLeft));
      return total;
    },
    async refine({ limit = 2_000, sideBySide = 1 } = {}) {
      await house.prepareSilver();
      const total = { claimed: 0, done: 0, held: 0 };
      const untilNothingIsPending = async (): Promise<void> => {
        for (;;) {
          const batch = await house.refineBatch(limit);
          if (batch.claimed === 0) return;
          total.claimed += batch.claimed;
          total.done += batch.done;
          total.held += batch.held;
        }
      };
      await Promise.all(Array.from({ length: sideBySide }, untilNothingIsPending));
      await house.refinePrices({ sideBySide });
      return total;
    },
    async rebuild(options) {
      await asActivity(() => refining.clearSilver({}));
      return await house.refine(options);
    },
    outcome: (runId) => asActivity(() => collecting.importOutcome({ runId })),
    openLog: (runId) =>
      asActivity(() =>
        collecting.openCollectionLog({ runId, dataSource: 'football_data', collectionType: 'history' }),
      ),
    closeLog: (counts) => asActivity(() => collecting.closeCollectionLog(counts)),
    async close() {
      await pools.close();
      await database.db.destroy();
    },
  };
  return house;
}
