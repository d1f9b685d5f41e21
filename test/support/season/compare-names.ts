import type { ClubNamed } from './club-names.js';
import type { Compared, Comparison } from './compare-with-truth.js';

/** Whether every name means the club that bears it, whoever decided it, and no question about names is left. */
export async function compareNames(
  { pool }: Pick<Compared, 'pool'>,
  clubNamed: ClubNamed,
): Promise<readonly Comparison[]> {
  const { rows } = await pool.query<{
    source: string;
    name: string;
    basis: string;
    teamId: number;
    team: string;
  }>(
    `select e.data_source as source, regexp_replace(e.external_id, '^.*/', '') as name, e.basis, e.team_id as "teamId", t.name as team
     from team_external_ids e join teams t on t.id = e.team_id order by 1, 2`,
  );
  const wrong = rows.flatMap(({ source, name, basis, team }) => {
    const club = clubNamed(name);
    return club !== undefined && club === clubNamed(team)
      ? []
      : [`${name} of ${source} is ${team} (${basis}), and means ${club ?? 'no club'}`];
  });
  const { rows: open } = await pool.query<{ type: string; message: string | null }>(
    `select error_type as type, error_message as message from data_quality_logs
     where error_type in ('identity_suggestion', 'team_told_twice', 'changed_pairing') and status in ('logged', 'in_review')`,
  );
  return [
    { claim: 'every name means the club that bears it', compared: rows.length, wrong },
    {
      claim: 'no question about a name is open',
      compared: rows.length,
      wrong: open.map(({ type, message }) => `${type}: ${message ?? ''}`),
    },
  ];
}
