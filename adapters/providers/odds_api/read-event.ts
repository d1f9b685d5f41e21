import { z } from 'zod';
import type { ToldEvent } from '../../../schemas/records/live.js';
import type { Instant } from '../../../schemas/values.js';
import { instantFromIso } from '../../../schemas/values.js';
import type { EntryReading } from '../wire/contract.js';
import { readBody } from '../wire/contract.js';
import type { Event } from './contract.js';
import { dataSource, oddsApi } from './odds-api.js';

/**
 * The list that every answer is.
 * @throws what the body refuses: KeyRefused, QuotaExhausted or BadInput; ContractBroken where it is another shape.
 */
export function readList(body: unknown, now: Instant): readonly unknown[] {
  const refusal = oddsApi.readRefusal?.(200, body, now);
  if (refusal !== undefined) throw refusal;
  return readBody(body, z.array(z.unknown()), dataSource);
}

/** Outcomes are named by team, so an event of one team twice says nothing. */
export function readEvent(event: Event): EntryReading<ToldEvent> {
  const [home, away] = [event.home_team.trim(), event.away_team.trim()];
  if (home === away) return { path: ['away_team'], reason: 'is the home side too' };
  return {
    record: {
      externalId: event.id,
      league: event.sport_key,
      kickoff: instantFromIso(event.commence_time),
      home: { externalId: null, name: home },
      away: { externalId: null, name: away },
    },
  };
}
