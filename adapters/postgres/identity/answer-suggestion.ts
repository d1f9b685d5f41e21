import { sql } from 'kysely';
import { z } from 'zod';
import { BadInput } from '../../../schemas/errors.js';
import type { Transaction } from '../transaction.js';
import { suggestionType } from './suggestions.js';
import { externalTeamId, lockIdentity, nameTeams, registerTeams, type SourceName } from './team-directory.js';

/** Which team a name means, as a reviewer says. */
export type IdentityAnswer =
  { readonly kind: 'same-team'; readonly teamId: number } | { readonly kind: 'new-team' };

export interface SuggestionAnswer {
  readonly findingId: number;
  readonly answer: IdentityAnswer;
  readonly by: string;
  readonly why: string;
}

const SuggestedName = z.object({ dataSource: z.string(), country: z.string(), name: z.string() });

/**
 * Gives the name of an identity suggestion its team: it becomes an alias of the team, or a team of its own. The rows that waited
 * for the answer are pending again; returns how many. The state of the finding is the caller's to change, in the same transaction.
 * Throws {@link BadInput} where the finding is no identity suggestion, its name means a team already, or the team is not there.
 */
export async function answerSuggestion(
  { client, db }: Transaction,
  { findingId, answer, by, why }: SuggestionAnswer,
): Promise<number> {
  await lockIdentity(client);
  const finding = await db
    .selectFrom('data_quality_logs')
    .select(['error_type', 'error_data'])
    .where('id', '=', findingId)
    .executeTakeFirst();
  const suggested = SuggestedName.safeParse(finding?.error_data);
  const object = `finding ${findingId}`;
  if (finding?.error_type !== suggestionType || !suggested.success) {
    throw new BadInput(`There is no identity suggestion ${findingId}`, {
      object,
      advice: `List them: touchline review list --type ${suggestionType}`,
    });
  }
  const name: SourceName = suggested.data;
  const named = await db
    .selectFrom('team_external_ids')
    .select('team_id')
    .where('data_source', '=', name.dataSource)
    .where('external_id', '=', externalTeamId(name))
    .executeTakeFirst();
  if (named !== undefined) {
    throw new BadInput(`${name.name} of ${name.dataSource} means team ${named.team_id} already`, {
      object,
      advice: 'Where that is wrong, merge the two teams: touchline team merge --help',
    });
  }
  if (answer.kind === 'new-team') await registerTeams(client, [name], by, why);
  else await addAlias({ client, db }, name, { teamId: answer.teamId, by, why });
  return await releaseRows({ client, db }, name);
}

async function addAlias(
  { client, db }: Transaction,
  name: SourceName,
  { teamId, by, why }: { readonly teamId: number; readonly by: string; readonly why: string },
): Promise<void> {
  const team = await db
    .selectFrom('teams')
    .select(['id', 'country'])
    .where('id', '=', teamId)
    .executeTakeFirst();
  if (team?.country !== name.country) {
    throw new BadInput(
      team === undefined
        ? `There is no team ${teamId}`
        : `Team ${teamId} is of ${team.country}, ${name.name} of ${name.country}`,
      {
        object: `team ${teamId}`,
        advice: 'Name a team by its id: touchline review show lists the candidates.',
      },
    );
  }
  await nameTeams(client, [{ ...name, teamId, basis: 'reviewed', addedBy: by, reason: why }]);
  await db
    .insertInto('team_aliases')
    .values({ country: name.country, alias: name.name, team_id: teamId, added_by: by, reason: why })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Sets the held payloads that speak of this name to pending again. */
async function releaseRows({ db }: Transaction, { dataSource, country, name }: SourceName): Promise<number> {
  const released = await sql`
    with waiting as (
      select r.id from raw_match_data r
      join league_external_ids x on x.data_source = r.data_source
        and x.external_id = split_part(r.external_match_id, '/', 1)
      join leagues l on l.id = x.league_id
      where r.process_status = 'held' and r.data_source = ${dataSource} and l.country = ${country}
        and replace(${name}, '/', U&'\\2215')
          in (split_part(r.external_match_id, '/', 3), split_part(r.external_match_id, '/', 4))
      order by r.id for no key update of r
    )
    update raw_match_data r set process_status = 'pending', processed = false, process_error = null
    from waiting where r.id = waiting.id`.execute(db);
  return Number(released.numAffectedRows ?? 0);
}
