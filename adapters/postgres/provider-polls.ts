import type pg from 'pg';
import type { DataKind } from '../../schemas/records/live.js';
import type { Instant } from '../../schemas/values.js';
import type { Row } from './row.js';

/** What a source is asked about: the prices of one of its leagues, the line-ups of one of its matches. */
export interface PollSubject {
  readonly dataSource: string;
  readonly kind: DataKind;
  /** In the source's words: `soccer_epl`, `1035037`, `live`. */
  readonly subject: string;
}

interface PollColumns {
  readonly dataSource: 'provider_polls.data_source';
  readonly subject: 'provider_polls.subject';
  readonly askedAt: 'provider_polls.asked_at';
  readonly answeredAt: 'provider_polls.answered_at';
  readonly etag: 'provider_polls.etag';
}

/** When a subject was asked about last, and answered. */
export type Poll = Row<PollColumns>;

/** The last polls of a kind, of every source. */
export async function pollsOf(client: pg.Pool | pg.ClientBase, kind: DataKind): Promise<Poll[]> {
  const { rows } = await client.query<Row<PollColumns>>(
    `select data_source as "dataSource", subject, asked_at as "askedAt", answered_at as "answeredAt", etag
     from provider_polls where kind = $1`,
    [kind],
  );
  return rows;
}

/** Notes that a subject is asked about, before its first request. */
export async function noteAsked(
  client: pg.Pool | pg.ClientBase,
  { dataSource, kind, subject }: PollSubject,
  at: Instant,
): Promise<void> {
  await client.query(
    `insert into provider_polls (data_source, kind, subject, asked_at) values ($1, $2, $3, $4)
     on conflict (data_source, kind, subject) do update set asked_at = excluded.asked_at`,
    [dataSource, kind, subject, new Date(at)],
  );
}

/** What an answer came to. */
export interface PollAnswer {
  readonly at: Instant;
  readonly etag: string | null;
  readonly told: number;
  readonly rejected: number;
  readonly changed: number;
}

/** Notes what the last answer about a subject came to, in the transaction that stores it. */
export async function noteAnswered(
  client: pg.ClientBase,
  { dataSource, kind, subject }: PollSubject,
  { at, etag, told, rejected, changed }: PollAnswer,
): Promise<void> {
  await client.query(
    `update provider_polls set answered_at = $4, etag = $5, told_count = $6, rejected_count = $7, changed_count = $8,
       unchanged_since = case when $8 = 0 then coalesce(unchanged_since, answered_at, $4) end,
       failures_in_a_row = 0, error_message = null
     where data_source = $1 and kind = $2 and subject = $3`,
    [dataSource, kind, subject, new Date(at), etag, told, rejected, changed],
  );
}

/** Notes that a subject was answered as it was before: what its last answer came to still stands. */
export async function noteSameAnswer(
  client: pg.ClientBase,
  { dataSource, kind, subject }: PollSubject,
  at: Instant,
): Promise<void> {
  await client.query(
    `update provider_polls set answered_at = $4, changed_count = 0, unchanged_since = coalesce(unchanged_since, answered_at, $4),
       failures_in_a_row = 0, error_message = null
     where data_source = $1 and kind = $2 and subject = $3`,
    [dataSource, kind, subject, new Date(at)],
  );
}

/** Notes that a subject could not be asked about, or was not answered; the message holds no secret. */
export async function noteFailed(
  client: pg.Pool | pg.ClientBase,
  { dataSource, kind, subject }: PollSubject,
  message: string,
): Promise<void> {
  await client.query(
    `update provider_polls set failures_in_a_row = failures_in_a_row + 1, error_message = $4
     where data_source = $1 and kind = $2 and subject = $3`,
    [dataSource, kind, subject, message],
  );
}
