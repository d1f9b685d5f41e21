import { Context } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import type { Meters } from '../adapters/metrics/meters.js';
import type { Database } from '../adapters/postgres/open-database.js';
import {
  noteAnswered,
  noteAsked,
  noteFailed,
  type PollAnswer,
  type PollSubject,
} from '../adapters/postgres/provider-polls.js';
import { keepRejected, keepUnknownFields } from '../adapters/postgres/told-findings.js';
import { fittedRow } from '../adapters/postgres/told-limits.js';
import { inTransaction, type Transaction } from '../adapters/postgres/transaction.js';
import { ask, type Page } from '../adapters/providers/wire/ask.js';
import type { Answer, Endpoint, RejectedPart } from '../adapters/providers/wire/endpoint.js';
import type { Connection } from '../adapters/providers/wire/prepare.js';
import type { Redactor } from '../adapters/redaction/redactor.js';
import { nowBy, realSpan, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import type { Priority, ProviderBudget } from '../schemas/budgets.js';
import { InvariantBroken } from '../schemas/errors.js';
import type { ToldKind, ToldRow } from '../schemas/records/told-row.js';
import type { Instant } from '../schemas/values.js';
import { countingCollection } from './collection-meter.js';
import { recordFailedRequest } from './failed-requests.js';
import type { Published } from './publish-bronze.js';
import { budgetHooks, wasNotAsked } from './spend-budget.js';
import { storeTold } from './store-told.js';

/** What asking a provider and storing its answer needs. */
export interface CollectToldDeps {
  readonly pool: pg.Pool;
  readonly db: Kysely<Database>;
  /** Knows the secrets that no log may keep. */
  readonly redactor: Redactor;
  readonly meters: Meters;
  readonly budgets: readonly ProviderBudget[];
  /** What is published on Kafka of what is stored; absent: nothing. */
  readonly published?: Published | undefined;
}

/** One question to a provider, and how its answer is stored. */
export interface ToldQuestion<Query, Record> {
  readonly kind: ToldKind;
  readonly connection: Connection;
  readonly endpoint: Endpoint<Query, Record>;
  readonly query: Query;
  /** What is asked about, in the provider's words. */
  readonly subject: string;
  readonly priority: Priority;
  readonly clock?: SimulatedClock | undefined;
  /** The row of a record; null for one that tells which match is meant and no more. */
  readonly rowOf: (record: Record, raw: unknown) => ToldRow | null;
  /** What else is stored of an answer, in its transaction. */
  readonly alongside?: (transaction: Transaction, answer: Answer<Record>, at: Instant) => Promise<void>;
}

/** What answers came to: told = stored + unchanged. Rejected parts are kept as findings. */
export interface ToldCounts {
  readonly told: number;
  readonly stored: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/** What a question came to. */
export interface CollectedTold extends ToldCounts {
  /** The provider's ids of the matches of which something new is stored, each once. */
  readonly changedMatches: readonly string[];
}

const requestLimitMs = 30_000;
/** By a fast clock nobody waits half a day for an answer; less than this would take a busy machine for a dead one. */
const shortestLimitMs = 2_000;

/** How long an answer is waited for, in real milliseconds. */
export const requestTimeout = (clock: SimulatedClock | undefined): number =>
  Math.max(shortestLimitMs, Math.min(requestLimitMs, realSpan(clock, requestLimitMs)));

/**
 * Asks a provider once, page by page, out of its budget, and stores each page in a transaction of its own. To be run within an activity; may be
 * killed at any instant and run again.
 * @throws what `ask` throws, and QuotaExhausted where the budget has nothing left. Each failed request is in error_logs, the failure in provider_polls,
 * unless nothing was asked.
 */
export async function collectTold<Query, Record>(
  deps: CollectToldDeps,
  question: ToldQuestion<Query, Record>,
): Promise<CollectedTold> {
  const { pool, redactor, meters } = deps;
  const { kind, subject, clock } = question;
  const now = (): Instant => nowBy(clock, Date.now());
  const { dataSource } = question.connection.provider;
  const poll: PollSubject = { dataSource, kind, subject };
  let isNoted = false;
  const granted = async (): Promise<void> => {
    if (isNoted) return;
    isNoted = true;
    await inTransaction(pool, ({ client }) => noteAsked(client, poll, now()));
  };
  return await countingCollection(meters, { dataSource, collectionType: kind }, async () => {
    const total = { told: 0, stored: 0, unchanged: 0, rejected: 0 };
    const changedMatches = new Set<string>();
    try {
      for await (const page of pagesOf(deps, question, granted)) {
        if (page.kind === 'not-modified') continue;
        const stored = await inTransaction(pool, (transaction) =>
          storePage(transaction, question, {
            ...{ poll, answer: page.answer, at: page.receivedAt, published: deps.published },
            before: { told: total.told, rejected: total.rejected, changed: total.stored },
          }),
        );
        total.told += stored.told;
        total.stored += stored.stored;
        total.unchanged += stored.unchanged;
        total.rejected += stored.rejected;
        for (const match of stored.changedMatches) changedMatches.add(match);
      }
    } catch (error) {
      if (!wasNotAsked(error)) {
        const message = redactor.text(error instanceof Error ? error.message : String(error));
        await inTransaction(pool, ({ client }) => noteFailed(client, poll, message));
      }
      throw error;
    }
    return { ...total, changedMatches: [...changedMatches] };
  });
}

/** The rows that `collectTold` would store of the answer to a question; nothing is stored, and no poll noted. To be run within an activity. */
export async function readTold<Query, Record>(
  deps: CollectToldDeps,
  question: ToldQuestion<Query, Record>,
): Promise<ToldRow[]> {
  const told: ToldRow[] = [];
  for await (const page of pagesOf(deps, question)) {
    if (page.kind === 'answer') told.push(...storableRows(question, page.answer).rows);
  }
  return told;
}

/**
 * The pages of the answer, out of the budget; each failed request is in error_logs.
 * @param granted called before each request that the budget allows: what it refuses is due again as if nobody had meant to ask
 */
function pagesOf<Query, Record>(
  deps: CollectToldDeps,
  { connection, endpoint, query, priority, clock }: ToldQuestion<Query, Record>,
  granted: () => Promise<void> = () => Promise.resolve(),
): AsyncGenerator<Page<Record>, void, undefined> {
  const asked = { ...connection, clock: () => nowBy(clock, Date.now()) };
  const budget = budgetHooks(deps, { provider: connection.provider.dataSource, priority, clock });
  return ask(asked, endpoint, query, {
    ...budget,
    async beforeRequest(request) {
      await budget.beforeRequest?.(request);
      await granted();
    },
    timeoutMs: requestTimeout(clock),
    signal: Context.current().cancellationSignal,
    onFailedRequest: (failed) => recordFailedRequest(deps.db, failed, deps.redactor),
  });
}

interface PageToStore<Record> {
  readonly poll: PollSubject;
  readonly answer: Answer<Record>;
  readonly at: Instant;
  readonly published?: Published | undefined;
  /** What the pages before it came to; absent for the first. */
  readonly before?: PageCounts;
}

type PageCounts = Pick<PollAnswer, 'told' | 'rejected' | 'changed'>;
const nothingBefore: PageCounts = { told: 0, rejected: 0, changed: 0 };

/** Stores one answer: its records, what was rejected of it, and what else the question wants stored. */
export async function storePage<Query, Record>(
  transaction: Transaction,
  question: Pick<ToldQuestion<Query, Record>, 'kind' | 'rowOf' | 'alongside'>,
  { poll, answer, at, published, before = nothingBefore }: PageToStore<Record>,
): Promise<CollectedTold> {
  const { client } = transaction;
  const { kind, alongside } = question;
  const { rows, refused } = storableRows(question, answer);
  await alongside?.(transaction, answer, at);
  const stored = await storeTold(transaction, { kind, dataSource: poll.dataSource, at, rows, published });
  if (stored.stored + stored.unchanged !== rows.length) {
    throw new InvariantBroken(`Of ${rows.length} records ${stored.stored + stored.unchanged} were stored`, {
      object: `${poll.dataSource} ${poll.subject}`,
    });
  }
  const rejected = [...answer.rejected, ...refused];
  await keepRejected(client, poll, rejected);
  await keepUnknownFields(client, poll, answer.unknownFields);
  await noteAnswered(client, poll, {
    at,
    etag: null,
    told: before.told + rows.length,
    rejected: before.rejected + rejected.length,
    changed: before.changed + stored.stored,
  });
  return { ...stored, rejected: rejected.length };
}

/** Of each record of an answer one row, and what of it cannot be stored. */
function storableRows<Query, Record>(
  { kind, rowOf }: Pick<ToldQuestion<Query, Record>, 'kind' | 'rowOf'>,
  answer: Answer<Record>,
): { readonly rows: ToldRow[]; readonly refused: RejectedPart[] } {
  const { fitting, refused } = thoseThatFit(
    kind,
    answer.told.flatMap(({ record, raw }) => rowOf(record, raw) ?? []),
  );
  const { rows, contradicted } = oncePerRecord(fitting);
  return { rows, refused: [...refused, ...contradicted] };
}

/** One record that no table can hold must not take the others of its answer with it. */
function thoseThatFit(
  kind: ToldKind,
  told: readonly ToldRow[],
): { readonly fitting: ToldRow[]; readonly refused: RejectedPart[] } {
  const fitting: ToldRow[] = [];
  const refused: RejectedPart[] = [];
  for (const row of told) {
    const fitted = fittedRow(kind, row);
    if (fitted.kind === 'fits') fitting.push(fitted.row);
    else refused.push({ ...fitted, raw: row.raw });
  }
  return { fitting, refused };
}

/** An answer that tells a record twice tells it once; where it contradicts itself the first word stands. */
function oncePerRecord(told: readonly ToldRow[]): { rows: ToldRow[]; contradicted: RejectedPart[] } {
  const first = new Map<string, ToldRow>();
  const contradicted: RejectedPart[] = [];
  for (const row of told) {
    const name = `${row.externalMatchId ?? ''}\n${row.recordKey}`;
    const before = first.get(name);
    if (before === undefined) first.set(name, row);
    else if (!before.content.equals(row.content)) {
      contradicted.push({
        field: row.recordKey === '' ? 'record' : row.recordKey,
        text: row.externalMatchId ?? '',
        reason: 'says something else than the same record before it in the answer',
        raw: row.raw,
      });
    }
  }
  return { rows: [...first.values()], contradicted };
}
