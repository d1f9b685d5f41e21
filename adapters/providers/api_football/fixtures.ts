import { BadInput } from '../../../schemas/errors.js';
import type { ToldFixture } from '../../../schemas/records/live.js';
import {
  seasonOfStartYear,
  seasonStartYear,
  type CalendarDate,
  type Season,
} from '../../../schemas/values.js';
import { entries, type Entries, type EntryReading } from '../wire/contract.js';
import type { Endpoint } from '../wire/endpoint.js';
import { readAnswer } from './answer.js';
import { FixtureEntry, kickoffOf, scoreOf } from './fixture-entry.js';
import { matchStatusOf } from './match-status.js';
import { goalsOf, sideOf, tidyOrNull } from './wire-fields.js';

/** The matches of a league's season on the days from `from` to `to` (UTC), or up to {@link mostIds} matches by the provider's ids. */
export type FixturesQuery =
  | {
      /** The provider's id: `39`. */
      readonly league: string;
      readonly season: Season;
      readonly from: CalendarDate;
      readonly to: CalendarDate;
    }
  | { readonly ids: readonly string[] };

/** More ids than these the provider refuses. */
export const mostIds = 20;

/**
 * `/fixtures`: kick-off, teams, status and score. A league that plays within one calendar year has the season that begins in it:
 * `2024` is told as 2024-25.
 */
export const fixtures: Endpoint<FixturesQuery, ToldFixture> = {
  kind: 'fixtures',
  request: (query) => ({ path: '/fixtures', parameters: parametersOf(query), cost: 1 }),
  read: (body, request, now) => readAnswer({ body, request, now }, FixtureEntry, readFixtures),
};

/** What the entries of an answer's list say, one by one. */
export const readFixtures = (response: readonly unknown[]): Entries<ToldFixture> =>
  entries(response, { place: 'response', shape: FixtureEntry, toRecord: toFixture });

function parametersOf(query: FixturesQuery): Readonly<Record<string, string>> {
  if ('league' in query) {
    const { league, season, from, to } = query;
    return { league, season: String(seasonStartYear(season)), from, to };
  }
  return idsParameter(query.ids);
}

/** Names matches by their ids. */
export function idsParameter(ids: readonly string[]): Readonly<Record<string, string>> {
  if (ids.length === 0 || ids.length > mostIds) {
    throw new BadInput(`api_football takes 1 to ${mostIds} ids at a time, not ${ids.length}`, {
      field: 'ids',
      advice: `Ask for ${mostIds} at a time.`,
    });
  }
  return { ids: ids.join('-') };
}

function toFixture(entry: FixtureEntry): EntryReading<ToldFixture> {
  const { fixture, league, teams, score } = entry;
  const start = kickoffOf(entry);
  if (start === undefined) return { path: ['fixture', 'date'], reason: 'is not a time' };
  return {
    record: {
      externalId: String(fixture.id),
      league: String(league.id),
      season: seasonOfStartYear(league.season),
      ...start,
      home: sideOf(teams.home),
      away: sideOf(teams.away),
      status: matchStatusOf[fixture.status.short],
      score: scoreOf(entry),
      halfTime: goalsOf(score?.halftime),
      venue: tidyOrNull(fixture.venue?.name),
      referee: tidyOrNull(fixture.referee),
    },
  };
}
