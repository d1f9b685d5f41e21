import type pg from 'pg';
import {
  giveKey,
  holdRowAgain,
  isKeyTaken,
  lockUnidentifiedRows,
  type UnidentifiedRow,
} from '../adapters/postgres/review/unidentified-rows.js';
import { keysWithPrefix } from '../adapters/postgres/source-editions.js';
import type { ProviderRegistry } from '../adapters/providers/provider.js';
import { assignOrdinals } from '../domain/identity/assign-ordinals.js';
import { longestKey } from '../domain/identity/plan-edition.js';
import { Season } from '../schemas/values.js';
import { identifyLines, storedKey } from './plan-file.js';

/** What a released row turns out to be: a match's, by its key, or still none that can be told. */
type Identified =
  { readonly key: string; readonly division: string; readonly matchTime: Date } | { readonly reason: string };

/**
 * Reads the rows that were held for want of a key and that somebody released, as collection reads rows today: each gets its key and
 * goes on with the pending ones, or is held again with today's reason.
 */
export async function identifyReleased(client: pg.ClientBase, providers: ProviderRegistry): Promise<void> {
  for (const row of await lockUnidentifiedRows(client)) {
    const found = await identify(client, row, providers);
    if ('reason' in found) await holdRowAgain(client, row.rawId, found.reason);
    else await giveKey(client, { rawId: row.rawId, ...found });
  }
}

async function identify(
  client: pg.ClientBase,
  { rawId, dataSource, raw, rowNo, fileKind, ...file }: UnidentifiedRow,
  providers: ProviderRegistry,
): Promise<Identified> {
  const provider = providers[dataSource];
  if (provider === undefined) return { reason: `row: no provider reads ${dataSource}` };
  const context = {
    division: file.division,
    season: file.season === null ? null : Season.parse(file.season),
  };
  const { lines, identified } = identifyLines(provider, context, { rows: [{ rowNo, raw, text: '' }] });
  const reading = lines[0]?.reading;
  if (reading?.kind !== 'readable') {
    const { field, text, reason } = reading ?? { field: 'row', text: '', reason: 'cannot be read' };
    return { reason: `${field}: ${text === '' ? reason : `${text}: ${reason}`}` };
  }
  const prefixes = identified.map(({ division, season }) => `${division}/${season}/`);
  const stored = (await keysWithPrefix(client, dataSource, prefixes)).map((known) =>
    storedKey(provider, known.key, known.raw),
  );
  const [assignment] = assignOrdinals(
    identified,
    stored.filter((key) => key !== undefined),
    fileKind,
  );
  if (assignment?.kind !== 'key') return { reason: 'row: it has no key of its own' };
  if (assignment.key.length > longestKey) return { reason: 'HomeTeam: the names of the teams are too long' };
  if (await isKeyTaken(client, rawId, assignment.key)) {
    return { reason: 'row: another line of its file is about the same match' };
  }
  return { key: assignment.key, division: reading.division, matchTime: new Date(reading.matchTime) };
}
