import type { OpenDatabase } from '../adapters/postgres/open-database.js';
import type { CommandContext } from './command.js';
import type { Stack } from './with-stack.js';

/** Whose rights a command needs, and its word in pg_stat_activity. */
interface Session {
  readonly role: 'reader' | 'writer' | 'admin';
  readonly name: string;
}

/** Hands the work the home's Postgres with the rights of a role, and the stack; one is started for its length where none runs. */
export async function withDatabase<T>(
  context: CommandContext,
  { role, name }: Session,
  work: (database: OpenDatabase, stack: Stack) => Promise<T>,
): Promise<T> {
  const { withStack } = await import('./with-stack.js');
  const { openDatabase } = await import('../adapters/postgres/open-database.js');
  const { sessionName } = await import('../adapters/postgres/roles.js');
  const { reachingPostgres } = await import('../adapters/postgres/away.js');
  return withStack(context, async (stack) => {
    const database = openDatabase(stack.status.postgres[role], {
      applicationName: sessionName(role, name),
      max: 2,
    });
    return reachingPostgres(() => work(database, stack)).finally(() => database.db.destroy());
  });
}
