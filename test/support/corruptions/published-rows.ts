import { z } from 'zod';
import type { LakeReader } from '../../../adapters/lake/reader.js';

/** One row that was published, without ids and times of learning. */
export interface PublishedRow {
  readonly kind: 'match' | 'counts' | 'price';
  /** `home - away`, as the lake names them. */
  readonly match: string;
  /** A price that is marked as suspicious does not count: features and averages leave it out. */
  readonly counts: boolean;
}

/** What readers find in a lake, by all that a row says. */
export type PublishedRows = ReadonlyMap<string, PublishedRow>;

const everyRow = `
  with named as (
    select m.*, h.name || ' - ' || a.name as match
    from silver.matches m join silver.teams h on h.id = m.home_team_id join silver.teams a on a.id = m.away_team_id)
  select 'match' as kind, match, true as counts,
    to_json([season, match_time::timestamp::varchar, match_status, home_score::varchar, away_score::varchar,
      home_ht_score::varchar, away_ht_score::varchar])::varchar as told
  from named where source_present
  union all
  select 'counts', n.match, true, n.season || to_json(s.counted)::varchar
  from (
    select match_id, struct_pack(home_shots, away_shots, home_shots_on_target, away_shots_on_target, home_corners, away_corners,
      home_fouls, away_fouls, home_yellow_cards, away_yellow_cards, home_red_cards, away_red_cards) as counted
    from silver.match_statistics) s
  join named n on n.id = s.match_id
  union all
  select 'price', n.match, bool_or(not o.suspicious_odds),
    to_json([n.season, o.bookmaker, o.market_type, o.price_phase, o.line_value::varchar, o.home_odds::varchar,
      o.draw_odds::varchar, o.away_odds::varchar, o.over_odds::varchar, o.under_odds::varchar])::varchar as told
  from silver.odds o join named n on n.id = o.match_id
  group by n.match, told`;

const Rows = z.array(
  z.object({
    kind: z.enum(['match', 'counts', 'price']),
    match: z.string(),
    counts: z.boolean(),
    told: z.string(),
  }),
);

export async function publishedRows(lake: LakeReader): Promise<PublishedRows> {
  const rows = Rows.parse(await lake.query(everyRow));
  return new Map(rows.map(({ told, ...row }) => [`${row.kind} ${row.match} ${told}`, row]));
}

/** A row that readers find though it is not so, or find no more though it is. */
export interface WrongRow {
  readonly match: string;
  /** `not so: price Genoa - Roma ["2003-04","bet365",…]` */
  readonly says: string;
}

/**
 * What readers find that is not so, and the matches that they find no more.
 * @param right what they find once the whole season has come as it is
 * @param before what they found before
 */
export function wronglyPublished(
  now: PublishedRows,
  { right, before }: { readonly right: PublishedRows; readonly before: PublishedRows },
): readonly WrongRow[] {
  const wrong = [...now].filter(([row, { counts }]) => counts && !right.has(row));
  const lost = [...before].filter(([row, { kind }]) => kind === 'match' && right.has(row) && !now.has(row));
  return [
    ...wrong.map(([row, { match }]) => ({ match, says: `not so: ${row}` })),
    ...lost.map(([row, { match }]) => ({ match, says: `lost: ${row}` })),
  ];
}
