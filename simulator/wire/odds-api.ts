import type { Instant } from '../../schemas/values.js';
import { goalsLine } from '../market/prices.js';
import type { Competition } from '../season/competition.js';
import type { MatchState } from '../season/match-state.js';
import type { BookPrices } from '../season/price-path.js';
import { keptTexts, type KeptTexts } from './kept-text.js';
import { leagueName, namedBookmaker, oddsApiId, sportKey } from './names.js';
import { ofMonth, quota } from './quota.js';
import { toldPrices, type PricedMatch } from './told-states.js';
import type { Telling } from './telling.js';
import type { WireAnswer, WireProvider, WireRequest } from './wire.js';
import { jsonAnswer, jsonList } from './wire.js';

/** The key that is accepted, and how many credits it has. */
export interface OddsApiPlan {
  readonly key: string;
  readonly perMonth: number;
}

const marketKeys = ['h2h', 'totals', 'spreads'] as const;
type MarketKey = (typeof marketKeys)[number];
const regions = ['uk', 'eu', 'us', 'us2', 'au'];
/** So many bookmakers, asked for by name, cost as much as a region. */
const bookmakersOfRegion = 10;

const details = 'https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html';
const refusal = (
  outcome: 'key refused' | 'quota refused' | 'question refused' | 'not found',
  status: number,
  errorCode: string,
  message: string,
): WireAnswer =>
  jsonAnswer(
    outcome,
    status,
    JSON.stringify({
      message,
      error_code: errorCode,
      details_url: `${details}#${errorCode.toLowerCase().replaceAll('_', '-')}`,
    }),
  );
const unprocessable = (errorCode: string, message: string): WireAnswer =>
  refusal('question refused', 422, errorCode, message);

/** What is asked for, and what it costs. */
interface OddsQuestion {
  readonly markets: readonly MarketKey[];
  /** Null: of every bookmaker. */
  readonly bookmakers: readonly string[] | null;
  readonly eventIds: readonly string[] | null;
  readonly cost: number;
}

const sportPath = /^\/v4\/sports\/([^/]+)\/(odds|events)\/?$/;
const isSportList = (path: string): boolean => /^\/v4\/sports\/?$/.test(path);

/** The Odds API v4: sports and events, which cost nothing, and odds, which cost the markets times the regions. */
export function oddsApi(competition: Competition, plan: OddsApiPlan): WireProvider {
  const credits = quota(plan.perMonth, ofMonth);
  const kept = keptTexts();

  const withCredits = (answer: WireAnswer, cost: number, now: Instant): WireAnswer => ({
    ...answer,
    headers: {
      ...answer.headers,
      'x-requests-remaining': String(credits.remaining(now)),
      'x-requests-used': String(credits.used(now)),
      'x-requests-last': String(cost),
    },
  });

  return {
    name: 'odds_api',
    errorBody: JSON.stringify({
      message: 'Requests are being made too frequently',
      error_code: 'EXCEEDED_FREQ_LIMIT',
    }),
    endpointOf: (path) => {
      if (isSportList(path)) return '/v4/sports';
      const kind = sportPath.exec(path)?.[2];
      return kind === undefined ? 'unknown' : `/v4/sports/{sport}/${kind}`;
    },
    answer(request, telling, now) {
      const key = request.query.get('apiKey');
      if (key === null || key === '') return refusal('key refused', 401, 'MISSING_KEY', 'API key is missing');
      if (key !== plan.key) return refusal('key refused', 401, 'INVALID_KEY', 'API key is not valid');
      if (isSportList(request.path)) return withCredits(jsonAnswer('answered', 200, sportList), 0, now);

      const [, sport, kind] = sportPath.exec(request.path) ?? [];
      if (sport === undefined) return refusal('not found', 404, 'NOT_FOUND', 'There is nothing here');
      if (sport !== sportKey) return refusal('not found', 404, 'UNKNOWN_SPORT', 'Unknown sport');
      if (kind === 'events') return withCredits(eventsAnswer(competition, telling), 0, now);

      const question = readQuestion(request);
      if ('outcome' in question) return question;
      if (!credits.take(question.cost, now)) {
        const words = 'Usage quota has been reached. See usage plans.';
        return withCredits(refusal('quota refused', 401, 'OUT_OF_USAGE_CREDITS', words), 0, now);
      }
      return withCredits(
        oddsAnswer(toldPrices(competition, telling), telling, question, kept),
        question.cost,
        now,
      );
    },
  };
}

const sportList = JSON.stringify([
  {
    key: sportKey,
    group: 'Soccer',
    title: leagueName,
    description: 'A league that never was',
    active: true,
    has_outrights: false,
  },
]);

