import type pg from 'pg';
import {
  bearMatches,
  keyName,
  lockMatches,
  matchesBorneBy,
} from '../adapters/postgres/identity/match-directory.js';
import type { LeagueSeason } from '../adapters/postgres/identity/pending-names.js';
import { suggestedNames } from '../adapters/postgres/identity/suggestions.js';
import { externalTeamId, teamIdsOf } from '../adapters/postgres/identity/team-directory.js';
import type { ClaimedKey } from '../adapters/postgres/silver-claim.js';
import { dateIn } from '../domain/clock/zones.js';
import type { Finding } from '../domain/clean/history.js';
import { readMatchKey } from '../domain/identity/match-key.js';
import { InvariantBroken, TouchlineError } from '../schemas/errors.js';
import type { DerivedKey } from './derive-batch.js';
import { findMatches, type TeamedKey } from './find-matches.js';

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
  /** The seasons of which some match was found for the first time by a source. */
  readonly seasonsGrown: readonly LeagueSeason[];
}

/** A key with a name that a reviewer is asked about, or whose two names mean one team: why its rows are held. */
export interface WaitingKey {
  readonly key: DerivedKey;
  readonly reason: string;
  readonly findings: readonly Finding[];
}

/** Another batch has decided meanwhile which match a key bears. Rolled back and begun again, the batch sees what the other decided. */
export class MatchDecidedMeanwhile extends TouchlineError {
  readonly remedy = 'retry-later';
}

/** Some name means no team yet and nobody was asked about it: names have to be decided first. */
export interface NamesUndecided {
  readonly kind: 'names undecided';
}

/**
 * Finds the match of each key, registers those that nobody has told of yet, and locks every match that the batch may change: also those
 * of `toldAnew`, keys of which nothing may be left to tell. Throws {@link MatchDecidedMeanwhile}, which asks for a rollback.
 */
export async function identifyBatch(
  client: pg.ClientBase,
  keys: readonly DerivedKey[],
  toldAnew: readonly ClaimedKey[],
): Promise<IdentifiedBatch | NamesUndecided> {
  const waiting: WaitingKey[] = [];
  const teamed: { readonly derived: DerivedKey; readonly teamed: TeamedKey }[] = [];
  for (const [dataSource, ofSource] of bySource(keys)) {
    const teams = await findTeams(client, dataSource, ofSource);
    if (teams.kind === 'names undecided') return teams;
    waiting.push(...teams.waiting);
    teamed.push(...teams.keys);
  }
  const { matchIds, made, unborne } = await findMatches(
    client,
    teamed.map((key) => key.teamed),
  );
  const identified = teamed.map(({ derived, teamed: { dataSource, key } }) => {
    const matchId = matchIds.get(keyName({ dataSource, key }));
    if (matchId === undefined) throw new InvariantBroken('A key was given no match', { object: key });
    return { ...derived, matchId };
  });
  const touched = [...identified, ...unborne, ...(await matchesBorneBy(client, toldAnew))];
  // What this transaction registered nobody else can see.
  const known = touched.map(({ matchId }) => matchId).filter((id) => !made.has(id));
  if (known.length > 0) await lockMatches(client, known);
  const [overtaken] = await bearMatches(client, unborne);
  if (overtaken !== undefined) {
    throw new MatchDecidedMeanwhile('Another batch has given a key its match', { object: overtaken.key });
  }
  const isNew = new Set(unborne.map(keyName));
  const grown = teamed.flatMap((key) => (isNew.has(keyName(key.teamed)) ? [key.teamed] : []));
  const bearers = new Map<number, number>();
  for (const { matchId } of identified) bearers.set(matchId, (bearers.get(matchId) ?? 0) + 1);
  return {
    kind: 'identified',
    waiting,
    seasonsGrown: grown,
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

  const teamed: { readonly derived: DerivedKey; readonly teamed: TeamedKey }[] = [];
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
    const { leagueId, timeZone } = key.league;
    teamed.push({
      derived: key,
      teamed: {
        dataSource,
        key: key.claimed.key,
        leagueId,
        season,
        homeTeamId,
        awayTeamId,
        ordinal,
        matchTime: new Date(kickoff),
        date: dateIn(timeZone, kickoff),
      },
    });
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
