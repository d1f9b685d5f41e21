import type pg from 'pg';
import {
  pendingNames,
  toldFixtures,
  type PendingName,
  type ToldFixture,
} from '../adapters/postgres/identity/pending-names.js';
import {
  askedNames,
  closeAnswered,
  suggestTeams,
  type IdentitySuggestion,
} from '../adapters/postgres/identity/suggestions.js';
import {
  externalTeamId,
  lockIdentity,
  nameTeams,
  registerTeams,
  teamIdsOf,
  teamsOf,
  type NamedTeam,
  type SourceName,
} from '../adapters/postgres/identity/team-directory.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import { readNameInKey } from '../domain/identity/match-key.js';
import { resolveNames, type NameResolution } from '../domain/identity/resolve-names.js';
import { ToldSeasons, type PeerFixture, type Sheet } from '../domain/identity/told-seasons.js';
import { InvariantBroken } from '../schemas/errors.js';
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

/** Until each of the pending names means a team or is asked about. */
async function identifyNames(
  client: pg.ClientBase,
  pending: readonly [PendingName, ...PendingName[]],
): Promise<void> {
  const [{ dataSource, country }] = pending;
  const leagueSeasons = grouped(pending, ({ leagueId, season }) => `${leagueId}/${season}`);
  const fixtures = await toldFixtures(
    client,
    leagueSeasons.map(([first]) => first),
  );
  const told = whatIsTold(dataSource, fixtures);
  const seasons = new ToldSeasons(told);
  const arrived = new Set(pending.map(({ name }) => readNameInKey(name)));
  const untold = [...arrived].filter((name) => !told.names.includes(name));
  // Refine would ask for them to be decided for ever.
  if (untold.length > 0)
    throw new InvariantBroken('Pending rows name teams that no fixture tells', { object: untold.join(', ') });
  for (let before: readonly string[] | undefined; ;) {
    const ids = await teamIdsOf(
      client,
      dataSource,
      told.names.map((name) => externalTeamId({ country, name })),
    );
    const asked = await askedNames(client, dataSource, country);
    const known = new Map<string, number>();
    const unknown: string[] = [];
    for (const name of told.names) {
      const teamId = ids.get(externalTeamId({ country, name }));
      if (teamId !== undefined) known.set(name, teamId);
      else if (arrived.has(name)) unknown.push(name);
    }
    const undecided = unknown.filter((name) => !asked.has(name));
    // What is asked already is looked at once more: what is told by now may answer it.
    if (before === undefined ? unknown.length === 0 : undecided.length === 0) return;
    if (undecided.length > 0 && undecided.length === before?.length) {
      throw new InvariantBroken('Names of teams stay undecided', { object: undecided.join(', ') });
    }
    before = undecided;
    const teams = await teamsOf(client, dataSource, country);
    const resolutions = resolveNames({ unknown, asked, known, teams, seasons });
    await write(client, { dataSource, country, pending }, resolutions);
  }
}

/** What is told of some seasons: by one source in its names, in the order in which they first play, by the others of teams. */
function whatIsTold(dataSource: string, fixtures: readonly ToldFixture[]) {
  const sheets = new Map<string, { leagueSeason: string; fixtures: Sheet['fixtures'][number][] }>();
  const firstSeasons = new Map<string, string>();
  const peers: PeerFixture[] = [];
  for (const fixture of fixtures) {
    const { season, homeTeamId, awayTeamId } = fixture;
    const leagueSeason = `${fixture.leagueId}/${season}`;
    const date = CalendarDate.parse(fixture.date);
    if (fixture.dataSource !== dataSource) {
      if (homeTeamId !== null && awayTeamId !== null)
        peers.push({ leagueSeason, date, homeTeamId, awayTeamId });
      continue;
    }
    const [home, away] = [readNameInKey(fixture.home), readNameInKey(fixture.away)];
    for (const name of [home, away]) {
      const first = firstSeasons.get(name);
      if (first === undefined || season < first) firstSeasons.set(name, season);
    }
    const sheet = sheets.get(leagueSeason) ?? { leagueSeason, fixtures: [] };
    sheet.fixtures.push({ date, home, away });
    sheets.set(leagueSeason, sheet);
  }
  const byFirstSeason = [...firstSeasons].map(([name, season]) => [season, name] as const).sort();
  return { names: byFirstSeason.map(([, name]) => name), sheets: [...sheets.values()], peers };
}

/** The names of one source in one country, with every row in which a pending payload has one of them. */
interface SourceNames {
  readonly dataSource: string;
  readonly country: string;
  readonly pending: readonly PendingName[];
}

async function write(
  client: pg.ClientBase,
  { dataSource, country, pending }: SourceNames,
  resolutions: ReadonlyMap<string, NameResolution>,
): Promise<void> {
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
      const uses = pending.filter((use) => readNameInKey(use.name) === name);
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
