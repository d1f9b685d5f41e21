import type pg from 'pg';

/**
 * Batches of refine pass side by side; what changes the tables as a whole (making partitions, emptying silver) waits until
 * none is inside and keeps others out. Both end with the transaction.
 */
const gate = 'hashtextextended($1, 2)';
const name = 'touchline.silver';

/** Enters beside other batches. */
export async function enterSilver(client: pg.ClientBase): Promise<void> {
  await client.query(`select pg_advisory_xact_lock_shared(${gate})`, [name]);
}

/** Enters alone. */
export async function closeSilver(client: pg.ClientBase): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(${gate})`, [name]);
}
