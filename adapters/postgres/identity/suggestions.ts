import type pg from 'pg';
import { z } from 'zod';
import { InvariantBroken } from '../../../schemas/errors.js';
import { moveFindings, readFindings, type Move } from '../review/findings.js';
import type { Computed, Row } from '../row.js';
import { closeSilver } from '../silver-gate.js';
import { refineHeldOf } from './named-keys.js';
import { externalTeamId, type SourceName } from './team-directory.js';

/** What a reviewer is asked: which team a name means. Kept in `data_quality_logs.error_data`. */
export interface IdentitySuggestion extends SourceName {
  readonly divisions: readonly string[];
  readonly seasons: readonly string[];
  readonly candidates: readonly {
    readonly teamId: number;
    readonly name: string;
    readonly similarity: number;
    readonly coinciding: number;
  }[];
}

export const suggestionType = 'identity_suggestion';

const SuggestedName = z.object({ dataSource: z.string(), country: z.string(), name: z.string() });

/** The key of a suggestion's finding, of SQL texts: one for each name of a source, however many rows and seasons have it. */
export const suggestionKey = (dataSource: string, externalId: string): string =>
  `sha256(convert_to('${suggestionType}/' || ${dataSource} || '/' || ${externalId}, 'UTF8'))`;
const findingKey = suggestionKey('data_source', 'external_id');

/** Asks; a suggestion that is open already gets the newer candidates, one that was answered or ignored stays as it is. */
export async function suggestTeams(
  client: pg.ClientBase,
  suggestions: readonly IdentitySuggestion[],
): Promise<void> {
  if (suggestions.length === 0) return;
  await client.query(
    `insert into data_quality_logs as q (table_name, record_id, error_type, severity, error_data, error_message,
       requires_manual_review, finding_key)
     select 'teams', null, '${suggestionType}', 'medium', data::jsonb, message, true, ${findingKey}
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as s (data_source, external_id, data, message)
     order by data_source, external_id
     on conflict (finding_key) do update
       set error_data = excluded.error_data, error_message = excluded.error_message, updated_at = now()
       where q.status in ('logged', 'in_review') and q.error_data is distinct from excluded.error_data`,
    [
      suggestions.map(({ dataSource }) => dataSource),
      suggestions.map(externalTeamId),
      suggestions.map((suggestion) => JSON.stringify(suggestion)),
      suggestions.map(describe),
    ],
  );
}

const describe = ({ dataSource, name, candidates }: IdentitySuggestion): string => {
  const [first, ...others] = candidates.map((candidate) => candidate.name);
  const rest = others.length === 0 ? '' : ` (or one of ${others.length} others)`;
  return `${name} of ${dataSource} may be ${first ?? 'a team that is registered'}${rest}: its rows wait for an answer`;
};

/** Of these names, by {@link externalTeamId}, those about which a suggestion was made that nobody has resolved. */
export async function suggestedNames(
  client: pg.ClientBase,
  dataSource: string,
  externalIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<Row<{ externalId: Computed<string> }>>(
    `select external_id as "externalId"
     from (select $1::text as data_source, external_id from unnest($2::text[]) as n (external_id)) as n
     join data_quality_logs q on q.finding_key = ${findingKey}
     where q.status <> 'resolved'`,
    [dataSource, externalIds],
  );
  return new Set(rows.map(({ externalId }) => externalId));
}

/** What people are asked about names of a source in a country, and have not said: the candidates of each name. */
export async function askedNames(
  client: pg.ClientBase,
  dataSource: string,
  country: string,
): Promise<ReadonlyMap<string, IdentitySuggestion['candidates']>> {
  const { rows } = await client.query<
    Row<{ name: Computed<string>; candidates: Computed<IdentitySuggestion['candidates']> }>
  >(
    `select error_data ->> 'name' as name, error_data -> 'candidates' as candidates from data_quality_logs
     where error_type = '${suggestionType}' and status <> 'resolved'
       and error_data ->> 'dataSource' = $1 and error_data ->> 'country' = $2
     order by id`,
    [dataSource, country],
  );
  return new Map(rows.map(({ name, candidates }) => [name, candidates]));
}

