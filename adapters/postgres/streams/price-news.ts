import type pg from 'pg';
import type { PriceNews } from '../../../schemas/jobs/refresh-predictions.js';
import type { Row } from '../row.js';

/** From so long before its kick-off on a match has its prediction made anew when its prices change: from then on its other facts are asked for too. */
const nearKickOff = '6 hours';

/**
 * Marks, in the transaction that wrote them, those of these matches that are near their kick-off and have 1x2 prices of this transaction that were known by their cutoff,
 * an hour before kick-off: later ones change no features. Of one match a mark is raised again by each batch.
 */
export async function notePriceNews(client: pg.ClientBase, matchIds: readonly number[]): Promise<void> {
  if (matchIds.length === 0) return;
  await client.query(
    `insert into price_news as news (match_id)
     select m.id from matches m
     where m.id = any($1::bigint[]) and m.match_time > now() and m.match_time <= now() + interval '${nearKickOff}'
       and exists (
         select from odds o
         where o.match_id = m.id and o.created_at = now() and o.collected_at > now() - interval '1 day'
           and o.market_type = '1x2' and o.price_phase = 'prematch'
           and greatest(o.collected_at, o.recorded_at) <= m.match_time - interval '1 hour')
     order by m.id
     on conflict (match_id) do update set version = news.version + 1`,
    [matchIds],
  );
}

/** Up to `limit` matches that have not begun and whose prices have changed since they were predicted last. */
export async function findPriceNews(pool: pg.Pool, limit: number): Promise<PriceNews[]> {
  const { rows } = await pool.query<Row<{ matchId: 'price_news.match_id'; version: 'price_news.version' }>>(
    `select n.match_id as "matchId", n.version from price_news n
     join match_registry r on r.id = n.match_id
     where n.version > n.predicted_version and r.match_time > now()
     order by r.match_time, n.match_id limit $1`,
    [limit],
  );
  return rows;
}

/** Takes the marks back, but for those that were raised meanwhile. */
export async function settlePriceNews(pool: pg.Pool, news: readonly PriceNews[]): Promise<void> {
  await pool.query(
    `update price_news n set predicted_version = s.version
     from unnest($1::bigint[], $2::bigint[]) as s (match_id, version)
     where n.match_id = s.match_id and n.predicted_version < s.version`,
    [news.map(({ matchId }) => matchId), news.map(({ version }) => version)],
  );
}
