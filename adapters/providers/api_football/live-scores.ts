import { z } from 'zod';
import type { ToldScore } from '../../../schemas/records/live.js';
import { entries, type Entries, type EntryReading } from '../wire/contract.js';
import type { Endpoint } from '../wire/endpoint.js';
import { readAnswer } from './answer.js';
import { FixtureEntry, scoreOf } from './fixture-entry.js';
import { matchStatusOf } from './match-status.js';
import { idsParameter, mostIds } from './fixtures.js';
import { goalsOf } from './wire-fields.js';

/** Every match in play, or those of some leagues, or up to {@link mostIds} matches in play or not, by the provider's ids. One request each way. */
export type LiveScoresQuery =
  { readonly leagues: 'all' | readonly [string, ...string[]] } | { readonly ids: readonly string[] };

export { mostIds };

const notMinutes = 'is not a minute of play';
const Minute = z.int(notMinutes).min(0, notMinutes).max(130, notMinutes).nullish();
const AddedMinutes = z.int(notMinutes).min(0, notMinutes).max(30, notMinutes).nullish();

/** `/fixtures?live=`, or by ids: status, minute and score. The provider does not say when it changed them last. */
export const liveScores: Endpoint<LiveScoresQuery, ToldScore> = {
  kind: 'scores',
  request: (query) => ({ path: '/fixtures', parameters: parametersOf(query), cost: 1 }),
  read: (body, request, now) =>
    readAnswer({ body, request, now }, FixtureEntry, (response) =>
      entries(response, { place: 'response', shape: FixtureEntry, toRecord: toScore }),
    ),
};

function parametersOf(query: LiveScoresQuery): Readonly<Record<string, string>> {
  if ('ids' in query) return idsParameter(query.ids);
  const { leagues } = query;
  return { live: leagues === 'all' ? leagues : leagues.join('-') };
}

/** How one entry says that its match stands: what bronze keeps is read as the answer was. */
export const readLiveScore = (raw: unknown): Entries<ToldScore> =>
  entries([raw], { place: 'response', shape: FixtureEntry, toRecord: toScore });

function toScore(entry: FixtureEntry): EntryReading<ToldScore> {
  const { fixture, score } = entry;
  const { short, elapsed, extra } = fixture.status;
  const minute = Minute.safeParse(elapsed);
  if (!minute.success) return { path: ['fixture', 'status', 'elapsed'], reason: notMinutes };
  const added = AddedMinutes.safeParse(extra);
  if (!added.success) return { path: ['fixture', 'status', 'extra'], reason: notMinutes };
  return {
    record: {
      externalId: String(fixture.id),
      status: matchStatusOf[short],
      minute: minute.data ?? null,
      addedMinutes: added.data ?? null,
      score: scoreOf(entry),
      halfTime: goalsOf(score?.halftime),
      providerUpdatedAt: null,
    },
  };
}
