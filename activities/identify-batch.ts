import type pg from 'pg';
import {
  bearMatches,
  lockMatches,
  matchIdsOf,
  meetingsOf,
  registerMatches,
  type NewMatch,
  type RegisteredPairing,
} from '../adapters/postgres/identity/match-directory.js';
import { suggestedNames } from '../adapters/postgres/identity/suggestions.js';
import { externalTeamId, teamIdsOf } from '../adapters/postgres/identity/team-directory.js';
import { dateIn } from '../domain/clock/zones.js';
import { assignMatches } from '../domain/identity/assign-matches.js';
import type { Finding } from '../domain/clean/history.js';
import { readMatchKey } from '../domain/identity/match-key.js';
import { InvariantBroken } from '../schemas/errors.js';
import { CalendarDate, toIso, type Instant } from '../schemas/values.js';
import type { DerivedKey } from './derive-batch.js';

/** A key whose match is known. */
export interface IdentifiedKey extends DerivedKey {
  readonly matchId: number;
  /** This transaction registered the match, and no other key of the batch bears it. */
  readonly isFresh: boolean;
}

export interface IdentifiedBatch {
  readonly kind: 'identified';
  readonly keys: readonly IdentifiedKey[];
  readonly waiting: readonly WaitingKey[];
}

/** A key with a name that a reviewer is asked about, or whose two names mean one team: why its rows are held. */
export interface WaitingKey {
  readonly key: DerivedKey;
  readonly reason: string;
  readonly findings: readonly Finding[];
}

/** Some name means no team yet and nobody was asked about it: names have to be decided first. */
export interface NamesUndecided {
  readonly kind: 'names undecided';
}

/** A key of a source, and the match that it is to bear from now on. */
interface Borne {
  readonly key: string;
  readonly matchId: number;
}

interface TeamedKey {
  readonly key: DerivedKey;
  readonly pairing: RegisteredPairing;
  readonly ordinal: number;
  readonly kickoff: Instant;
}

/** Finds the match of each key, and registers those that nobody has told of yet. */
export async function identifyBatch(
  client: pg.ClientBase,
  keys: readonly DerivedKey[],
): Promise<IdentifiedBatch | NamesUndecided> {
  const waiting: WaitingKey[] = [];
  const identified: Omit<IdentifiedKey, 'isFresh'>[] = [];
  const made = new Set<number>();
  const unborne: { readonly dataSource: string; readonly borne: readonly Borne[] }[] = [];
  for (const [dataSource, ofSource] of bySource(keys)) {
    const teams = await findTeams(client, dataSource, ofSource);
    if (teams.kind === 'names undecided') return teams;
    waiting.push(...teams.waiting);
    const { found, registered, borne } = await findMatches(client, dataSource, teams.keys);
    identified.push(...found);
    unborne.push({ dataSource, borne });
    for (const id of registered) made.add(id);
  }
  // What this transaction registered nobody else can see.
  const known = identified.map(({ matchId }) => matchId).filter((id) => !made.has(id));
  if (known.length > 0) await lockMatches(client, known);
  for (const { dataSource, borne } of unborne) await bearMatches(client, dataSource, borne);
  const bearers = new Map<number, number>();
  for (const { matchId } of identified) bearers.set(matchId, (bearers.get(matchId) ?? 0) + 1);
  return {
    kind: 'identified',
    waiting,
    keys: identified.map((key) => ({
      ...key,
      isFresh: made.has(key.matchId) && bearers.get(key.matchId) === 1,
    })),
  };
}

function bySource(keys: readonly DerivedKey[]): [string, DerivedKey[]][] {
  const sources = new Map<string, DerivedKey[]>();
  for (const key of keys) {
    const ofSource = sources.get(key.claimed.dataSource);
    if (ofSource === undefined) sources.set(key.claimed.dataSource, [key]);
    else ofSource.push(key);
  }
  return [...sources].sort(([a], [b]) => (a < b ? -1 : 1));
}

