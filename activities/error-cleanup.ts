import type { Kysely } from 'kysely';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { removeErrorsBefore } from '../adapters/postgres/error-log.js';
import type { Database } from '../adapters/postgres/open-database.js';
import { heartbeating } from './heartbeating.js';

const dayMs = 24 * 3_600_000;
const linesPerStatement = 10_000;

/** Activities that keep the error log short; `db` may delete from it. */
export function createErrorCleanupActivities({ db }: { readonly db: Kysely<Database> }) {
  return {
    /** Removes the lines that are older than so many days, batch by batch. Killed on the way, it goes on where it was. */
    async removeOldErrors({ keepDays }: { readonly keepDays: number }): Promise<{ removed: number }> {
      return await heartbeating(async (reportPhase) => {
        const cutoff = new Date(Date.now() - keepDays * dayMs);
        let removed = 0;
        for (;;) {
          const lines = await reachingPostgres(() =>
            removeErrorsBefore(db, { cutoff, atMost: linesPerStatement }),
          );
          removed += lines;
          if (lines < linesPerStatement) return { removed };
          reportPhase('errors.remove', { removed });
        }
      });
    },
  };
}
