import type pg from 'pg';
import {
  noteAnswered,
  noteAsked,
  noteFailed,
  noteSameAnswer,
  type PollSubject,
} from '../adapters/postgres/provider-polls.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import type { Redactor } from '../adapters/redaction/redactor.js';
import type { SourceFile } from '../schemas/records/source-file.js';
import type { Instant } from '../schemas/values.js';
import { wasNotAsked } from './spend-budget.js';
import type { StoredFile } from './store-edition.js';

/** Notes how it goes with a list that is asked for. */
export interface ListPoll {
  asked(): Promise<void>;
  /** It says what its newest edition says. */
  answeredTheSame(): Promise<void>;
  /** In the transaction that stores it. */
  answered(client: pg.ClientBase, stored: StoredFile): Promise<void>;
  failed(error: unknown): Promise<void>;
}

/** History says nothing of how its source is today: it is read from wherever it lies. */
export const unnotedPoll: ListPoll = {
  asked: () => Promise.resolve(),
  answeredTheSame: () => Promise.resolve(),
  answered: () => Promise.resolve(),
  failed: () => Promise.resolve(),
};

/** Notes in provider_polls how it goes with a list while its season runs. */
export function notedPoll(
  { pool, redactor }: { readonly pool: pg.Pool; readonly redactor: Redactor },
  { dataSource, uri }: SourceFile,
  now: () => Instant,
): ListPoll {
  const poll: PollSubject = { dataSource, kind: 'fixtures', subject: uri };
  const note = (work: (client: pg.ClientBase) => Promise<void>): Promise<void> =>
    inTransaction(pool, ({ client }) => work(client));
  return {
    asked: () => note((client) => noteAsked(client, poll, now())),
    answeredTheSame: () => note((client) => noteSameAnswer(client, poll, now())),
    answered: (client, { counts, unreadable, news }) =>
      noteAnswered(client, poll, {
        ...{ at: now(), etag: null, told: counts.rows - unreadable, rejected: unreadable, changed: news },
      }),
    async failed(error) {
      if (wasNotAsked(error)) return;
      const message = redactor.text(error instanceof Error ? error.message : String(error));
      await note((client) => noteFailed(client, poll, message));
    },
  };
}
