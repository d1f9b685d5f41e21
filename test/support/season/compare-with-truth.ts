import type pg from 'pg';
import { dateIn } from '../../../domain/clock/zones.js';
import { instant, toIso, type Instant, type Season } from '../../../schemas/values.js';
import type { Competition } from '../../../simulator/season/competition.js';
import type { MatchLife } from '../../../simulator/season/match-life.js';
import { stateAt } from '../../../simulator/season/match-state.js';
import { matchesTruth, oddsTruth } from '../../../simulator/truth.js';
import { statusOf } from '../../../simulator/wire/scores-api.js';
import { clubNames } from './club-names.js';

/** One thing that must hold at the end, of how many it was asked, and those of which it does not hold. */
export interface Comparison {
  readonly claim: string;
  readonly compared: number;
  readonly wrong: readonly string[];
}

/** What is compared: what a database holds with what happened until an instant. */
export interface Compared {
  readonly pool: pg.Pool;
  readonly competition: Competition;
  readonly season: Season;
  /** From when on the lists were told by which the house knows where every match stands. */
  readonly toldFrom: Instant;
  readonly until: Instant;
}

/** Everything that is held against the truth of a simulated season. */
export async function compareWithTruth(compared: Compared): Promise<readonly Comparison[]> {
  return [
    await matchesAsTheyHappened(compared),
    await nothingTwice(compared),
    await scoresNotBeforeTheyHappened(compared),
    await pricesThatWereSet(compared),
    await noPriceTwice(compared),
    ...(await bronzeOnce(compared)),
    await nothingForgotten(compared),
    await runsClosed(compared),
    await budgetsKept(compared),
  ];
}

const keyOf = (id: unknown): string => String(id);

async function matchesAsTheyHappened({
  pool,
  competition,
  season,
  toldFrom,
  until,
}: Compared): Promise<Comparison> {
  const { rows } = await pool.query<{
    id: string;
    kickOff: Date;
    status: string;
    home: number | null;
    away: number | null;
    homeAtHalf: number | null;
    awayAtHalf: number | null;
    homeTeam: string;
    awayTeam: string;
    precision: string;
  }>(
    `select s.source_id as id, m.match_time as "kickOff", m.match_status as status, m.home_score as home, m.away_score as away,
       m.home_ht_score as "homeAtHalf", m.away_ht_score as "awayAtHalf", h.name as "homeTeam", a.name as "awayTeam",
       m.kickoff_precision as precision
     from source_match_ids s
     join match_external_ids x on x.data_source = s.data_source and x.external_id = s.external_match_id
     join matches m on m.id = x.match_id join teams h on h.id = m.home_team_id join teams a on a.id = m.away_team_id
     where s.data_source = 'api_football'`,
  );
  const clubNamed = clubNames(competition);
  const stored = new Map(
    rows.map(({ id, kickOff, precision, status, home, away, homeAtHalf, awayAtHalf, homeTeam, awayTeam }) => [
      id,
      `${precision === 'day' ? londonDay(kickOff) : kickOff.toISOString()} ${status} ${clubNamed(homeTeam)} ${result(home, away)} ${clubNamed(awayTeam)}, half-time ${result(homeAtHalf, awayAtHalf)}`,
    ]),
  );
  const truth = matchesTruth(competition, season, until);
  const wrong = truth.flatMap(({ id }) => {
    const life = competition.life(id);
    const told = stored.get(keyOf(id)) ?? 'not stored';
    if (life === undefined) return [`match ${id}: there is no such match`];
    // What changes while the last list is asked for is told or not, as it happens.
    for (let at: number = until; at >= toldFrom; at -= tenMinutes)
      if (told === standing(life, instant(at))) return [];
    return [`match ${id}: ${told}, and it was ${standing(life, until)}`];
  });
  return { claim: 'every match is in silver as it happened', compared: truth.length, wrong };
}

const tenMinutes = 600_000;

