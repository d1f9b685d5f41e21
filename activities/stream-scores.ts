import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { noteAsked, noteFailed, type PollSubject } from '../adapters/postgres/provider-polls.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import { scoresApi } from '../adapters/providers/scores_api/scores-api.js';
import { selectionParameters, type MatchSelection } from '../adapters/providers/scores_api/scores.js';
import { streamScores } from '../adapters/providers/scores_api/stream.js';
import type { Answer } from '../adapters/providers/wire/endpoint.js';
import type { Connection } from '../adapters/providers/wire/prepare.js';
import { nowBy, realSpan, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { scoreRow } from '../domain/collect/told-row.js';
import { DependencyAway, TouchlineError } from '../schemas/errors.js';
import type { ToldEvent, ToldScore } from '../schemas/records/live.js';
import { instant, type Instant } from '../schemas/values.js';
import { batched } from './batched.js';
import { countingCollection } from './collection-meter.js';
import { storePage } from './collect-told.js';
import type { ReportPhase } from './heartbeating.js';
import { recordFailedRequest } from './failed-requests.js';
import type { CollectScoresDeps } from './score-feeds.js';
import { budgetHooks, wasNotAsked } from './spend-budget.js';
import { storePolledMatches } from './store-polled-matches.js';
import { timeLimit } from '../adapters/time-limit.js';

/** A run listens from its beginning until just before the next one (SCH-1), however many attempts it took. */
const listenMs = 105_000;
/** An attempt that begins when that is nearly over takes at least a snapshot. */
const shortestMs = 5_000;
const firstWaitMs = 1_000;
const longestWaitMs = 30_000;

interface Told {
  readonly answer: Answer<ToldEvent | ToldScore>;
  readonly at: Instant;
}

export interface StreamedScores {
  readonly matches: MatchSelection;
  readonly reportPhase: ReportPhase;
  readonly clock?: SimulatedClock | undefined;
}

/** Scores told = stored + unchanged. */
interface Counts {
  told: number;
  stored: number;
  unchanged: number;
  rejected: number;
}

const path = '/v1/stream';

/**
 * Listens to the stream of the feed and stores each message as of when it came; those that come while others are stored go with one
 * transaction. Connects again where the stream ends, each time out of the budget. To be run within an activity; may be killed at any
 * instant and run again: the stream begins with how everything stands.
 * @throws the last reason why the stream ended, where nothing was heard in all the time.
 */
export async function streamToldScores(
  deps: CollectScoresDeps,
  { matches, clock, reportPhase }: StreamedScores,
): Promise<Readonly<Counts>> {
  const { pool, db, meters, redactor } = deps;
  const now = (): Instant => nowBy(clock, Date.now());
  const poll: PollSubject = { dataSource: scoresApi.dataSource, kind: 'scores', subject: 'stream' };
  const { url, key } = deps.scoresApi;
  const connection: Connection = { provider: scoresApi, url: url?.replace(/^ws/, 'http'), key, clock: now };
  const hooks = budgetHooks(deps, { provider: poll.dataSource, priority: 'live', clock });
  const { cancellationSignal, info } = Context.current();
  const listenUntil = Math.max(
    info.scheduledTimestampMs + spanBy(clock, listenMs),
    Date.now() + spanBy(clock, shortestMs),
  );
  const timeIsUp = timeLimit(Math.ceil(listenUntil - Date.now()));
  const signal = AbortSignal.any([timeIsUp, cancellationSignal]);
  const total: Counts = { told: 0, stored: 0, unchanged: 0, rejected: 0 };

  const store = async (batch: readonly Told[]): Promise<void> => {
    const pages = await inTransaction(pool, async (transaction) => {
      await storePolledMatches(transaction, { connection, ...together(batch), reportPhase });
      const stored = [];
      for (const { answer, at } of batch) {
        stored.push(
          await storePage(
            transaction,
            { kind: 'scores', rowOf },
            { poll, answer, at, published: deps.published },
          ),
        );
      }
      return stored;
    });
    for (const page of pages) {
      total.told += page.told;
      total.stored += page.stored;
      total.unchanged += page.unchanged;
      total.rejected += page.rejected;
    }
  };
  async function* heard(): AsyncGenerator<Told, void, undefined> {
    for await (const answer of streamScores(connection, { matches, signal })) yield { answer, at: now() };
  }

  let heardAnything = false;
  let requestNo = 0;
  const listen = async (): Promise<void> => {
    await hooks.beforeRequest?.({ path, parameters: selectionParameters(matches), cost: 1 });
    await inTransaction(pool, ({ client }) => noteAsked(client, poll, now()));
    for await (const batch of batched(heard())) {
      await store(batch);
      heardAnything = true;
    }
  };
  await countingCollection(meters, { dataSource: poll.dataSource, collectionType: 'scores' }, async () => {
    for (let waitMs = firstWaitMs; !signal.aborted; waitMs = Math.min(longestWaitMs, 2 * waitMs)) {
      const before = total.told;
      try {
        await listen();
      } catch (error) {
        if (timeIsUp.aborted) break;
        if (error instanceof TouchlineError) {
          await recordFailedRequest(db, { endpoint: path, httpStatus: null, requestNo, error }, redactor);
          if (!wasNotAsked(error)) {
            await inTransaction(pool, ({ client }) => noteFailed(client, poll, redactor.text(error.message)));
          }
        }
        // A key that is refused, or a budget that is spent, is so for the next connection too.
        if (!(error instanceof DependencyAway)) throw error;
        if (!heardAnything && waitMs === longestWaitMs) throw error;
        if (total.told > before) waitMs = firstWaitMs;
      }
      requestNo += 1;
      await sleep(spanBy(clock, waitMs), undefined, { signal }).catch(() => undefined);
    }
    cancellationSignal.throwIfAborted();
  });
  return total;
}

/** In real milliseconds, never longer than by a clock that does not hurry: one may stand still. */
const spanBy = (clock: SimulatedClock | undefined, milliseconds: number): number =>
  Math.min(milliseconds, realSpan(clock, milliseconds));

/** Messages that came meanwhile, as one answer that was here when the last of them was. */
function together(batch: readonly Told[]): Told {
  const answers = batch.map(({ answer }) => answer);
  return {
    answer: {
      told: answers.flatMap(({ told }) => told),
      rejected: answers.flatMap(({ rejected }) => rejected),
      unknownFields: [...new Set(answers.flatMap(({ unknownFields }) => unknownFields))],
      next: null,
    },
    at: instant(Math.max(...batch.map(({ at }) => at))),
  };
}

const rowOf = (record: ToldEvent | ToldScore, raw: unknown) =>
  'score' in record ? scoreRow(record, raw) : null;
