import type pg from 'pg';
import { BadInput } from '../../../schemas/errors.js';
import type { Said } from '../../../schemas/records/review.js';
import type { Row } from '../row.js';
import { registerAnsweredTeam } from './answered-team.js';
import { refineHeldOf } from './named-keys.js';
import { nameTeams, type SourceName } from './team-directory.js';

/** Which team a name means, as a reviewer says. */
export type IdentityAnswer =
  { readonly kind: 'same-team'; readonly teamId: number } | { readonly kind: 'new-team' };

/**
 * Gives a name that means no team yet its team: it becomes an alias of the team, or a team of its own. The rows that waited for the
 * answer are pending again. With the lock of identity held and no batch of refine inside: one that has seen the question open would
 * hold its rows afterwards. Throws {@link BadInput} where the team is not there or of another country.
 */
export async function answerSuggestion(
  client: pg.ClientBase,
  name: SourceName,
  answer: IdentityAnswer,
  said: Said,
): Promise<{ readonly teamId: number; readonly rows: number }> {
  const teamId =
    answer.kind === 'new-team'
      ? await registerAnsweredTeam(client, name, said)
      : await addAlias(client, name, answer.teamId, said);
  return { teamId, rows: await refineHeldOf(client, name) };
}

async function addAlias(
  client: pg.ClientBase,
  name: SourceName,
  asked: number,
  { by, why }: Said,
): Promise<number> {
  // A team that was merged away is the one it was merged into.
  const { rows } = await client.query<Row<{ id: 'teams.id'; country: 'teams.country' }>>(
    `with recursive followed as (
       select $1::integer as id
       union all
       select m.kept_team_id from followed f join team_merges m on m.merged_team_id = f.id and m.undone_at is null
     )
     select t.id, t.country from followed join teams t using (id)
     where not exists (select from team_merges m where m.merged_team_id = t.id and m.undone_at is null)`,
    [asked],
  );
  const team = rows[0];
  if (team?.country !== name.country) {
    throw new BadInput(
      team === undefined
        ? `There is no team ${asked}`
        : `Team ${asked} is of ${team.country}, ${name.name} of ${name.country}`,
      {
        object: `team ${asked}`,
        advice: 'Name a team by its id: touchline review show lists the candidates.',
      },
    );
  }
  await nameTeams(client, [{ ...name, teamId: team.id, basis: 'reviewed', addedBy: by, reason: why }]);
  await client.query(
    `insert into team_aliases (country, alias, team_id, added_by, reason) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [name.country, name.name, team.id, by, why],
  );
  return team.id;
}
