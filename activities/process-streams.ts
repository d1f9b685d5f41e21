import { Context } from '@temporalio/activity';
import type pg from 'pg';
import { reachingPostgres } from '../adapters/postgres/away.js';
import type { Computed, Row } from '../adapters/postgres/row.js';
import { refineScoredKeys } from '../adapters/postgres/scored-keys.js';
import { awaitLanded } from '../adapters/postgres/streams/landed.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import { heartbeating } from './heartbeating.js';

export interface ProcessStreamsDeps {
  /** The writer's. */
  readonly pool: pg.Pool;
  /** Producers of others whose messages are taken. */
  readonly streamSources: readonly string[];
}

/** Activities between bronze and silver, of what messages brought. */
export function createProcessStreamsActivities({ pool, streamSources }: ProcessStreamsDeps) {
  return {
    /** Sends the matches to refine of which scores came by messages; the count is of matches. */
    async sendStreamedScores(): Promise<{ matches: number }> {
      let matches = 0;
      for (const dataSource of streamSources) {
        const { known } = await inTransaction(pool, ({ client }) => refineScoredKeys(client, dataSource));
        matches += known;
      }
      return { matches };
    },

    /** Waits until bronze has something that is pending, at most for so long. */
    async awaitPending({ forMs }: { readonly forMs: number }): Promise<{ pending: boolean }> {
      return await heartbeating(async () => {
        const { cancellationSignal: signal } = Context.current();
        return {
          pending: await reachingPostgres(() => awaitLanded(pool, { forMs, signal, look: somePending })),
        };
      });
    },
  };
}

async function somePending(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<Row<{ pending: Computed<boolean> }>>(
    `select exists (select from raw_odds_data where process_status = 'pending')
       or exists (select from raw_scores_data where process_status = 'pending')
       or exists (select from raw_match_data where process_status = 'pending' and match_time is not null) as pending`,
  );
  return rows[0]?.pending ?? false;
}
