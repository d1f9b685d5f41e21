import { z } from 'zod';
import type { ToldEvent, ToldScore } from '../../../schemas/records/live.js';
import { instantFromIso } from '../../../schemas/values.js';
import type { Entries } from '../wire/contract.js';
import { entries } from '../wire/contract.js';
import type { Told } from '../wire/endpoint.js';
import { MatchHead, MatchState } from './contract.js';

/**
 * Of each state which match it is and how that stands, whichever transport brought it. The payload of the first is what tells the match
 * and no more: it stays the same while goals are scored.
 */
export function readStates(states: readonly unknown[], place: string): Entries<ToldEvent | ToldScore> {
  const { told, rejected } = entries(states, {
    place,
    shape: MatchState,
    toRecord: (state) => ({ record: { match: matchOf(state), score: scoreOf(state) } }),
  });
  return {
    told: told.flatMap(({ record: { match, score }, raw }): Told<ToldEvent | ToldScore>[] => [
      match,
      { record: score, raw },
    ]),
    rejected,
  };
}

/** How one state says that its match stands: what bronze keeps is read as the answer was. */
export const readScoreState = (raw: unknown): Entries<ToldScore> =>
  entries([raw], {
    place: 'match',
    shape: MatchState,
    toRecord: (state) => ({ record: scoreOf(state) }),
  });

/** Which match each state is about, by what {@link headOf} leaves of it. */
export const readHeads = (heads: readonly unknown[], place: string): Entries<ToldEvent> =>
  entries(heads, {
    place,
    shape: MatchHead,
    toRecord: (head) => ({ record: matchOf(head).record }),
  });

const Head = z.object({
  id: z.unknown(),
  league: z.unknown(),
  kickoff: z.unknown(),
  home: z.object({ name: z.unknown() }),
  away: z.object({ name: z.unknown() }),
});

/** Of a state what tells its match, also where the rest of it cannot be read; what is no state stays as it is. */
export function headOf(state: unknown): unknown {
  const head = Head.safeParse(state);
  return head.success ? head.data : state;
}

function matchOf({ id, league, kickoff, home, away }: MatchHead): Told<ToldEvent> {
  return {
    record: {
      externalId: id,
      league,
      kickoff: instantFromIso(kickoff),
      home: { externalId: null, name: home.name.trim() },
      away: { externalId: null, name: away.name.trim() },
    },
    raw: { id, league, kickoff, home: { name: home.name }, away: { name: away.name } },
  };
}

function scoreOf({ id, status, minute, added, home, away, halfTime, updatedAt }: MatchState): ToldScore {
  return {
    externalId: id,
    status,
    minute,
    addedMinutes: added,
    score: { home: home.goals, away: away.goals },
    halfTime: halfTime ?? { home: null, away: null },
    providerUpdatedAt: instantFromIso(updatedAt),
  };
}
