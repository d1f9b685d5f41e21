import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { instantFromIso } from '../../../schemas/values.js';
import { pricesAt } from '../../../simulator/season/price-path.js';
import { Simulation, usualPlans } from '../../../simulator/simulation.js';
import { oddsApiId } from '../../../simulator/wire/names.js';
import { ask, runningSeason, saturday, standingStill } from '../../support/simulation.js';

describe('The Odds API', () => {
  const { key } = usualPlans.oddsApi;
  const odds = '/v4/sports/soccer_simulated_league/odds';
  const withKey = (query: string): string => `apiKey=${key}&${query}`;
  const Events = z.array(
    z.object({
      id: z.string(),
      commence_time: z.iso.datetime(),
      home_team: z.string(),
      away_team: z.string(),
      bookmakers: z.array(
        z.object({
          key: z.string(),
          markets: z.array(
            z.object({
              key: z.string(),
              outcomes: z.array(
                z.object({ name: z.string(), price: z.number(), point: z.number().optional() }),
              ),
            }),
          ),
        }),
      ),
    }),
  );
  const creditsOf = ({ headers }: { readonly headers: Readonly<Record<string, string>> }) =>
    ['x-requests-used', 'x-requests-remaining', 'x-requests-last'].map((name) => Number(headers[name]));

  it('tells every price that stands, the teams by name and the draw last', () => {
    const simulation = new Simulation(standingStill());
    const query = withKey('regions=uk&markets=h2h,totals,spreads');
    const events = Events.parse(JSON.parse(ask(simulation, 'odds_api', odds, query).body));
    const offered = simulation.competition
      .lives(runningSeason)
      .filter((life) => pricesAt(life, saturday).length > 0);
    expect(events.map(({ id }) => id).sort()).toEqual(offered.map(oddsApiId).sort());
    for (const life of offered) {
      const event = events.find(({ id }) => id === oddsApiId(life));
      expect([event?.home_team, event?.away_team]).toEqual([life.match.home, life.match.away]);
      pricesAt(life, saturday).forEach(({ outcome, handicap, handicapLine }, book) => {
        const [h2h, , spreads] = event?.bookmakers[book]?.markets ?? [];
        const named = (name: string) => h2h?.outcomes.find((candidate) => candidate.name === name)?.price;
        expect([named(life.match.home), named('Draw'), named(life.match.away)]).toEqual([
          outcome.home,
          outcome.draw,
          outcome.away,
        ]);
        expect(h2h?.outcomes.at(-1)?.name).toBe('Draw');
        expect(spreads?.outcomes).toContainEqual({
          name: life.match.home,
          price: handicap.first,
          point: handicapLine,
        });
        expect(spreads?.outcomes).toContainEqual({
          name: life.match.away,
          price: handicap.second,
          point: 0 - handicapLine,
        });
      });
    }
  });

  it('takes markets times regions of the month’s credits, nothing for the list of events, and refuses beyond', () => {
    const plans = { ...usualPlans, oddsApi: { key, perMonth: 7 } };
    const simulation = new Simulation({ ...standingStill(), plans });
    const asked = (query: string) => ask(simulation, 'odds_api', odds, withKey(query));
    expect(creditsOf(asked('regions=uk,eu&markets=h2h,totals'))).toEqual([4, 3, 4]);
    expect(creditsOf(ask(simulation, 'odds_api', odds.replace('odds', 'events'), withKey('')))).toEqual([
      4, 3, 0,
    ]);
    expect(creditsOf(asked('bookmakers=bet365,pinnacle&markets=h2h,totals,spreads'))).toEqual([7, 0, 3]);
    const refused = asked('regions=uk');
    expect([refused.status, refused.body]).toEqual([401, expect.stringContaining('OUT_OF_USAGE_CREDITS')]);
    simulation.advanceTo(instantFromIso('2026-10-01T00:00:00Z'));
    expect(creditsOf(asked('regions=uk'))).toEqual([1, 6, 1]);
  });

  it('refuses a wrong key, another sport, and a question without regions', () => {
    const simulation = new Simulation(standingStill());
    const told = (path: string, query: string) => {
      const { status, body } = ask(simulation, 'odds_api', path, query);
      return [status, z.object({ error_code: z.string() }).parse(JSON.parse(body)).error_code];
    };
    expect(told(odds, 'apiKey=another&regions=uk')).toEqual([401, 'INVALID_KEY']);
    expect(told(odds, 'regions=uk')).toEqual([401, 'MISSING_KEY']);
    expect(told('/v4/sports/soccer_epl/odds', withKey('regions=uk'))).toEqual([404, 'UNKNOWN_SPORT']);
    expect(told(odds, withKey('markets=h2h'))).toEqual([422, 'MISSING_REGION']);
    expect(told(odds, withKey('regions=uk&markets=corners'))).toEqual([422, 'INVALID_MARKET']);
  });
});
