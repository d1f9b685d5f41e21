import type pg from 'pg';
import { seededRandom } from '../../domain/anomaly/seeded-random.js';
import { toIso, type Instant } from '../../schemas/values.js';

/** A league of twenty teams that registers matches as they are asked for. */
export interface WatchedLeague {
  readonly leagueId: number;
  /** Registers so many matches at a kick-off, of pairings that had none, and returns their ids. */
  matches(count: number, kickoff: Instant): Promise<number[]>;
}

let leagues = 0;
const teams = 20;

/** Makes a league of its own. */
export async function watchedLeague(pool: pg.Pool): Promise<WatchedLeague> {
  const no = (leagues += 1);
  const { rows } = await pool.query<{ id: number }>(
    `insert into leagues (code, name, country, level, time_zone) values ($1, 'League', 'England', 1, 'UTC') returning id`,
    [`W${no}`],
  );
  const leagueId = rows[0]?.id ?? NaN;
  const made = await pool.query<{ id: number }>(
    `insert into teams (name, country) select 'Team ' || $1::text || ' ' || n, 'England' from generate_series(1, $2) n returning id`,
    [no, teams],
  );
  const ids = made.rows.map(({ id }) => id);
  let pairings = 0;
  return {
    leagueId,
    async matches(count, kickoff) {
      const pairs = Array.from({ length: count }, () => {
        const pairing = pairings;
        pairings += 1;
        const season = Math.floor(pairing / (teams * (teams - 1)));
        const within = pairing % (teams * (teams - 1));
        const home = within % teams;
        const away = (home + 1 + Math.floor(within / teams)) % teams;
        return { season: `${2000 + season}-${String(season + 1).padStart(2, '0')}`, home, away };
      });
      const registered = await pool.query<{ id: number }>(
        `insert into match_registry (match_time, league_id, season, home_team_id, away_team_id)
         select $1, $2, p.season, p.home, p.away
         from unnest($3::text[], $4::integer[], $5::integer[]) as p (season, home, away) returning id`,
        [
          ...[toIso(kickoff), leagueId, pairs.map(({ season }) => season)],
          ...[pairs.map(({ home }) => ids[home]), pairs.map(({ away }) => ids[away])],
        ],
      );
      return registered.rows.map(({ id }) => id);
    },
  };
}

const bookmakers = ['bet365', 'betway', 'bwin', 'interwetten', 'pinnacle', 'william_hill'] as const;

/** Prices of six bookmakers for each match, of one mind but for their margins and a little noise. */
export async function quoteMatches(
  pool: pg.Pool,
  matchIds: readonly number[],
  {
    at,
    seed,
    homeWin = (random) => 0.25 + 0.4 * random(),
  }: { readonly at: Instant; readonly seed: number; readonly homeWin?: (random: () => number) => number },
): Promise<void> {
  const random = seededRandom(seed);
  const quotes = matchIds.flatMap((matchId) => {
    const home = homeWin(random);
    const draw = 0.22 + 0.08 * random();
    const chances = [home, draw, 1 - home - draw];
    return bookmakers.map((bookmaker) => {
      const margin = 1.04 + 0.03 * random();
      const prices = chances.map((chance) => 1 / (chance * margin * (1 + 0.02 * (random() - 0.5))));
      return { matchId, bookmaker, prices };
    });
  });
  await pool.query(
    `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
       collected_at, recorded_at, known_at_basis, raw_id)
     select q.match_id, 'football_data', q.bookmaker, '1x2', 'book', 'prematch', q.home, q.draw, q.away, $1, $1, 'observed', 1
     from unnest($2::bigint[], $3::text[], $4::numeric[], $5::numeric[], $6::numeric[])
       as q (match_id, bookmaker, home, draw, away)`,
    [
      toIso(at),
      quotes.map(({ matchId }) => matchId),
      quotes.map(({ bookmaker }) => bookmaker),
      ...[0, 1, 2].map((leg) => quotes.map(({ prices }) => (prices[leg] ?? NaN).toFixed(3))),
    ],
  );
}

