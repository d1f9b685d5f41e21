import { keptForm, keptMatch } from '../../activities/cached-match.js';
import { cacheOf, type Kept } from '../../adapters/cache/cache.js';
import { knownWrites } from '../../adapters/cache/known-writes.js';
import { memoryStore } from '../../adapters/cache/memory-store.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { readPriceHistory } from '../../adapters/postgres/price-history.js';
import { readVersions, versionsSince } from '../../adapters/postgres/write-versions.js';
import { oddsDue } from '../../domain/clock/odds-cadence.js';
import { z } from 'zod';
import { oddsOf } from '../../schemas/cache.js';
import { instant, instantFromIso, toIso, type Instant } from '../../schemas/values.js';
import {
  insertRow,
  matchRow,
  quoteRow,
  seedMatch,
  type SeededMatch,
} from '../../test/support/silver-rows.js';

const minute = 60_000;
const hour = 60 * minute;

const PriceCount = z.object({ prices: z.number() });

/** What a day came to. */
export interface CachedDay {
  readonly asked: number;
  readonly hits: number;
  readonly writes: number;
  readonly byType: string;
}

/**
 * A simulated day: matches that kick off between noon and nine, whose prices change each time that they are due, and whose scores and states are written when
 * they change. Each match is looked at so often an hour, spread over the hour: the match, its prices, and the form of both teams, as the API asks for them. The clock is the day's, the rows are
 * those of silver.
 */
export async function cachedDay(
  url: string,
  { matches, looksPerHour }: { readonly matches: number; readonly looksPerHour: number },
): Promise<CachedDay> {
  const { pool, db } = openDatabase(url, { applicationName: 'day', max: 4 });
  let now = instantFromIso('2026-04-18T00:00:00Z');
  const midnight = now;
  const known = knownWrites(() => now);
  known.setCurrent('current');
  const meters = createMeters();
  const cache = cacheOf({
    ...{ store: memoryStore(10_000, () => now), known, meters },
    versionsOf: (of) => readVersions(pool, of),
  });
  const games: (SeededMatch & { readonly kickOff: Instant; priced: Instant })[] = [];
  for (let no = 0; no < matches; no += 1) {
    const kickOff = instant(midnight + 12 * hour + Math.floor((9 * no) / matches) * hour);
    const match = await seedMatch(pool, toIso(kickOff));
    await insertRow(pool, 'matches', {
      ...matchRow(match),
      match_status: 'scheduled',
      home_score: null,
      away_score: null,
    });
    await pool.query(
      `with raw as (insert into raw_match_data (data_source, raw_data, collected_at, content_hash, dedup_key)
         values ('football_data', '{}', $3::timestamptz, '\\x00', sha256(convert_to($1::bigint::text || 'first', 'UTF8'))) returning id)
       insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status)
       select $1::bigint, 'football_data', $3::timestamptz, 'observed', id, $2::timestamptz, 'minute', 'scheduled' from raw`,
      [match.matchId, match.kickoff, toIso(midnight)],
    );
    games.push({ ...match, kickOff, priced: midnight });
  }
  let writes = 0;
  /** A commit is heard of at once: what a notice takes is nothing by the clock of a day. */
  const commit = async (work: () => Promise<unknown>): Promise<void> => {
    await work();
    writes += 1;
    known.learn(await versionsSince(pool, 3));
  };
  /** Of a kick-off in an hour and a half of play: its score changes at these minutes, the last is the whistle. */
  const changes = [0, 23, 51, 70, 115];

  for (let tick = 0; tick < 24 * 60; tick += 1) {
    now = instant(midnight + tick * minute);
    for (const game of games) {
      if (oddsDue({ kickoff: game.kickOff, askedAt: game.priced }, now) !== undefined) {
        game.priced = now;
        const at = toIso(now);
        const home_odds = 2 + (writes % 50) / 100;
        await commit(() =>
          insertRow(pool, 'odds', { ...quoteRow(game), collected_at: at, recorded_at: at, home_odds }),
        );
      }
      const inPlay = Math.round((now - game.kickOff) / minute);
      if (changes.includes(inPlay)) {
        const status = inPlay === 115 ? 'completed' : 'live';
        await commit(() =>
          pool.query(
            `with raw as (insert into raw_match_data (data_source, raw_data, collected_at, content_hash, dedup_key)
               values ('football_data', '{}', $3::timestamptz, '\\x00', sha256(convert_to($1::bigint::text || $3::timestamptz::text, 'UTF8'))) returning id)
             insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status, home_score, away_score)
             select $1::bigint, 'football_data', $3::timestamptz, 'observed', id, $2::timestamptz, 'minute', $4::text, $5::integer, 0 from raw`,
            [game.matchId, game.kickoff, toIso(now), status, changes.indexOf(inPlay)],
          ),
        );
      }
    }
    for (const [no, game] of games.entries()) {
      if ((tick + no) % (60 / looksPerHour) !== 0) continue;
      const { matchId, kickOff } = game;
      const before = new Date(Math.min(kickOff, now));
      await cache.through(keptMatch(pool, matchId, now));
      await cache.throughAll(
        [game.homeId, game.awayId].map((teamId) => keptForm(pool, teamId, { before, now })),
      );
      const prices: Kept<{ readonly prices: number }> = {
        ...{ key: oddsOf(matchId, undefined), schema: PriceCount },
        compute: async () => ({ prices: (await readPriceHistory(pool, { matchId })).length }),
      };
      await cache.through(prices);
    }
  }
  const { text } = await meters.exposition();
  const counted = new Map<string, { hit: number; asked: number }>();
  for (const [, type = '', status, count] of text.matchAll(
    /operation="get",cache_type="(\w+)",status="(hit|miss)"\} (\d+)/g,
  )) {
    const of = counted.get(type) ?? { hit: 0, asked: 0 };
    of.asked += Number(count);
    if (status === 'hit') of.hit += Number(count);
    counted.set(type, of);
  }
  await db.destroy();
  const all = [...counted.values()];
  return {
    asked: all.reduce((sum, { asked }) => sum + asked, 0),
    hits: all.reduce((sum, { hit }) => sum + hit, 0),
    writes,
    byType: [...counted]
      .map(([type, { hit, asked }]) => `${type} ${((100 * hit) / asked).toFixed(0)} %`)
      .join(', '),
  };
}