async function findTeams(client: pg.ClientBase, dataSource: string, keys: readonly DerivedKey[]) {
  const read = keys.map((key) => {
    const { country } = key.league;
    const { season, homeTeam, awayTeam, ordinal } = readMatchKey(key.claimed.key);
    const [home, away] = [homeTeam, awayTeam].map((name) => externalTeamId({ country, name }));
    return { key, season, ordinal, home: home ?? '', away: away ?? '' };
  });
  const names = [...new Set(read.flatMap(({ home, away }) => [home, away]))];
  const teamIds = await teamIdsOf(client, dataSource, names);
  const unknown = names.filter((name) => !teamIds.has(name));
  const suggested =
    unknown.length === 0 ? new Set<string>() : await suggestedNames(client, dataSource, unknown);
  if (unknown.some((name) => !suggested.has(name))) return { kind: 'names undecided' } as const;

  const teamed: TeamedKey[] = [];
  const waiting: WaitingKey[] = [];
  for (const { key, season, ordinal, home, away } of read) {
    const homeTeamId = teamIds.get(home);
    const awayTeamId = teamIds.get(away);
    const kickoff = key.history.fixtureRevisions.at(-1)?.matchTime;
    if (homeTeamId === undefined || awayTeamId === undefined || kickoff === undefined) {
      const asked = [home, away].filter((name) => !teamIds.has(name)).join(' and ');
      waiting.push({
        key,
        reason: `team: which team ${asked} is waits for an answer in the review queue`,
        findings: [],
      });
      continue;
    }
    if (homeTeamId === awayTeamId) {
      const reason = `${home} and ${away} mean one team`;
      waiting.push({ key, reason: `team: ${reason}`, findings: oneTeamFindings(key, reason) });
      continue;
    }
    const { leagueId } = key.league;
    teamed.push({ key, pairing: { leagueId, season, homeTeamId, awayTeamId }, ordinal, kickoff });
  }
  return { kind: 'teams', keys: teamed, waiting } as const;
}

const oneTeamFindings = ({ claimed }: DerivedKey, message: string): Finding[] =>
  claimed.rawIds.map((rawId) => ({
    rawId,
    editionId: null,
    table: 'matches',
    errorType: 'held',
    severity: 'high',
    field: 'team',
    message,
    data: { key: claimed.key },
    requiresReview: true,
  }));

async function findMatches(client: pg.ClientBase, dataSource: string, keys: readonly TeamedKey[]) {
  const known = await matchIdsOf(
    client,
    dataSource,
    keys.map(({ key }) => key.claimed.key),
  );
  const found = new Map<TeamedKey, number>();
  const unmapped: TeamedKey[] = [];
  for (const teamed of keys) {
    const matchId = known.get(teamed.key.claimed.key);
    if (matchId === undefined) unmapped.push(teamed);
    else found.set(teamed, matchId);
  }
  let registered: ReadonlySet<number> = new Set();
  if (unmapped.length > 0) {
    const assigned = await assignBatch(client, dataSource, unmapped);
    registered = assigned.registered;
    for (const [teamed, matchId] of assigned.matchIds) found.set(teamed, matchId);
  }
  return {
    registered,
    borne: unmapped.map((teamed): Borne => ({ key: teamed.key.claimed.key, matchId: idOf(found, teamed) })),
    found: keys.map((teamed) => ({ ...teamed.key, matchId: idOf(found, teamed) })),
  };
}

function idOf(found: ReadonlyMap<TeamedKey, number>, teamed: TeamedKey): number {
  const id = found.get(teamed);
  if (id !== undefined) return id;
  throw new InvariantBroken('A key was given no match', { object: teamed.key.claimed.key });
}

/** Gives each key that bears no match yet its match: a registered one, or a new one. */
async function assignBatch(client: pg.ClientBase, dataSource: string, unmapped: readonly TeamedKey[]) {
  const groups = new Map<string, TeamedKey[]>();
  for (const teamed of unmapped) {
    const { leagueId, season, homeTeamId, awayTeamId } = teamed.pairing;
    const name = [leagueId, season, homeTeamId, awayTeamId].join('/');
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [teamed]);
    else group.push(teamed);
  }
  const pairings = [...groups.values()];
  const meetings = await meetingsOf(
    client,
    dataSource,
    pairings.flatMap(([first]) => first?.pairing ?? []),
  );
  const meetingsByPairing = new Map<number, typeof meetings>();
  for (const meeting of meetings) {
    const list = meetingsByPairing.get(meeting.pairingNo);
    if (list === undefined) meetingsByPairing.set(meeting.pairingNo, [meeting]);
    else list.push(meeting);
  }
  const matchIds = new Map<TeamedKey, number>();
  const fresh: { readonly teamed: TeamedKey; readonly match: NewMatch }[] = [];
  for (const [pairingNo, group] of pairings.entries()) {
    const assignments = assignMatches(
      group.map(({ ordinal, kickoff, key }) => ({ ordinal, date: dateIn(key.league.timeZone, kickoff) })),
      (meetingsByPairing.get(pairingNo) ?? []).map((meeting) => ({
        ...meeting,
        date: CalendarDate.parse(meeting.date),
      })),
    );
    for (const [index, teamed] of group.entries()) {
      const assignment = assignments[index];
      if (assignment?.kind === 'registered') matchIds.set(teamed, assignment.id);
      else if (assignment?.kind === 'new') {
        const match = { ...teamed.pairing, ordinal: assignment.ordinal, matchTime: toIso(teamed.kickoff) };
        fresh.push({ teamed, match });
      }
    }
  }
  const { ids, made } = await registerMatches(
    client,
    fresh.map(({ match }) => match),
  );
  for (const [index, { teamed }] of fresh.entries()) {
    const id = ids[index];
    if (id !== undefined) matchIds.set(teamed, id);
  }
  return { matchIds, registered: made };
}