/** Changes home and away of one bookmaker's price of a match, by an insert, since prices are append-only. Returns the row's id. */
export async function swapPrice(
  pool: pg.Pool | pg.ClientBase,
  matchId: number,
  at: Instant,
  bookmaker: (typeof bookmakers)[number] = 'bwin',
): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
       collected_at, recorded_at, known_at_basis, raw_id)
     select match_id, data_source, bookmaker, market_type, quote_kind, price_phase, 6.5, 4.2, 1.5, $2, $2, known_at_basis, raw_id
     from odds where match_id = $1 and bookmaker = $3 limit 1 returning id`,
    [matchId, toIso(at), bookmaker],
  );
  return rows[0]?.id ?? NaN;
}

/** Goals of a side, as often as in life. */
export function goals(random: () => number): number {
  let left = random();
  const shares = [0.25, 0.34, 0.23, 0.11, 0.05, 0.02];
  for (const [scored, share] of shares.entries()) {
    if (left < share) return scored;
    left -= share;
  }
  return 0;
}

/** Plays registered matches; their results are told two and a half hours later. */
export async function playMatches(
  pool: pg.Pool,
  matchIds: readonly number[],
  score: () => readonly [home: number, away: number],
): Promise<void> {
  const scores = matchIds.map(() => score());
  const values = [matchIds, scores.map(([home]) => home), scores.map(([, away]) => away)];
  await pool.query(
    `insert into matches (id, home_team_id, away_team_id, league_id, season, match_time, kickoff_precision, match_status, home_score, away_score)
     select r.id, r.home_team_id, r.away_team_id, r.league_id, r.season, r.match_time, 'minute', 'completed', s.home, s.away
     from unnest($1::bigint[], $2::integer[], $3::integer[]) as s (id, home, away) join match_registry r on r.id = s.id`,
    values,
  );
  await pool.query(
    `with payloads as (
       insert into raw_match_data (data_source, raw_data, collected_at, content_hash, dedup_key)
       select 'football_data', '{}', r.match_time, '\\x00', sha256(convert_to('watched/' || r.id, 'UTF8'))
       from match_registry r where r.id = any($1::bigint[]) returning id, dedup_key
     )
     insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status,
       home_score, away_score)
     select r.id, 'football_data', r.match_time + interval '150 minutes', 'observed', p.id, r.match_time, 'minute', 'completed', s.home, s.away
     from unnest($1::bigint[], $2::integer[], $3::integer[]) as s (id, home, away)
     join match_registry r on r.id = s.id
     join payloads p on p.dedup_key = sha256(convert_to('watched/' || r.id, 'UTF8'))`,
    values,
  );
}

/** Corrects the result of a match. */
export async function correctResult(
  pool: pg.Pool,
  matchId: number,
  [home, away]: readonly [home: number, away: number],
  at: Instant,
): Promise<void> {
  await pool.query('update matches set home_score = $2, away_score = $3 where id = $1', [
    matchId,
    home,
    away,
  ]);
  await pool.query(
    `insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status,
       home_score, away_score)
     select match_id, data_source, $4, known_at_basis, raw_id, match_time, kickoff_precision, match_status, $2, $3
     from fixture_revisions where match_id = $1 order by known_at desc limit 1`,
    [matchId, home, away, new Date(at)],
  );
}

/** Predictions of matches, made at an instant, whose chances of a home win are those given. */
export async function predict(
  pool: pg.Pool,
  matchIds: readonly number[],
  { at, homeWin }: { readonly at: Instant; readonly homeWin: () => number },
): Promise<void> {
  const chances = matchIds.map(() => {
    const home = Number(homeWin().toFixed(4));
    const draw = Number(((1 - home) * 0.45).toFixed(4));
    return { home, draw, away: Number((1 - home - draw).toFixed(4)) };
  });
  await pool.query(
    `insert into predictions (match_id, model_version, model_name, home_win_probability, draw_probability, away_win_probability,
       predicted_result, confidence_score, features_used, prediction_metadata, created_at)
     select p.match_id, '1', 'football_baseline_model', p.home, p.draw, p.away, 'home', greatest(p.home, p.draw, p.away), '{}', '{}', $1
     from unnest($2::bigint[], $3::numeric[], $4::numeric[], $5::numeric[]) as p (match_id, home, draw, away)`,
    [
      ...[toIso(at), matchIds, chances.map(({ home }) => home)],
      ...[chances.map(({ draw }) => draw), chances.map(({ away }) => away)],
    ],
  );
}
