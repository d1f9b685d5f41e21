import type { OpenDatabase } from '../../adapters/postgres/open-database.js';
import type { CommandContext } from '../command.js';
import type { Stack } from '../with-stack.js';

/** Hands the work the stack of the home and a pool of its database. */
export async function withDatabase<T>(
  context: CommandContext,
  work: (database: OpenDatabase, stack: Stack) => Promise<T>,
): Promise<T> {
  const { withStack } = await import('../with-stack.js');
  const { openDatabase } = await import('../../adapters/postgres/open-database.js');
  return withStack(context, async (stack) => {
    const database = openDatabase(stack.status.postgres.admin, {
      applicationName: 'touchline admin review',
      max: 2,
    });
    return work(database, stack).finally(() => database.db.destroy());
  });
}
