import { z } from 'zod';
import type { ToldInjury } from '../../../schemas/records/live.js';
import { seasonStartYear, type CalendarDate, type Season } from '../../../schemas/values.js';
import { entries, type EntryReading } from '../wire/contract.js';
import type { Endpoint } from '../wire/endpoint.js';
import { readAnswer } from './answer.js';
import { id, idText, name, notRead, sideOf, Team, text, tidy, tidyOrNull, unread } from './wire-fields.js';

/** Of one match, of a league's season, or of the matches of one day (UTC). */
export type InjuriesQuery =
  | { readonly fixture: string }
  | { readonly league: string; readonly season: Season }
  | { readonly date: CalendarDate };

const certainties = { 'Missing Fixture': 'out', Questionable: 'doubtful' } as const;

/** A player who misses a match, or may, by https://www.api-football.com/documentation-v3#tag/Injuries/operation/get-injuries. */
const InjuryEntry = z.object({
  player: z.object({
    id: id.nullish(),
    name,
    photo: notRead,
    type: z.enum(['Missing Fixture', 'Questionable'], 'is neither Missing Fixture nor Questionable'),
    reason: text.nullish(),
  }),
  team: Team,
  fixture: z.object({ id: id.nullish(), timezone: notRead, date: notRead, timestamp: notRead }),
  league: unread('id', 'season', 'name', 'country', 'logo', 'flag'),
});

/** `/injuries`: who is out or doubtful, injured or suspended; the reason says which. */
export const injuries: Endpoint<InjuriesQuery, ToldInjury> = {
  kind: 'injuries',
  request: (query) => ({ path: '/injuries', parameters: parametersOf(query), cost: 1 }),
  read: (body, request, now) =>
    readAnswer({ body, request, now }, InjuryEntry, (response) =>
      entries(response, { place: 'response', shape: InjuryEntry, toRecord: toInjury }),
    ),
};

function parametersOf(query: InjuriesQuery): Readonly<Record<string, string>> {
  if ('fixture' in query) return { fixture: query.fixture };
  if ('date' in query) return { date: query.date };
  return { league: query.league, season: String(seasonStartYear(query.season)) };
}

function toInjury({ player, team, fixture }: z.infer<typeof InjuryEntry>): EntryReading<ToldInjury> {
  return {
    record: {
      externalId: idText(fixture.id),
      team: sideOf(team),
      player: { externalId: idText(player.id), name: tidy(player.name), shirtNumber: null, position: null },
      certainty: certainties[player.type],
      reason: tidyOrNull(player.reason),
    },
  };
}
