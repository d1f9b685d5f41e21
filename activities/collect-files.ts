import { Context } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import type { Meters } from '../adapters/metrics/meters.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import {
  closeLog,
  importResults,
  openLog,
  type ImportResults,
  type LogCounts,
} from '../adapters/postgres/collection-log.js';
import type { Database } from '../adapters/postgres/open-database.js';
import { latestEdition, type StoredEdition } from '../adapters/postgres/source-editions.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import type { MatchFileProvider, ProviderRegistry } from '../adapters/providers/provider.js';
import { daysOfSeason } from '../adapters/providers/read-values.js';
import type { Redactor } from '../adapters/redaction/redactor.js';
import type { Priority, ProviderBudget } from '../schemas/budgets.js';
import { nowBy, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { BadInput, DependencyAway, ProviderAway } from '../schemas/errors.js';
import type { ImportHistoryInput } from '../schemas/jobs/import-history.js';
import type { FetchedFile, SourceFile } from '../schemas/records/source-file.js';
import { toIso, type Instant } from '../schemas/values.js';
import { countingCollection, knownCollections } from './collection-meter.js';
import { recordFailedRequest } from './failed-requests.js';
import { heartbeating, type ReportPhase } from './heartbeating.js';
import { notedPoll, unnotedPoll } from './list-poll.js';
import type { Published } from './publish-bronze.js';
import { budgetHooks } from './spend-budget.js';
import { storeFetchedFile, type CollectCounts } from './store-edition.js';
import { watchStaleFile } from './watch-stale-file.js';

export interface CollectFilesDeps {
  readonly pool: pg.Pool;
  readonly db: Kysely<Database>;
  readonly providers: ProviderRegistry;
  /** Knows the secrets that no log may keep. */
  readonly redactor: Redactor;
  readonly meters: Meters;
  /** Of the providers whose requests are counted. */
  readonly budgets: readonly ProviderBudget[];
  /** What is published on Kafka of what is stored; absent: nothing. */
  readonly published?: Published | undefined;
}

export interface ListSourceFilesInput {
  readonly dataSource: string;
  readonly location: string;
  readonly seasons?: readonly string[];
  readonly divisions?: readonly string[];
  readonly clock?: SimulatedClock;
}

export interface CollectFileInput {
  readonly file: SourceFile;
  /** `<workflowId>/<runId>`: an edition stored by this run is not stored again. */
  readonly runId: string;
  /** `always` reads and compares every row even where the file is the one stored last. */
  readonly reading: 'if-changed' | 'always';
  /** Absent: history. A list of fixtures is asked for again later where its source is away, and before history where requests are few. */
  readonly collectionType?: CollectionType;
  readonly clock?: SimulatedClock;
}

type CollectionType = NonNullable<ImportHistoryInput['collectionType']>;

/** Every row of a file that did not change is a duplicate. */
const unchanged = ({ rows }: StoredEdition): CollectCounts => ({
  rows,
  stored: 0,
  duplicates: rows,
  held: 0,
});
const nothing: CollectCounts = { rows: 0, stored: 0, duplicates: 0, held: 0 };

/** Activities that bring a provider's files to bronze, one edition a file and transaction. */
export function createCollectFilesActivities(deps: CollectFilesDeps) {
  const { pool, db, providers, redactor, meters } = deps;
  knownCollections(
    meters,
    Object.keys(providers).flatMap((dataSource) =>
      (['history', 'fixtures'] as const).map((collectionType) => ({ dataSource, collectionType })),
    ),
  );
  const providerOf = (dataSource: string): MatchFileProvider => {
    const provider = providers[dataSource];
    if (provider !== undefined) return provider;
    throw new BadInput(`There is no provider ${dataSource}`, {
      object: dataSource,
      advice: `Use one of: ${Object.keys(providers).join(', ')}.`,
    });
  };
  const now = (clock?: SimulatedClock): Instant => nowBy(clock, Date.now());

  return {
    /**
     * The files that a folder or a URL tree offers, ordered by uri.
     * @throws BadInput when the location or a season cannot be used.
     */
    async listSourceFiles(input: ListSourceFilesInput): Promise<{ files: SourceFile[] }> {
      const { dataSource, location, seasons, divisions, clock } = input;
      return await heartbeating(async () => {
        const provider = providerOf(dataSource);
        return { files: await provider.listFiles({ location, seasons, divisions, now: now(clock) }) };
      });
    },

    /**
     * Brings one file to bronze. stored + duplicates + held = rows, the file's data rows. A file that is not there has none.
     * May be killed at any instant and run again: what this run has stored already is found by its run id.
     * @throws BadInput when the file cannot be read or is no such file; DependencyAway and QuotaExhausted as fetching does.
     */
    async collectFile(input: CollectFileInput): Promise<CollectCounts> {
      const { file, runId, reading, collectionType = 'history', clock } = input;
      const poll =
        collectionType === 'history' ? unnotedPoll : notedPoll({ pool, redactor }, file, () => now(clock));
      const theSame = async (counts: CollectCounts): Promise<CollectCounts> => {
        await poll.answeredTheSame();
        await watchStaleFile(pool, providerOf(file.dataSource), file, now(clock));
        return counts;
      };
      const collect = async (reportPhase: ReportPhase): Promise<CollectCounts> => {
        const provider = providerOf(file.dataSource);
        const latest = await reachingPostgres(() => latestEdition(db, file));
        if (latest?.runId === runId) return countsOf(latest);

        await poll.asked();
        const etag = reading === 'if-changed' && latest?.fetchedFrom === file.location ? latest.etag : null;
        const answer = await provider.fetchFile({
          file,
          now: now(clock),
          etag,
          signal: Context.current().cancellationSignal,
          ...(collectionType === 'fixtures' ? { retryAfterMs: oncePerAttempt } : {}),
          onFailedRequest: (failed) => recordFailedRequest(db, failed, redactor),
          hooks: budgetHooks(deps, {
            provider: file.dataSource,
            priority: priorityOf(collectionType, file, now(clock)),
            clock,
          }),
        });
        if (answer === 'absent') return await theSame(nothing);
        if (answer === 'not-modified') {
          return await theSame(latest === undefined ? nothing : unchanged(latest));
        }
        const fetched = knownSince(now(clock), answer);
        if (reading === 'if-changed' && latest?.sha256 === fetched.sha256) {
          return await theSame(unchanged(latest));
        }

        const parsed = provider.parseFile(fetched.bytes, file.uri);
        const counts = await inTransaction(pool, async (transaction) => {
          const stored = await storeFetchedFile({
            ...{ transaction, provider, file, runId, fetched, parsed, reportPhase },
            // Of what is imported nobody waits for news.
            published: collectionType === 'fixtures' ? deps.published : undefined,
          });
          await poll.answered(transaction.client, stored);
          return stored.counts;
        });
        await watchStaleFile(pool, providerOf(file.dataSource), file, now(clock));
        return counts;
      };
      return await heartbeating((reportPhase) =>
        countingCollection(meters, { dataSource: file.dataSource, collectionType }, () =>
          collect(reportPhase),
        ).catch(async (error: unknown) => {
          await poll.failed(error);
          throw collectionType === 'fixtures' ? laterAgain(error) : error;
        }),
      );
    },

    /** Opens the run's line in data_collection_logs; a line that is open already stays as it is. */
    async openCollectionLog(input: {
      readonly runId: string;
      readonly dataSource: string;
      readonly collectionType: string;
    }): Promise<void> {
      await reachingPostgres(() => openLog(db, { ...input, startTime: new Date() }));
    },

    /**
     * Completes the run's line: SUCCESS without failures, PARTIAL where some succeeded, FAILED where none did.
     * Also called when the run fails.
     */
    async closeCollectionLog(input: LogCounts): Promise<void> {
      await reachingPostgres(() => closeLog(db, { ...input, endTime: new Date() }, redactor));
    },

    /** What the editions of this run changed in silver, counted from the tables, so that a killed activity loses no count. */
    async importOutcome({ runId }: { readonly runId: string }): Promise<ImportResults> {
      return await reachingPostgres(() => importResults(db, runId));
    },
  };
}

/** A season that is over can wait for what is not. */
function priorityOf(collectionType: CollectionType, { season }: SourceFile, now: Instant): Priority {
  const isOver = season !== null && daysOfSeason(season).last < toIso(now).slice(0, 10);
  return collectionType === 'history' || isOver ? 'backfill' : 'fixtures';
}

/** What an answer says is known once it is here, however long it was waited for. */
const knownSince = (received: Instant, fetched: FetchedFile): FetchedFile => ({
  ...fetched,
  fetchedAt: received,
  ...(fetched.editionTimeBasis === 'fetched' ? { editionTime: received } : {}),
});

/** Temporal makes four attempts of a list of fixtures; four requests in each would be sixteen (COL-10). */
export const oncePerAttempt: readonly number[] = [];

/** A source that was away for one call is asked again in some minutes (SCH-7), where a person does not wait for it. */
const laterAgain = (error: unknown): unknown =>
  error instanceof ProviderAway ? new DependencyAway(error.message, error.subject, error) : error;

const countsOf = ({ rows, stored, duplicates, held }: StoredEdition): CollectCounts => ({
  rows,
  stored,
  duplicates,
  held,
});
