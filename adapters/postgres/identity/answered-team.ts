import type pg from 'pg';
import { InvariantBroken } from '../../../schemas/errors.js';
import type { Said } from '../../../schemas/records/review.js';
import type { Row } from '../row.js';
import { markTeams } from './told-again.js';
import { nameTeams, type SourceName } from './team-directory.js';

const longestName = 100;

/**
 * Registers the team that a reviewer says a name means. It has the source in its name where another team has that very name; a
 * team that nobody is called any more, by an answer that was taken back, is taken again. Returns its id.
 */
export async function registerAnsweredTeam(
  client: pg.ClientBase,
  name: SourceName,
  { by, why }: Said,
): Promise<number> {
  const { rows } = await client.query<Row<{ id: 'teams.id' }>>(
    `insert into teams (country, name) values ($1, $2)
     on conflict (country, name) do update set updated_at = now() returning id`,
    [name.country, await freeName(client, name)],
  );
  const teamId = rows[0]?.id;
  if (teamId === undefined) throw new InvariantBroken('A team was not registered', { object: name.name });
  await nameTeams(client, [{ ...name, teamId, basis: 'registered', addedBy: by, reason: why }]);
  await markTeams(client);
  return teamId;
}

async function freeName(client: pg.ClientBase, { country, name, dataSource }: SourceName): Promise<string> {
  const { rows } = await client.query<Row<{ name: 'teams.name' }>>(
    `select t.name from teams t
     where t.country = $1 and (
       exists (select from team_external_ids x where x.team_id = t.id)
       or exists (select from team_aliases a where a.team_id = t.id)
       or exists (select from team_merges m where m.merged_team_id = t.id and m.undone_at is null))`,
    [country],
  );
  const taken = new Set(rows.map((row) => row.name));
  let spelled = name;
  for (let no = 1; taken.has(spelled); no += 1) {
    const suffix = no === 1 ? ` (${dataSource})` : ` (${dataSource} ${no})`;
    spelled = `${name.slice(0, longestName - suffix.length)}${suffix}`;
  }
  return spelled;
}
