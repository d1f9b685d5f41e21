import { apiFootball } from '../adapters/providers/api_football/api-football.js';
import { lineups } from '../adapters/providers/api_football/lineups.js';
import {
  archive,
  forecast,
  openMeteo,
  openMeteoArchive,
  type ArchiveQuery,
} from '../adapters/providers/open_meteo/open-meteo.js';
import type { Endpoint, WireProvider } from '../adapters/providers/wire/endpoint.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { sourceIdOf, whenAndWhere, type MatchPlace } from '../adapters/postgres/match-facts.js';
import { askableWeather } from '../domain/clock/askable-weather.js';
import { nowBy, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { lineupRow, weatherRow } from '../domain/collect/told-row.js';
import type { Priority } from '../schemas/budgets.js';
import { BadInput } from '../schemas/errors.js';
import type { PlaceBasis, ToldWeather } from '../schemas/records/live.js';
import { CalendarDate, instant, toIso } from '../schemas/values.js';
import { placeOfHome, placeOfVenue, type Place } from '../schemas/venues.js';
import { collectTold, type CollectToldDeps, type ToldCounts, type ToldQuestion } from './collect-told.js';
import { heartbeating } from './heartbeating.js';
import { reach, reachApiFootball, type LiveSources } from './live-sources.js';

export interface CollectMatchFactsDeps extends CollectToldDeps {
  readonly sources: LiveSources & {
    readonly openMeteo: { readonly url: string | undefined; readonly archiveUrl: string | undefined };
  };
}

export interface MatchFactsInput {
  /** Ours, of `matches`. */
  readonly matchId: number;
  readonly clock?: SimulatedClock;
}

export interface LineupsInput extends MatchFactsInput {
  /** Absent: that of a match ahead. */
  readonly priority?: Priority;
}

/** What cannot be asked, and why: the same question has the same answer until somebody changes something. */
export interface SkippedFacts {
  readonly outcome: 'skipped';
  readonly reason: string;
}

/** `published`: both sides are told; `one-side`: one alone is, or can be read. What is counted are sides. */
export type CollectedLineups =
  (ToldCounts & { readonly outcome: 'published' | 'one-side' | 'not-yet' }) | SkippedFacts;

/** What is counted is the weather of the hour, and what cannot be read of the answer. */
export type CollectedWeather =
  | (ToldCounts & {
      readonly outcome: 'collected';
      readonly basis: ToldWeather['basis'];
      readonly placeBasis: PlaceBasis;
    })
  | SkippedFacts;

/** Whom the weather is asked of. */
interface WeatherQuestion {
  readonly provider: WireProvider;
  readonly url: string | undefined;
  readonly endpoint: Endpoint<ArchiveQuery, ToldWeather>;
  readonly priority: Priority;
}

const hourMs = 3_600_000;

const skipped = (reason: string): SkippedFacts => ({ outcome: 'skipped', reason });

/** Activities that bring to bronze what is known of one match before it begins. */
export function createCollectMatchFactsActivities(deps: CollectMatchFactsDeps) {
  const { pool, sources } = deps;
  const readMatch = async (matchId: number) => {
    const match = await reachingPostgres(() => whenAndWhere(pool, matchId));
    if (match !== undefined) return match;
    throw new BadInput(`There is no match ${matchId}`, { object: String(matchId) });
  };
  const askedAndCounted = async <Query, Record>(
    question: ToldQuestion<Query, Record>,
  ): Promise<ToldCounts> => {
    const { told, stored, unchanged, rejected } = await collectTold(deps, question);
    return { told, stored, unchanged, rejected };
  };
  return {
    /**
     * Asks API-Football for the line-ups of a match. Skipped where there is no key, or API-Football does not tell of the match.
     * @throws BadInput where there is no such match; what `collectTold` throws.
     */
    async collectLineups({ matchId, clock, priority = 'lineups' }: LineupsInput): Promise<CollectedLineups> {
      return await heartbeating(async () => {
        const reachable = reachApiFootball(sources);
        if (reachable.kind === 'missing') return skipped(reachable.reason);
        const { dataSource } = apiFootball;
        await readMatch(matchId);
        const fixture = await reachingPostgres(() => sourceIdOf(pool, matchId, dataSource));
        if (fixture === undefined) return skipped(`${dataSource} does not tell of match ${matchId}`);
        const counts = await askedAndCounted({
          ...{ kind: 'lineups', priority, subject: fixture, clock },
          connection: reachable.connection,
          endpoint: lineups,
          query: { fixture },
          rowOf: lineupRow,
        });
        const { told } = counts;
        return { outcome: told >= 2 ? 'published' : told === 1 ? 'one-side' : 'not-yet', ...counts };
      });
    },

    /**
     * Asks Open-Meteo for the weather of the hour in which a match begins: the forecast, or, where it was played so long ago that the archive has it, what was
     * measured, which is known from now on alone. It is asked for at the match's ground, or, where no source tells one, at that of its home
     * club. Skipped where hour or place are not known, or the hour is too far ahead.
     * @throws BadInput where there is no such match; what `collectTold` throws.
     */
    async collectWeather({ matchId, clock }: MatchFactsInput): Promise<CollectedWeather> {
      return await heartbeating(async () => {
        const match = await readMatch(matchId);
        if (match.precision === 'day') return skipped(`the hour of match ${matchId} is not known yet`);
        const found = placeOf(match);
        if (typeof found === 'string') return skipped(found);
        const { placeBasis, place } = found;
        const kickoff = match.kickoff.getTime();
        const basis = askableWeather(instant(kickoff), nowBy(clock, Date.now()));
        if (basis === 'none-yet') return skipped(`no forecast reaches as far as match ${matchId}`);
        const { provider, url, ...question } = weatherQuestions(sources.openMeteo)[basis];
        const reachable = reach(provider, { url, key: undefined });
        if (reachable.kind === 'missing') return skipped(reachable.reason);
        const hour = instant(Math.floor(kickoff / hourMs) * hourMs);
        const day = CalendarDate.parse(toIso(hour).slice(0, 10));
        const counts = await askedAndCounted({
          ...{ kind: 'weather', subject: String(matchId), clock, ...question },
          connection: reachable.connection,
          query: { ...place, from: day, to: day },
          // The day comes as a whole; of the match is the hour.
          rowOf: (weather, raw) =>
            weather.at === hour ? weatherRow(weather, raw, { matchId, placeBasis }) : null,
        });
        return { outcome: 'collected', basis, placeBasis, ...counts };
      });
    },
  };
}

/** What was measured fills the past: it waits for everything that a match ahead needs. */
const weatherQuestions = ({
  url,
  archiveUrl,
}: CollectMatchFactsDeps['sources']['openMeteo']): Readonly<
  Record<ToldWeather['basis'], WeatherQuestion>
> => ({
  forecast: { provider: openMeteo, url, endpoint: forecast, priority: 'regular' },
  measured: { provider: openMeteoArchive, url: archiveUrl, endpoint: archive, priority: 'backfill' },
});

/** Where a match is played, or why that is not known. A ground that is told and not declared is not the home club's for want of a better one. */
export function placeOf({
  country,
  venue,
  homeNames,
}: Pick<MatchPlace, 'country' | 'venue' | 'homeNames'>):
  { readonly placeBasis: PlaceBasis; readonly place: Place } | string {
  if (venue !== null) {
    const place = placeOfVenue(country, venue);
    return place === undefined ? `no place is known for ${venue}` : { placeBasis: 'venue', place };
  }
  const place = placeOfHome(country, homeNames);
  return place === undefined
    ? `no source tells the ground, and none is declared for ${homeNames.join(', ')}`
    : { placeBasis: 'home_ground', place };
}
