import type pg from 'pg';
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

/** The name of a suggestion's finding: one for each name of a source, however many rows and seasons have it. */
const findingKey = `sha256(convert_to('${suggestionType}/' || data_source || '/' || external_id, 'UTF8'))`;

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
  const { rows } = await client.query<{ externalId: string }>(
    `select external_id as "externalId"
     from (select $1::text as data_source, external_id from unnest($2::text[]) as n (external_id)) as n
     join data_quality_logs q on q.finding_key = ${findingKey}
     where q.status <> 'resolved'`,
    [dataSource, externalIds],
  );
  return new Set(rows.map(({ externalId }) => externalId));
}

/** Closes the open suggestions about names that mean a team by now, without anybody's answer. */
export async function closeAnswered(client: pg.ClientBase): Promise<void> {
  await client.query(
    `update data_quality_logs q
     set status = 'resolved', handled_by = 'refine', handled_at = now(),
       resolution_notes = 'The name means a team by now: ' || x.basis
     from team_external_ids x
     where q.error_type = '${suggestionType}' and q.status in ('logged', 'in_review')
       and x.data_source = q.error_data ->> 'dataSource'
       and x.external_id = (q.error_data ->> 'country') || '/' || (q.error_data ->> 'name')`,
  );
}
