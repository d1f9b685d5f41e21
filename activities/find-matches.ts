import type pg from 'pg';
import {
  keyName,
  matchesBorneBy,
  meetingsOf,
  registerMatches,
  unmappedRepeats,
  type Borne,
  type RegisteredMeeting,
  type RegisteredPairing,
  type SourceKey,
} from '../adapters/postgres/identity/match-directory.js';
import { assignMatches } from '../domain/identity/assign-matches.js';
import { CalendarDate } from '../schemas/values.js';

/** A key of a source whose teams are known, by what its latest version says. */
export interface TeamedKey extends SourceKey, RegisteredPairing {
  readonly ordinal: number;
  readonly matchTime: Date;
  /** The day in the league's zone. */
  readonly date: string;
}

export interface FoundMatches {
  /** The match of each key, by {@link keyName}. */
  readonly matchIds: ReadonlyMap<string, number>;
  /** The matches that this transaction registered. */
  readonly made: ReadonlySet<number>;
  /** The keys that bore no match before: those of the batch, and the others of a pairing that repeats. */
  readonly unborne: readonly Borne[];
}

/**
 * Finds the match of each key; what nobody has told of yet is registered. Of a pairing that some source tells more than once all
 * keys of bronze get their matches together, those of other batches too: which is whose is then the same wherever batches end. Where
 * another batch registers a match of the same pairing first, the pairing is looked at again with that match and its date.
 */
export async function findMatches(client: pg.ClientBase, keys: readonly TeamedKey[]): Promise<FoundMatches> {
  const matchIds = new Map<string, number>();
  const made = new Set<number>();
  const unborne: Borne[] = [];
  for (let open = keys; ;) {
    for (const borne of await matchesBorneBy(client, open)) matchIds.set(keyName(borne), borne.matchId);
    open = open.filter((key) => !matchIds.has(keyName(key)));
    if (open.length === 0) return { matchIds, made, unborne };

    const assigned = await assignPairings(
      client,
      pairingsOf([...open, ...(await unmappedRepeats(client, open))]),
    );
    for (const id of assigned.made) made.add(id);
    unborne.push(...assigned.borne);
    for (const borne of assigned.borne) matchIds.set(keyName(borne), borne.matchId);
    open = open.filter((key) => !matchIds.has(keyName(key)));
  }
}

/** The keys of each pairing; of a key that comes twice the later one counts. */
function pairingsOf(keys: readonly TeamedKey[]): (readonly [TeamedKey, ...TeamedKey[]])[] {
  const groups = new Map<string, [TeamedKey, ...TeamedKey[]]>();
  for (const key of new Map(keys.map((each) => [keyName(each), each])).values()) {
    const { leagueId, season, homeTeamId, awayTeamId } = key;
    const name = [leagueId, season, homeTeamId, awayTeamId].join('/');
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [key]);
    else group.push(key);
  }
  return [...groups.values()];
}

/** Gives the keys of each pairing their matches, but for pairings of which another batch has registered a match meanwhile. */
async function assignPairings(
  client: pg.ClientBase,
  pairings: readonly (readonly [TeamedKey, ...TeamedKey[]])[],
) {
  const meetings = new Map<number, RegisteredMeeting[]>();
  for (const meeting of await meetingsOf(
    client,
    pairings.map(([first]) => first),
  )) {
    const known = meetings.get(meeting.pairingNo);
    if (known === undefined) meetings.set(meeting.pairingNo, [meeting]);
    else known.push(meeting);
  }
  const plans = pairings.map((keys, pairingNo) => {
    const assignments = assignMatches(
      keys.map((key) => ({ ...key, date: CalendarDate.parse(key.date) })),
      (meetings.get(pairingNo) ?? []).map((meeting) => ({
        ...meeting,
        date: CalendarDate.parse(meeting.date),
      })),
    );
    const founders = new Map<number, TeamedKey>();
    for (const [place, key] of keys.entries()) {
      const assignment = assignments[place];
      if (assignment?.kind === 'new' && !founders.has(assignment.ordinal))
        founders.set(assignment.ordinal, key);
    }
    return { keys, assignments, founders };
  });
  const wanted = plans.flatMap(({ founders }, planNo) =>
    [...founders].map(([ordinal, key]) => ({ ...key, ordinal, planNo })),
  );
  const registered = await registerMatches(
    client,
    wanted.map((match) => ({ ...match, matchTime: match.matchTime.toISOString() })),
  );
  const ids = new Map<string, number>();
  const contested = new Set<number>();
  for (const [place, { planNo, ordinal }] of wanted.entries()) {
    const id = registered.ids[place];
    if (id === undefined || !registered.made.has(id)) contested.add(planNo);
    else ids.set(`${planNo}/${ordinal}`, id);
  }
  const borne = plans.flatMap(({ keys, assignments }, planNo) =>
    contested.has(planNo)
      ? []
      : keys.flatMap(({ dataSource, key }, place): Borne[] => {
          const assignment = assignments[place];
          const matchId =
            assignment?.kind === 'registered'
              ? assignment.id
              : ids.get(`${planNo}/${assignment?.ordinal ?? 0}`);
          return matchId === undefined ? [] : [{ dataSource, key, matchId }];
        }),
  );
  return { made: registered.made, borne };
}
