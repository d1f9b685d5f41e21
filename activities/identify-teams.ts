import type pg from 'pg';
import { pendingNames, toldFixtures, type PendingName } from '../adapters/postgres/identity/pending-names.js';
import {
  closeAnswered,
  suggestTeams,
  type IdentitySuggestion,
} from '../adapters/postgres/identity/suggestions.js';
import {
  lockIdentity,
  nameTeams,
  registerTeams,
  teamsOf,
  type NamedTeam,
  type SourceName,
} from '../adapters/postgres/identity/team-directory.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import { readNameInKey } from '../domain/identity/match-key.js';
import { resolveNames, type PeerFixture, type Sheet } from '../domain/identity/resolve-names.js';
import { CalendarDate } from '../schemas/values.js';

/**
 * Decides, for each name in the pending payloads that means no team yet, which team it is: named, registered as a new one, or put to a
 * reviewer. One source after the other, so that the second one is compared with the first. One run at a time.
 */
export async function identifyPendingTeams(pool: pg.Pool): Promise<void> {
  await inTransaction(pool, async ({ client }) => {
    await lockIdentity(client);
    const pending = await pendingNames(client);
    for (const names of grouped(pending, ({ dataSource, country }) => `${dataSource}\n${country}`)) {
      await identifyNames(client, names);
    }
    if (pending.length > 0) await closeAnswered(client);
  });
}

function grouped<T>(items: readonly T[], nameOf: (item: T) => string): (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(nameOf(item));
    if (group === undefined) groups.set(nameOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** The names of one source in one country. */
async function identifyNames(
  client: pg.ClientBase,
  pending: readonly [PendingName, ...PendingName[]],
): Promise<void> {
  const [{ dataSource, country }] = pending;
  const byName = new Map(
    grouped(pending, ({ name }) => name).map((group) => [readNameInKey(group[0].name), group] as const),
  );
  const seasons = grouped(pending, ({ leagueId, season }) => `${leagueId}/${season}`).map(([first]) => first);
  const told = await toldFixtures(client, seasons);
  const known = new Map<string, number>();
  const sheets = new Map<string, { leagueSeason: string; fixtures: Sheet['fixtures'][number][] }>();
  const peers: PeerFixture[] = [];
  for (const fixture of told) {
    const leagueSeason = `${fixture.leagueId}/${fixture.season}`;
    const date = CalendarDate.parse(fixture.date);
    const { homeTeamId, awayTeamId } = fixture;
    if (fixture.dataSource !== dataSource) {
      if (homeTeamId !== null && awayTeamId !== null)
        peers.push({ leagueSeason, date, homeTeamId, awayTeamId });
      continue;
    }
    const home = readNameInKey(fixture.home);
    const away = readNameInKey(fixture.away);
    if (homeTeamId !== null) known.set(home, homeTeamId);
    if (awayTeamId !== null) known.set(away, awayTeamId);
    const sheet = sheets.get(leagueSeason) ?? { leagueSeason, fixtures: [] };
    sheet.fixtures.push({ date, home, away });
    sheets.set(leagueSeason, sheet);
  }
  const teams = await teamsOf(client, country);
  const resolutions = resolveNames({
    unknown: [...byName.keys()].sort(),
    known,
    teams,
    sheets: [...sheets.values()],
    peers,
  });

  const named: NamedTeam[] = [];
  const registered: SourceName[] = [];
  const suggestions: IdentitySuggestion[] = [];
  for (const [name, resolution] of resolutions) {
    const source = { dataSource, country, name };
    if (resolution.kind === 'new') registered.push(source);
    else if (resolution.kind === 'same') {
      const { teamId, basis } = resolution;
      named.push({ ...source, teamId, basis, addedBy: 'refine', reason: null });
    } else {
      const uses = byName.get(name) ?? [];
      const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();
      suggestions.push({
        ...source,
        divisions: distinct(uses.map(({ division }) => division)),
        seasons: distinct(uses.map(({ season }) => season)),
        candidates: resolution.candidates,
      });
    }
  }
  await nameTeams(client, named);
  await registerTeams(client, registered);
  await suggestTeams(client, suggestions);
}