/** The teams that a source calls so, one a country. */
export async function teamsCalled(client: pg.ClientBase, dataSource: string, name: string) {
  const { rows } = await client.query<
    Row<{ country: 'teams.country'; teamId: 'teams.id'; name: 'teams.name' }>
  >(
    `select t.country, t.id as "teamId", t.name
     from team_external_ids x join teams t on t.id = x.team_id
     where x.data_source = $1 and x.external_id = t.country || '/' || $2 order by 1`,
    [dataSource, name],
  );
  return rows;
}

/** The finding of a question that is answered: where nobody was ever asked, one is made of what the name means. Returns its id. */
export async function keepAsAnswered(client: pg.ClientBase, suggestion: IdentitySuggestion): Promise<number> {
  const key = suggestionKey('$1::text', '$2::text');
  await client.query(
    `insert into data_quality_logs (table_name, record_id, error_type, severity, error_data, error_message,
       requires_manual_review, finding_key, status, handled_by, handled_at, resolution_notes)
     select 'teams', null, '${suggestionType}', 'medium', $3::jsonb, $4, true, ${key}, 'resolved', x.added_by, x.created_at,
       coalesce(x.reason, 'The name means the team: ' || x.basis)
     from team_external_ids x where x.data_source = $1 and x.external_id = $2
     on conflict (finding_key) do nothing`,
    [suggestion.dataSource, externalTeamId(suggestion), JSON.stringify(suggestion), describe(suggestion)],
  );
  const { rows } = await client.query<Row<{ id: 'data_quality_logs.id' }>>(
    `select id from data_quality_logs where finding_key = ${key}`,
    [suggestion.dataSource, externalTeamId(suggestion)],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new InvariantBroken('A name has no question', { object: suggestion.name });
  return id;
}

/** The name that a suggestion asks about. Throws {@link InvariantBroken} where the finding is none. */
export async function suggestedName(client: pg.ClientBase, findingId: number): Promise<SourceName> {
  const { rows } = await client.query<Row<{ data: 'data_quality_logs.error_data' }>>(
    `select error_data as data from data_quality_logs where id = $1 and error_type = '${suggestionType}'`,
    [findingId],
  );
  const name = SuggestedName.safeParse(rows[0]?.data);
  if (name.success) return name.data;
  throw new InvariantBroken('An identity suggestion names no team', { object: `finding ${findingId}` });
}

/**
 * Closes the questions that nobody has handled and whose name means a team by now, by a rule; the rows that waited are pending again.
 * With the lock of identity held.
 */
export async function closeAnswered(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<
    Row<{ id: 'data_quality_logs.id'; teamId: 'team_external_ids.team_id'; basis: 'team_external_ids.basis' }>
  >(
    `select q.id, x.team_id as "teamId", x.basis
     from data_quality_logs q
     join team_external_ids x on x.data_source = q.error_data ->> 'dataSource'
       and x.external_id = (q.error_data ->> 'country') || '/' || (q.error_data ->> 'name')
     where q.error_type = '${suggestionType}' and q.status in ('logged', 'in_review')
     order by q.id`,
  );
  if (rows.length === 0) return;
  // A batch that has seen a question open holds its rows when it commits.
  await closeSilver(client);
  const findings = await readFindings(
    client,
    rows.map(({ id }) => id),
  );
  const moves: Move[] = [];
  for (const finding of findings) {
    const closed = rows.find(({ id }) => id === finding.id);
    const pending = await refineHeldOf(client, await suggestedName(client, finding.id));
    const details = { teamId: closed?.teamId, basis: closed?.basis, rows: pending };
    moves.push({ finding, to: 'resolved', released: false, details });
  }
  await moveFindings(client, moves, {
    action: 'resolve',
    by: 'refine',
    why: 'The name means a team by now',
  });
}
