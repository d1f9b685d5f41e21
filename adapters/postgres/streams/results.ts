import type pg from 'pg';
import { notePriceNews } from './price-news.js';

/** What refine has brought to silver of matches. */
export type RefinedKind = 'match' | 'odds';

/** Tells what refine has come to, in its own transaction. */
export type TellRefined = (
  client: pg.ClientBase,
  kind: RefinedKind,
  matchIds: readonly number[],
) => Promise<void>;

/**
 * Puts into the outbox, for `processed-data-stream`, how these matches stand in silver now (STRM-12): one message a match and batch, in our ids. A batch
 * that is rolled back says nothing, and of matches that are history nobody waits for news.
 */
export const putRefinedIntoOutbox: TellRefined = async (client, kind, matchIds) => {
  if (matchIds.length === 0) return;
  await client.query(
    `insert into stream_outbox (data_type, data_source, message_key, message)
     select 'processed', 'stream_processor', m.id::text, jsonb_build_object(
       'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       'data_type', $1::text, 'source', 'stream_processor', 'schema_version', 1,
       'data', jsonb_build_object('match_id', m.id, 'league_id', m.league_id, 'season', m.season,
         'home_team_id', m.home_team_id, 'away_team_id', m.away_team_id, 'match_time', m.match_time,
         'match_status', m.match_status, 'home_score', m.home_score, 'away_score', m.away_score))
     from matches m where m.id = any($2::bigint[]) and m.match_time >= now() - interval '2 days' order by m.id`,
    [kind, matchIds],
  );
};

/** The same; and of prices it marks the matches that have to be predicted anew. */
export const tellOfStreams: TellRefined = async (client, kind, matchIds) => {
  await putRefinedIntoOutbox(client, kind, matchIds);
  if (kind === 'odds') await notePriceNews(client, matchIds);
};