/** How a match stands, as a text. */
function standing(life: MatchLife, at: Instant): string {
  const state = stateAt(life, at);
  if (state === undefined) return 'not announced';
  const { kickOff, precision, phase, score, halfTime } = state;
  const { home, away } = life.match;
  const day = toIso(kickOff);
  return `${precision === 'day' ? day.slice(0, 10) : day} ${statusOf[phase]} ${home} ${result(score?.home, score?.away)} ${away}, half-time ${result(halfTime?.home, halfTime?.away)}`;
}

const result = (home: number | null | undefined, away: number | null | undefined): string =>
  `${home ?? '-'}:${away ?? '-'}`;

/** Of a date without a time silver has the first instant in the league's zone. */
const londonDay = (at: Date): string => dateIn('Europe/London', instant(at.getTime()));

async function nothingTwice({ pool, competition, season, until }: Compared): Promise<Comparison> {
  const { rows } = await pool.query<{ matches: number; teams: number }>(
    `select count(*)::integer as matches,
       (select count(distinct t)::integer from matches m cross join unnest(array[m.home_team_id, m.away_team_id]) as t) as teams
     from matches`,
  );
  const announced = matchesTruth(competition, season, until);
  const expected = {
    matches: announced.length,
    teams: new Set(announced.map(({ home }) => home)).size,
  };
  const [found = { matches: 0, teams: 0 }] = rows;
  const wrong = (['matches', 'teams'] as const).flatMap((what) =>
    found[what] === expected[what] ? [] : [`${found[what]} ${what}, and there are ${expected[what]}`],
  );
  return { claim: 'no match and no team is there twice', compared: found.matches + found.teams, wrong };
}

/** Every state that a match was in, and since when. */
function statesOf(life: MatchLife): ReadonlyMap<string, Instant> {
  const states = new Map<string, Instant>();
  for (const { at } of life.events) {
    const state = stateAt(life, at);
    if (state === undefined) continue;
    const name = stateName(statusOf[state.phase], state.score?.home ?? null, state.score?.away ?? null);
    if (!states.has(name)) states.set(name, at);
  }
  return states;
}

const stateName = (status: string, home: number | null, away: number | null): string =>
  `${status} ${result(home, away)}`;

async function scoresNotBeforeTheyHappened({ pool, competition }: Compared): Promise<Comparison> {
  const { rows } = await pool.query<{
    source: string;
    id: string;
    at: Date;
    status: string;
    home: number | null;
    away: number | null;
  }>(
    `select r.data_source as source, r.external_match_id as id, r.collected_at as at, f.match_status as status,
       f.home_score as home, f.away_score as away
     from fixture_revisions f join raw_scores_data r on r.id = f.raw_score_id
     order by f.id`,
  );
  const states = new Map<number, ReadonlyMap<string, Instant>>();
  const wrong = rows.flatMap(({ source, id, at, status, home, away }) => {
    const lifeId = Number(id.replace(/^m-/, ''));
    const life = competition.life(lifeId);
    if (life === undefined) return [`${source} ${id}: there is no such match`];
    const known = states.get(lifeId) ?? statesOf(life);
    states.set(lifeId, known);
    const since = known.get(stateName(status, home, away));
    if (since === undefined) return [`${source} ${id}: it never was ${stateName(status, home, away)}`];
    return since <= at.getTime()
      ? []
      : [`${source} ${id}: ${stateName(status, home, away)} known before it was`];
  });
  return { claim: 'no score was known before it happened', compared: rows.length, wrong };
}

/** The life by the id that a provider has for it. */
function livesByOddsId({ competition, season, until }: Compared): ReadonlyMap<string, MatchLife> {
  const lives = new Map<string, MatchLife>();
  for (const { id, ids } of matchesTruth(competition, season, until)) {
    const life = competition.life(id);
    if (life === undefined) continue;
    lives.set(`api_football ${ids.api_football}`, life);
    lives.set(`odds_api ${ids.odds_api}`, life);
  }
  return lives;
}

