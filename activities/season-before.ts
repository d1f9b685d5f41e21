import type pg from 'pg';
import { fingerprintOf, standingSeason } from '../adapters/postgres/edition-evidence.js';
import type { MatchFileProvider } from '../adapters/providers/provider.js';
import type { CollectedMatch } from '../schemas/records/collected-match.js';
import { seasonOfStartYear, seasonStartYear, type Season } from '../schemas/values.js';

/** The seasons that were read last, by what their payloads are: a season before is read again each day of the next one, and has not changed. */
const remembered = new Map<string, readonly CollectedMatch[]>();
const mostRemembered = 8;

/** What a source tells of the season before in a division, match by match; empty where it tells none. */
export async function seasonBefore(
  client: pg.ClientBase,
  provider: MatchFileProvider,
  {
    dataSource,
    division,
    season,
  }: { readonly dataSource: string; readonly division: string; readonly season: Season },
): Promise<readonly CollectedMatch[]> {
  const before = seasonOfStartYear(seasonStartYear(season) - 1);
  const prefix = `${division}/${before}/`;
  const name = `${dataSource} ${prefix} ${await fingerprintOf(client, dataSource, prefix)}`;
  const known = remembered.get(name);
  const matches =
    known ??
    (await standingSeason(client, dataSource, prefix))
      .map(({ raw }) => provider.readRow(raw, { division, season: before }))
      .flatMap((outcome) => (outcome.kind === 'read' ? [outcome.match] : []));
  // The newest stands last; the first is the one that nobody has asked for since.
  remembered.delete(name);
  remembered.set(name, matches);
  const [oldest] = remembered.keys();
  if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
  return matches;
}
