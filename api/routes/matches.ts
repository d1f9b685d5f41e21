import { z } from 'zod';
import { listFixtures, streamFixtures, type Fixture } from '../../adapters/postgres/fixtures.js';
import { readMatchTold } from '../../adapters/postgres/match-told.js';
import {
  readPriceHistory,
  streamPriceHistory,
  type QuotedPrice,
} from '../../adapters/postgres/price-history.js';
import { reachingPostgres } from '../../adapters/postgres/away.js';
import { closingPrices } from '../../domain/odds/closing-prices.js';
import { envelopeOf, pageOf, told } from '../../schemas/api/envelope.js';
import {
  FixtureLine,
  FixturesQuery,
  MatchPath,
  PriceHistory,
  PricesQuery,
  type PriceLine,
} from '../../schemas/api/matches.js';
import { oddsOf } from '../../schemas/cache.js';
import { inPlace, places } from '../at-once.js';
import type { ApiDeps } from '../deps.js';
import { kindWanted, ndjson, sendLines } from '../kinds.js';
import { pageFrom, placeOf } from '../paging.js';
import { NothingThere } from '../problems.js';
import type { ApiServer } from '../api-server.js';

const dayMs = 86_400_000;
const Place = z.tuple([z.iso.datetime(), z.int().positive()]);
/** A list that is taken slowly holds a connection of the pool so long. */
const listWithinMs = 300_000;

/** A match in one line, as the API tells it. */
export const fixtureLine = (fixture: Fixture): FixtureLine => ({
  match_id: fixture.matchId,
  league: fixture.league,
  season: fixture.season,
  home_team_id: fixture.homeTeamId,
  home: fixture.home,
  away_team_id: fixture.awayTeamId,
  away: fixture.away,
  kick_off: fixture.kickOff.toISOString(),
  kickoff_precision: fixture.precision,
  match_status: fixture.status,
  home_score: fixture.homeScore,
  away_score: fixture.awayScore,
  venue: fixture.venue,
});

const priceLine = (price: QuotedPrice): PriceLine => ({
  bookmaker: price.bookmaker,
  data_source: price.dataSource,
  market: price.market,
  line: price.line,
  quote_kind: price.kind,
  price_phase: price.phase,
  home: price.home,
  draw: price.draw,
  away: price.away,
  over: price.over,
  under: price.under,
  suspicious: price.suspicious,
  known_at: price.knownAt.toISOString(),
  recorded_at: price.recordedAt.toISOString(),
  known_at_basis: price.basis,
  raw_id: price.rawId,
});

export const noMatch = (matchId: number): NothingThere =>
  new NothingThere(`No match has the id ${matchId}`, { advice: 'GET /api/v1/matches lists matches.' });

/** Matches and their prices, as they are or were known. */
export function matchRoutes(app: ApiServer, { databases, cache, now }: ApiDeps): void {
  const { pool } = databases.reader;
  const lists = places(2, 'long lists');
  const kickOffOf = async (matchId: number, asOf: Date | undefined): Promise<Date> => {
    const match = await reachingPostgres(() => readMatchTold(pool, matchId, asOf ?? 'infinity'));
    if (match?.state === undefined) throw noMatch(matchId);
    return match.state.matchTime;
  };

  app.get(
    '/api/v1/matches',
    {
      config: { access: 'reader', alsoAs: [ndjson] },
      handlerTimeout: listWithinMs,
      schema: {
        tags: ['matches'],
        operationId: 'listMatches',
        summary: 'Fixtures by kick-off, as known at an instant',
        description:
          'By pages; or, where application/x-ndjson is asked for, all of them from `cursor` on, a line each, whatever `limit` says.',
        querystring: FixturesQuery,
        response: { 200: envelopeOf(pageOf(FixtureLine)) },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const from = query.from ?? new Date(now() - dayMs);
      const until = query.to ?? new Date(from.getTime() + 8 * dayMs);
      const after = query.cursor === undefined ? undefined : placeOf(query.cursor, Place);
      const filter = {
        ...{ from, until, teamId: query.team_id, status: query.status },
        leagues: query.league?.split(','),
        after: after === undefined ? undefined : { kickOff: new Date(after[0]), matchId: after[1] },
      };
      if (kindWanted(request, [ndjson]) === ndjson) {
        const all = inPlace(lists, () => streamFixtures(pool, filter, query.as_of));
        return sendLines(reply, all, fixtureLine);
      }
      const found = await listFixtures(pool, { ...filter, limit: query.limit + 1 }, query.as_of);
      return told(
        pageFrom(found, query.limit, {
          line: fixtureLine,
          place: ({ kickOff, matchId }) => [kickOff.toISOString(), matchId],
        }),
      );
    },
  );

  app.get(
    '/api/v1/matches/:match_id/prices',
    {
      config: { access: 'reader', alsoAs: [ndjson] },
      handlerTimeout: listWithinMs,
      schema: {
        tags: ['matches'],
        operationId: 'readPrices',
        summary: 'The price history of a match, and what each bookmaker closed at',
        description:
          'As known at an instant. Where application/x-ndjson is asked for, the history alone, a line a price.',
        params: MatchPath,
        querystring: PricesQuery,
        response: { 200: envelopeOf(PriceHistory) },
      },
    },
    async (request, reply) => {
      const { match_id: matchId } = request.params;
      const { as_of: asOf, market, bookmaker } = request.query;
      if (kindWanted(request, [ndjson]) === ndjson) {
        await kickOffOf(matchId, asOf);
        const filter = { matchId, market, bookmaker };
        return sendLines(
          reply,
          inPlace(lists, () => streamPriceHistory(pool, filter, asOf)),
          priceLine,
        );
      }
      const read = async (): Promise<PriceHistory> => {
        const kickOff = await kickOffOf(matchId, asOf);
        const history = await readPriceHistory(pool, { matchId, market, bookmaker }, asOf);
        return {
          ...{ match_id: matchId, kick_off: kickOff.toISOString(), history: history.map(priceLine) },
          closing: closingPrices(history, kickOff).map(priceLine),
        };
      };
      return told(
        asOf === undefined
          ? await cache.through({
              key: oddsOf(matchId, bookmaker, { market }),
              schema: PriceHistory,
              compute: read,
            })
          : await read(),
      );
    },
  );
}
