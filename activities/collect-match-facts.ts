import { apiFootball } from '../adapters/providers/api_football/api-football.js';
import { lineups } from '../adapters/providers/api_football/lineups.js';
import { forecast, openMeteo } from '../adapters/providers/open_meteo/open-meteo.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { sourceIdOf, whenAndWhere } from '../adapters/postgres/match-facts.js';
import { nowBy, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { lineupRow, weatherRow } from '../domain/collect/told-row.js';
import { BadInput } from '../schemas/errors.js';
import { CalendarDate, instant, toIso } from '../schemas/values.js';
import { placeOfVenue } from '../schemas/venues.js';
import { collectTold, type CollectToldDeps } from './collect-told.js';
import { heartbeating } from './heartbeating.js';
import { reach, reachApiFootball, type LiveSources } from './live-sources.js';

export interface CollectMatchFactsDeps extends CollectToldDeps {
  readonly sources: LiveSources & { readonly openMeteo: { readonly url: string | undefined } };
}

export interface MatchFactsInput {
  /** Ours, of `matches`. */
  readonly matchId: number;
  readonly clock?: SimulatedClock;
}

/** What cannot be asked, and why: the same question has the same answer until somebody changes something. */
export interface SkippedFacts {
  readonly outcome: 'skipped';
  readonly reason: string;
}

/** `published`: both sides are told. `stored` counts the sides that say something new. */
export type CollectedLineups =
  { readonly outcome: 'published' | 'not-yet'; readonly stored: number } | SkippedFacts;

/** `stored` is 1 where the forecast says something new, else 0. */
export type CollectedWeather = { readonly outcome: 'collected'; readonly stored: number } | SkippedFacts;

const hourMs = 3_600_000;
/** Open-Meteo's forecasts reach no farther. */
const forecastReachMs = 15 * 24 * hourMs;

const skipped = (reason: string): SkippedFacts => ({ outcome: 'skipped', reason });

/** Activities that bring to bronze what is known of one match before it begins. */
export function createCollectMatchFactsActivities(deps: CollectMatchFactsDeps) {
  const { pool, sources } = deps;
  const readMatch = async (matchId: number) => {
    const match = await reachingPostgres(() => whenAndWhere(pool, matchId));
    if (match !== undefined) return match;
    throw new BadInput(`There is no match ${matchId}`, { object: String(matchId) });
  };
  return {
    /**
     * Asks API-Football for the line-ups of a match. Skipped where there is no key, or API-Football does not tell of the match.
     * @throws BadInput where there is no such match; what `collectTold` throws.
     */
    async collectLineups({ matchId, clock }: MatchFactsInput): Promise<CollectedLineups> {
      return await heartbeating(async () => {
        const reachable = reachApiFootball(sources);
        if (reachable.kind === 'missing') return skipped(reachable.reason);
        const { dataSource } = apiFootball;
        await readMatch(matchId);
        const fixture = await reachingPostgres(() => sourceIdOf(pool, matchId, dataSource));
        if (fixture === undefined) return skipped(`${dataSource} does not tell of match ${matchId}`);
        const { told, stored } = await collectTold(deps, {
          ...{ kind: 'lineups', priority: 'lineups', subject: fixture, clock },
          connection: reachable.connection,
          endpoint: lineups,
          query: { fixture },
          rowOf: lineupRow,
        });
        // One side without the other is asked for again.
        return { outcome: told >= 2 ? 'published' : 'not-yet', stored };
      });
    },

    /**
     * Asks Open-Meteo for the forecast of the hour in which a match begins, at its ground. Skipped where hour or place are not known, or the hour
     * is too far ahead.
     * @throws BadInput where there is no such match; what `collectTold` throws.
     */
    async collectWeather({ matchId, clock }: MatchFactsInput): Promise<CollectedWeather> {
      return await heartbeating(async () => {
        const { kickoff, precision, country, venue } = await readMatch(matchId);
        if (precision === 'day') return skipped(`the hour of match ${matchId} is not known yet`);
        if (venue === null) return skipped(`no venue is known of match ${matchId}`);
        const place = placeOfVenue(country, venue);
        if (place === undefined) return skipped(`no place is known for ${venue}`);
        if (kickoff.getTime() > nowBy(clock, Date.now()) + forecastReachMs) {
          return skipped(`no forecast reaches as far as match ${matchId}`);
        }
        const reachable = reach(openMeteo, { url: sources.openMeteo.url, key: undefined });
        if (reachable.kind === 'missing') return skipped(reachable.reason);
        const hour = instant(Math.floor(kickoff.getTime() / hourMs) * hourMs);
        const day = CalendarDate.parse(toIso(hour).slice(0, 10));
        const { stored } = await collectTold(deps, {
          ...{ kind: 'weather', priority: 'regular', subject: String(matchId), clock },
          connection: reachable.connection,
          endpoint: forecast,
          query: { ...place, from: day, to: day },
          // The day comes as a whole; of the match is the hour.
          rowOf: (weather, raw) => (weather.at === hour ? weatherRow(weather, raw, matchId) : null),
        });
        return { outcome: 'collected', stored };
      });
    },
  };
}
