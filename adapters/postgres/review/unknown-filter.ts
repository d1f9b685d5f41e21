import type pg from 'pg';
import { BadInput } from '../../../schemas/errors.js';
import type { Computed, Row } from '../row.js';
import type { FindingFilter } from './queue.js';

/**
 * Refuses a filter that can choose nothing because what it names is not there: an answer of "none" would hide a slip of the pen. Throws
 * {@link BadInput} with the types or leagues that there are.
 */
export async function refuseUnknown(
  client: Pick<pg.ClientBase, 'query'>,
  { type, league }: FindingFilter,
): Promise<void> {
  if (type !== undefined) await refuse(client, { name: '--type', value: type, known: knownTypes });
  if (league !== undefined) await refuse(client, { name: '--league', value: league, known: knownLeagues });
}

const knownTypes = 'select distinct error_type as name from data_quality_logs order by 1';
const knownLeagues = `
  select distinct name from v_findings cross join lateral unnest(string_to_array(league, ', ')) as l (name) order by 1`;

async function refuse(
  client: Pick<pg.ClientBase, 'query'>,
  { name, value, known }: { readonly name: string; readonly value: string; readonly known: string },
): Promise<void> {
  const { rows } =
    await client.query<Row<{ name: 'data_quality_logs.error_type' | Computed<string> }>>(known);
  if (rows.length === 0 || rows.some((row) => row.name === value)) return;
  throw new BadInput(`No finding is about ${value}`, {
    setting: name,
    advice: `There are ${rows.map((row) => row.name).join(', ')}.`,
  });
}
