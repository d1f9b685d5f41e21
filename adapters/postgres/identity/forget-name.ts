import type pg from 'pg';
import type { Said } from '../../../schemas/records/review.js';
import type { Row } from '../row.js';
import { keysOfNames, unbearMisnamed } from './named-keys.js';
import { externalTeamId, type SourceName } from './team-directory.js';
import { forgetFindings, forgetTold, refineKeysAgain } from './told-again.js';

/**
 * Lets a name mean no team again: its team, the alias that the answer added, and what was told of the matches of its keys go, and those
 * payloads are pending. Returns how many. With the lock of identity held and no batch of refine inside.
 */
export async function forgetName(client: pg.ClientBase, name: SourceName, answered: Said): Promise<number> {
  const keys = await keysOfNames(client, [name]);
  const { rows } = await client.query<Row<{ teamId: 'team_external_ids.team_id' }>>(
    'delete from team_external_ids where data_source = $1 and external_id = $2 returning team_id as "teamId"',
    [name.dataSource, externalTeamId(name)],
  );
  await client.query(
    `delete from team_aliases
     where country = $1 and alias = $2 and team_id = $3 and added_by = $4 and reason = $5`,
    [name.country, name.name, rows[0]?.teamId, answered.by, answered.why],
  );
  await forgetTold(client, [...new Set(keys.flatMap(({ matchId }) => matchId ?? []))]);
  await forgetFindings(client, keys);
  await unbearMisnamed(client, keys);
  return await refineKeysAgain(client, keys);
}
