import type pg from 'pg';
import { BadInput } from '../../../schemas/errors.js';
import type { Row } from '../row.js';

/** The id of the team of this very name in the country that the suggestions speak of. Throws {@link BadInput} where there is none. */
export async function teamNamed(
  client: pg.ClientBase,
  findingIds: readonly number[],
  name: string,
): Promise<number> {
  const { rows } = await client.query<Row<{ id: 'teams.id' }>>(
    `select distinct t.id
     from data_quality_logs f join teams t on t.country = f.error_data ->> 'country'
     where f.id = any($1::bigint[]) and t.name = $2`,
    [findingIds, name],
  );
  const [team, other] = rows;
  if (team !== undefined && other === undefined) return team.id;
  throw new BadInput(
    team === undefined ? `No team is named ${name} there` : `Several teams are named ${name} there`,
    {
      object: `team ${name}`,
      advice: 'Name the team by its id: touchline review show lists the candidates.',
    },
  );
}