async function pricesThatWereSet(compared: Compared): Promise<Comparison> {
  const { rows } = await compared.pool.query<{
    source: string;
    id: string;
    bookmaker: string;
    at: Date;
    market: string;
    line: string | null;
    prices: string[];
  }>(
    `select r.data_source as source, r.external_match_id as id, r.bookmaker, o.collected_at as at,
       o.market_type as market, o.line_value as line,
       array_remove(array[o.home_odds, o.draw_odds, o.away_odds, o.over_odds, o.under_odds], null) as prices
     from odds o join raw_odds_data r on r.id = o.raw_odds_id
     where o.price_phase <> 'closing'`,
  );
  const lives = livesByOddsId(compared);
  const set = new Map<MatchLife, ReadonlyMap<string, Instant>>();
  const pricesOf = (life: MatchLife): ReadonlyMap<string, Instant> => {
    const known = set.get(life);
    if (known !== undefined) return known;
    const prices = new Map<string, Instant>();
    for (const { at, bookmaker, outcome, goals, handicap } of oddsTruth(life, compared.until).prices) {
      const names = [
        priceName(bookmaker.name, '1x2', null, [outcome.home, outcome.draw, outcome.away]),
        priceName(bookmaker.name, 'over_under', goals.line, [goals.over, goals.under]),
        priceName(bookmaker.name, 'asian_handicap', handicap.line, [handicap.home, handicap.away]),
      ];
      for (const name of names) if (!prices.has(name)) prices.set(name, instant(Date.parse(at)));
    }
    set.set(life, prices);
    return prices;
  };
  const wrong = rows.flatMap(({ source, id, bookmaker, at, market, line, prices }) => {
    const life = lives.get(`${source} ${id}`);
    if (life === undefined) return [`${source} ${id}: there is no such match`];
    const name = priceName(bookmaker, market, line === null ? null : Number(line), prices.map(Number));
    const since = pricesOf(life).get(name);
    if (since === undefined) return [`${source} ${id}: never set was ${name}`];
    return since <= at.getTime() ? [] : [`${source} ${id}: known before it was set was ${name}`];
  });
  const told = new Set(rows.map(({ source, market }) => `${source} ${market}`));
  const untold = ['odds_api', 'api_football']
    .flatMap((source) => ['1x2', 'over_under', 'asian_handicap'].map((market) => `${source} ${market}`))
    .filter((name) => !told.has(name));
  return {
    claim: 'every price of every market was set by its bookmaker before it was known',
    compared: rows.length,
    wrong: [...wrong, ...untold.map((name) => `${name}: no price is there`)],
  };
}

/** Providers write one bookmaker with a space or without. */
const priceName = (
  bookmaker: string,
  market: string,
  line: number | null,
  prices: readonly number[],
): string => [bookmaker.toLowerCase().replaceAll(' ', ''), market, line ?? '', ...prices].join(' ');

async function noPriceTwice({ pool }: Compared): Promise<Comparison> {
  const { rows } = await pool.query<{ quotes: number; repeated: number }>(
    `select count(*)::integer as quotes, count(*) filter (where prices is not distinct from before)::integer as repeated
     from (
       select row(home_odds, draw_odds, away_odds, over_odds, under_odds)::text as prices,
         lag(row(home_odds, draw_odds, away_odds, over_odds, under_odds)::text) over (
           partition by match_id, data_source, bookmaker, market_type, price_phase, line_value order by collected_at, recorded_at
         ) as before
       from odds where raw_odds_id is not null
     ) as told`,
  );
  const [{ quotes, repeated } = { quotes: 0, repeated: 0 }] = rows;
  return {
    claim: 'no price is stored again unchanged',
    compared: quotes,
    wrong: repeated === 0 ? [] : [`${repeated} prices follow the same price`],
  };
}

const recordTables = [
  'raw_odds_data',
  'raw_scores_data',
  'raw_injuries_data',
  'raw_lineups_data',
  'raw_weather_data',
] as const;

/** A price before the match that was given after its kick-off is held for good, and nobody is asked: it is no price of its time. */
const cameLate = (table: string): string =>
  `exists (select from data_quality_logs q
     where q.table_name = '${table}' and q.record_id = told.id and q.error_type = 'prematch_after_kickoff')`;