const listOf = (text: string | null): readonly string[] =>
  (text ?? '').split(',').filter((part) => part !== '');

function readQuestion({ query }: WireRequest): OddsQuestion | WireAnswer {
  const asked = query.has('markets') ? listOf(query.get('markets')) : ['h2h'];
  const markets = marketKeys.filter((market) => asked.includes(market));
  if (markets.length !== asked.length) return unprocessable('INVALID_MARKET', 'Invalid markets parameter');
  const bookmakers = listOf(query.get('bookmakers'));
  const named = listOf(query.get('regions'));
  if (bookmakers.length === 0 && named.length === 0) {
    return unprocessable('MISSING_REGION', 'Missing regions parameter');
  }
  if (named.some((region) => !regions.includes(region))) {
    return unprocessable('INVALID_REGION', 'Invalid regions parameter');
  }
  if (
    !['decimal', null].includes(query.get('oddsFormat')) ||
    !['iso', null].includes(query.get('dateFormat'))
  ) {
    return unprocessable('INVALID_FORMAT', 'The simulator writes decimal prices and ISO dates');
  }
  return {
    markets,
    bookmakers: bookmakers.length > 0 ? bookmakers : null,
    eventIds: query.has('eventIds') ? listOf(query.get('eventIds')) : null,
    cost:
      markets.length *
      (bookmakers.length > 0 ? Math.ceil(bookmakers.length / bookmakersOfRegion) : named.length),
  };
}

const wireTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const eventOf = ({ life, kickOff }: MatchState, { nameOf }: Telling) => ({
  id: oddsApiId(life),
  sport_key: sportKey,
  sport_title: leagueName,
  commence_time: wireTime(kickOff),
  home_team: nameOf(life.match.home),
  away_team: nameOf(life.match.away),
});

/** Matches ahead that somebody has a price for are what the provider lists. Prices in play are not simulated. */
const eventsAnswer = (competition: Competition, telling: Telling): WireAnswer =>
  jsonAnswer(
    'answered',
    200,
    jsonList(
      telling
        .listed(toldPrices(competition, telling))
        .map(({ state }) => JSON.stringify(eventOf(state, telling))),
    ),
  );

function oddsAnswer(
  offered: readonly PricedMatch[],
  telling: Telling,
  { markets, bookmakers, eventIds }: OddsQuestion,
  kept: KeptTexts,
): WireAnswer {
  const asked = offered.filter(({ state }) => eventIds?.includes(oddsApiId(state.life)) ?? true);
  const events = telling.listed(asked).map(({ state, prices }) => {
    const event = eventOf(state, telling);
    const under = [event.home_team, event.away_team, event.commence_time, ...markets, ...(bookmakers ?? [])];
    return kept(prices, under, () => {
      const quoted = prices
        .filter(({ bookmaker }) => bookmakers?.includes(namedBookmaker(bookmaker).key) ?? true)
        .map((book) => bookmakerOf(book, markets, event));
      return JSON.stringify({ ...event, bookmakers: quoted });
    });
  });
  return jsonAnswer('answered', 200, jsonList(events));
}

function bookmakerOf(book: BookPrices, markets: readonly MarketKey[], event: ReturnType<typeof eventOf>) {
  const { key, name } = namedBookmaker(book.bookmaker);
  const updatedAt = wireTime(book.at);
  return {
    key,
    title: name,
    last_update: updatedAt,
    markets: markets.map((market) => ({
      key: market,
      last_update: updatedAt,
      outcomes: outcomesOf(market, book, event.home_team, event.away_team),
    })),
  };
}

/** Teams come in the order of their names, the draw last; each side of a handicap has its own point. */
function outcomesOf(market: MarketKey, book: BookPrices, home: string, away: string) {
  const inOrder = <Outcome extends { readonly name: string }>(
    outcomes: readonly Outcome[],
  ): readonly Outcome[] => outcomes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  switch (market) {
    case 'h2h':
      return [
        ...inOrder([
          { name: home, price: book.outcome.home },
          { name: away, price: book.outcome.away },
        ]),
        { name: 'Draw', price: book.outcome.draw },
      ];
    case 'totals':
      return [
        { name: 'Over', price: book.goals.first, point: goalsLine },
        { name: 'Under', price: book.goals.second, point: goalsLine },
      ];
    case 'spreads':
      return inOrder([
        { name: home, price: book.handicap.first, point: book.handicapLine },
        { name: away, price: book.handicap.second, point: -book.handicapLine + 0 },
      ]);
  }
}
