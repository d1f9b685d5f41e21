import type { OpenDatabase } from '../adapters/postgres/open-database.js';
import type { CommandContext } from './command.js';

/** Whose rights a command needs, and its word in pg_stat_activity. */
interface Session {
  readonly role: 'reader' | 'admin';
  readonly name: string;
}

/** Hands the work a pool of the home's Postgres; a stack is started for its length where none runs. */
export async function withDatabase<T>(
  context: CommandContext,
  { role, name }: Session,
  work: (pool: OpenDatabase['pool']) => Promise<T>,
): Promise<T> {
  const { withStack } = await import('./with-stack.js');
  const { openDatabase } = await import('../adapters/postgres/open-database.js');
  const { reachingPostgres } = await import('../adapters/postgres/away.js');
  return withStack(context, async ({ status }) => {
    const { pool, db } = openDatabase(status.postgres[role], {
      applicationName: `touchline ${role} ${name}`,
      max: 2,
    });
    return reachingPostgres(() => work(pool)).finally(() => db.destroy());
  });
}