async function bronzeOnce({ pool }: Compared): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const table of recordTables) {
    const { rows } = await pool.query<{ payloads: number; repeated: number; pending: number }>(
      `select count(*)::integer as payloads, count(*) filter (where content_hash = before)::integer as repeated,
         count(*) filter (where process_status = 'held' and not ${cameLate(table)})::integer as pending
       from (
         select id, content_hash, process_status, lag(content_hash) over (
           partition by data_source, external_match_id, record_key order by collected_at, id) as before
         from ${table}
       ) as told`,
    );
    const [{ payloads, repeated, pending } = { payloads: 0, repeated: 0, pending: 0 }] = rows;
    comparisons.push({
      claim: `${table}: told, and each thing once`,
      compared: payloads,
      wrong: [
        ...(payloads > 0 ? [] : ['nothing was collected']),
        ...(repeated === 0 ? [] : [`${repeated} payloads say what the one before said`]),
        ...(pending === 0 ? [] : [`${pending} payloads are held`]),
      ],
    });
  }
  return comparisons;
}

async function nothingForgotten({ pool }: Compared): Promise<Comparison> {
  const { rows } = await pool.query<{
    table: string;
    pending: number;
    held: number;
    all: number;
    why: string[];
  }>(
    ['raw_match_data', 'raw_odds_data', 'raw_scores_data']
      .map(
        (table) =>
          `select '${table}' as table, count(*) filter (where process_status = 'pending')::integer as pending,
             count(*) filter (where process_status = 'held' and not ${cameLate(table)})::integer as held,
             count(*)::integer as all,
             array(select distinct concat_ws(' ', q.error_type, q.error_data ->> 'field', q.error_message)
               from ${table} as told join data_quality_logs q on q.table_name = '${table}' and q.record_id = told.id
               where told.process_status = 'held' and not ${cameLate(table)} order by 1 limit 8) as why
           from ${table} as told`,
      )
      .join(' union all '),
  );
  return {
    claim: 'every payload has become silver',
    compared: rows.reduce((sum, { all }) => sum + all, 0),
    wrong: rows.flatMap(({ table, pending, held, why }) => [
      ...(pending === 0 ? [] : [`${table}: ${pending} are pending`]),
      ...(held === 0 ? [] : [`${table}: ${held} are held: ${why.join('; ')}`]),
    ]),
  };
}

async function runsClosed({ pool }: Compared): Promise<Comparison> {
  const { rows } = await pool.query<{ runs: number; open: number }>(
    `select count(*)::integer as runs, count(*) filter (where status = 'RUNNING')::integer as open from data_collection_logs`,
  );
  const [{ runs, open } = { runs: 0, open: 0 }] = rows;
  return {
    claim: 'every run of a collection has ended with a word',
    compared: runs,
    wrong: open === 0 ? [] : [`${open} are open`],
  };
}

async function budgetsKept({ pool }: Compared): Promise<Comparison> {
  const { rows } = await pool.query<{ periods: number; overspent: number; unaccounted: number }>(
    `select count(*)::integer as periods,
       count(*) filter (where a.spent > least(a.unit_limit, a.unit_ceiling))::integer as overspent,
       count(*) filter (where a.spent < s.spent)::integer as unaccounted
     from provider_accounts a
     left join lateral (
       select sum(cost) as spent from provider_spends p
       where p.provider = a.provider and p.spent_at >= a.period_start and p.spent_at < a.period_start + interval '1 day'
     ) as s on a.period_kind = 'day'`,
  );
  const [{ periods, overspent, unaccounted } = { periods: 0, overspent: 0, unaccounted: 0 }] = rows;
  return {
    claim: 'no budget was overspent',
    compared: periods,
    wrong: [
      ...(overspent === 0 ? [] : [`${overspent} accounts are overspent`]),
      ...(unaccounted === 0 ? [] : [`${unaccounted} days have spends that no account knows`]),
    ],
  };
}
