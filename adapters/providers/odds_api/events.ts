import type { ToldEvent } from '../../../schemas/records/live.js';
import { entries } from '../wire/contract.js';
import type { Endpoint } from '../wire/endpoint.js';
import { unknownFields } from '../wire/unknown-fields.js';
import { Event, EventsBody } from './contract.js';
import { readEvent, readList } from './read-event.js';

export interface EventsQuery {
  /** `soccer_epl`. */
  readonly sport: string;
}

/** Which matches The Odds API knows of a league, in play and ahead, and when they begin. Costs nothing. */
export const events: Endpoint<EventsQuery, ToldEvent> = {
  kind: 'fixtures',
  request: ({ sport }) => ({
    path: `/v4/sports/${encodeURIComponent(sport)}/events`,
    parameters: { dateFormat: 'iso' },
    cost: 0,
  }),
  read: (body, _request, now) => ({
    ...entries(readList(body, now), { place: '', shape: Event, toRecord: readEvent }),
    unknownFields: unknownFields(EventsBody, body),
    next: null,
  }),
};
