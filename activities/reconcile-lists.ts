import { Context } from '@temporalio/activity';
import type { Meters } from '../adapters/metrics/meters.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import {
  endReconciliation,
  houseStandings,
  openGaps,
  openReconciliation,
  settleGaps,
  storeGaps,
  type ReconciliationName,
} from '../adapters/postgres/reconciliations.js';
import { latestEdition } from '../adapters/postgres/source-editions.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import type { MatchFileProvider } from '../adapters/providers/provider.js';
import { cleanVersion } from '../domain/clean/sighting.js';
import { nowBy, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { listGaps, whyLeft, type ListedRow } from '../domain/quality/list-gaps.js';
import { BadInput, DependencyAway, ProviderAway } from '../schemas/errors.js';
import type { ListComparison, SourceReconciliation } from '../schemas/jobs/reconcile.js';
import type { HouseStanding, ReconciliationGap } from '../schemas/records/reconciliation.js';
import type { SourceFile } from '../schemas/records/source-file.js';
import type { Instant } from '../schemas/values.js';
import { oncePerAttempt, type CollectFilesDeps } from './collect-files.js';
import { recordFailedRequest } from './failed-requests.js';
import { heartbeating } from './heartbeating.js';
import { budgetHooks } from './spend-budget.js';
import { planFile } from './plan-file.js';

/** The run's comparison of a source's lists. */
interface RunOfSource extends Omit<ReconciliationName, 'kind'> {
  readonly clock?: SimulatedClock;
}
const kind = 'matches' as const;

/** Activities that compare what a source's lists say with what the house has. They write no match: filling is collection's. */
export function createReconcileListsActivities(deps: CollectFilesDeps) {
  const { pool, db, providers, redactor, meters } = deps;
  const now = (clock?: SimulatedClock): Instant => nowBy(clock, Date.now());
  const providerOf = (dataSource: string): MatchFileProvider => {
    const provider = providers[dataSource];
    if (provider === undefined)
      throw new BadInput(`There is no provider ${dataSource}`, { object: dataSource });
    return provider;
  };

  return {
    /** Opens the run's line for a source. */
    async beginReconciliation({ clock, ...run }: RunOfSource): Promise<void> {
      await reachingPostgres(() => openReconciliation(pool, { ...run, kind }, now(clock)));
    },

    /**
     * Asks for a list whole, whatever its ETag, and stores where it and the house differ. A list that is not there has no gaps: sources
     * that know nothing look alike.
     * @throws BadInput where it cannot be read, DependencyAway and QuotaExhausted as fetching does.
     */
    async compareList({
      file,
      runId,
      clock,
    }: {
      readonly file: SourceFile;
      readonly runId: string;
      readonly clock?: SimulatedClock;
    }): Promise<ListComparison> {
      return await heartbeating(async () => {
        const provider = providerOf(file.dataSource);
        const answer = await provider
          .fetchFile({
            ...{ file, now: now(clock), etag: null, retryAfterMs: oncePerAttempt },
            signal: Context.current().cancellationSignal,
            onFailedRequest: (failed) => recordFailedRequest(db, failed, redactor),
            hooks: budgetHooks(deps, { provider: file.dataSource, priority: 'fixtures', clock }),
          })
          .catch((error: unknown) => {
            throw error instanceof ProviderAway
              ? new DependencyAway(error.message, error.subject, error)
              : error;
          });
        if (answer === 'absent' || answer === 'not-modified') return { matches: 0, found: 0, fillable: 0 };
        const parsed = provider.parseFile(answer.bytes, file.uri);
        return await inTransaction(pool, async (transaction) => {
          const latest = await latestEdition(transaction.db, file);
          const planned = await planFile({ transaction, provider, file, parsed, latest });
          const rows = listedRows(provider, file, planned);
          const keys = rows.flatMap(({ key }) => (key === null ? [] : [key]));
          const gaps = listGaps(file.kind, rows, await houseStandings(transaction.client, file, keys));
          const run = { runId, dataSource: file.dataSource, kind };
          await storeGaps(transaction.client, run, file.uri, gaps, now(clock));
          return { matches: rows.length, found: gaps.length, fillable: gaps.filter(isFillable).length };
        });
      });
    },

    /** Compares the run's gaps with the house once more: what is filled, what was left and why. Also after a run that was cut off. */
    async settleReconciliation({ clock, ...run }: RunOfSource): Promise<SourceReconciliation> {
      return await inTransaction(pool, async ({ client }) => {
        const gaps = await openGaps(client, { ...run, kind });
        const standings = new Map<string, ReadonlyMap<string, HouseStanding>>();
        for (const uri of new Set(gaps.map((gap) => gap.uri))) {
          const { dataSource } = run;
          standings.set(uri, await houseStandings(client, { dataSource, uri }, []));
        }
        await settleGaps(
          client,
          gaps.map((gap) => ({
            id: gap.id,
            left: whyLeft(gap, gap.key === null ? undefined : standings.get(gap.uri)?.get(gap.key)),
          })),
          now(clock),
        );
        return await endReconciliation(client, { ...run, kind }, now(clock));
      }).then((ended) => countedReconciliation(meters, run.dataSource, ended));
    },
  };
}

/** Counts what a run found and filled in its metrics, once. */
export function countedReconciliation(
  meters: Meters,
  dataSource: string,
  { found, filled, endedNow }: Awaited<ReturnType<typeof endReconciliation>>,
): SourceReconciliation {
  const labels = { data_source: dataSource };
  meters.add('football_reconciliation_gaps_found_total', labels, endedNow ? found : 0);
  meters.add('football_reconciliation_gaps_filled_total', labels, endedNow ? filled : 0);
  return { found, filled, left: found - filled };
}

/** What the ordinary way may fill; a person has to look at the rest. */
const isFillable = ({ kind }: ReconciliationGap): boolean => kind !== 'held';

/** The rows of a list, each with the key that collection would give it. */
function listedRows(
  provider: MatchFileProvider,
  file: SourceFile,
  { lines, plan, versions }: Awaited<ReturnType<typeof planFile>>,
): ListedRow[] {
  const lineOf = new Map(lines.map((line) => [line.rowNo, line]));
  const zones = new Map(provider.divisions.map(({ externalId, league }) => [externalId, league.timeZone]));
  const unreadable = new Set(versions.filter(({ key }) => key === null).map(({ rawId }) => rawId));
  return plan.rows.flatMap((row): ListedRow[] => {
    const line = lineOf.get(row.rowNo);
    if (line === undefined || row.kind === 'repeat') return [];
    const { key } = row;
    const content = line.content.toString('hex');
    if (row.kind === 'held')
      return [{ key, content, reading: { kind: 'held', reason: `${row.field}: ${row.reason}` } }];
    if (line.reading.kind === 'unreadable') {
      const { field, reason } = line.reading;
      return [{ key, content, reading: { kind: 'held', reason: `${field}: ${reason}` } }];
    }
    if (row.kind === 'known' && unreadable.has(row.rawId)) {
      return [
        { key, content, reading: { kind: 'held', reason: 'row: contradicts another row of the list' } },
      ];
    }
    const outcome = provider.readRow(line.raw, file);
    if (outcome.kind === 'unreadable') {
      return [{ key, content, reading: { kind: 'held', reason: `${outcome.field}: ${outcome.reason}` } }];
    }
    const { match, problems } = outcome;
    const { clean } = cleanVersion(
      { rawId: 0, match, problems },
      zones.get(match.division) ?? match.timeZone,
    );
    const says =
      clean === undefined
        ? null
        : {
            ...{ kickOff: clean.kickoff.at, status: clean.status },
            ...{ homeScore: match.homeScore, awayScore: match.awayScore },
          };
    return [{ key, content, reading: { kind: 'read', says } }];
  });
}
