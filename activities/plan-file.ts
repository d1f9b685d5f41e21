import {
  keysWithPrefix,
  standingEdition,
  versionsInFile,
  type FileVersion,
  type StoredEdition,
} from '../adapters/postgres/source-editions.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import type { FileContext, IdentifiedRow, MatchFileProvider } from '../adapters/providers/provider.js';
import { kickoffOf } from '../domain/clock/kickoff.js';
import {
  assignOrdinals,
  type Assignment,
  type EditionRow,
  type StoredKey,
} from '../domain/identity/assign-ordinals.js';
import { keysOfHeldRows, type HeldRow } from '../domain/identity/held-rows.js';
import { matchKey, readMatchKey } from '../domain/identity/match-key.js';
import {
  contentHash,
  membershipChange,
  planEdition,
  type EditionLine,
  type KnownPayloads,
} from '../domain/identity/plan-edition.js';
import type { ParsedFile, SourceFile } from '../schemas/records/source-file.js';
import type { Instant } from '../schemas/values.js';

interface FileToPlan {
  readonly transaction: Transaction;
  readonly provider: MatchFileProvider;
  readonly file: SourceFile;
  readonly parsed: ParsedFile;
  /** The edition that bronze has of it. */
  readonly latest: StoredEdition | undefined;
}

/** What a file comes to as the next edition, against what bronze holds; nothing is written. Matches leave the last edition that stands. */
export async function planFile({ transaction: { client }, provider, file, parsed, latest }: FileToPlan) {
  const { lines, identified } = identifyLines(provider, file, parsed);
  const storedKeys = await keysNear(client, provider, file.dataSource, lines, identified);
  const standing = latest === undefined ? undefined : await standingEdition(client, file);
  const versions = latest === undefined ? [] : await versionsInFile(client, file, standing?.id ?? 0);
  const name = { dataSource: file.dataSource, uri: file.uri, editionNo: (latest?.editionNo ?? 0) + 1 };
  const before = new Set<string>();
  for (const { key, inEdition } of versions) if (key !== null && inEdition) before.add(key);
  const assignments = assignOrdinals(identified, storedKeys, file.kind);
  const heldKeys = keysOfHeldRows(heldRowsOf(lines), missingOf(before, assignments, storedKeys));
  const plan = planEdition(name, lines, assignments, knownPayloads(versions), heldKeys);
  return {
    ...{ name, lines, identified, assignments, storedKeys, standing, versions, before, plan },
    ...membershipChange(before, plan),
  };
}

/** Which matches the rows of a file are about, in their order; what cannot be read says why. */
export function identifyLines(
  provider: MatchFileProvider,
  file: FileContext,
  parsed: Pick<ParsedFile, 'rows'>,
): { lines: EditionLine[]; identified: EditionRow[] } {
  const leagueZones = new Map(
    provider.divisions.map(({ externalId, league }) => [externalId, league.timeZone]),
  );
  const startOf = (row: IdentifiedRow): Instant =>
    kickoffOf(row, leagueZones.get(row.division) ?? row.timeZone).at;

  const lines: EditionLine[] = [];
  const identified: EditionRow[] = [];
  for (const { rowNo, raw, text } of parsed.rows) {
    const content = contentHash(raw);
    const identity = provider.identifyRow(raw, file);
    if (identity.kind === 'unreadable') {
      const { field, reason } = identity;
      const partial = identity.identity;
      lines.push({
        rowNo,
        raw,
        text,
        content,
        reading: { kind: 'unreadable', field, text: identity.text, reason, identity: partial },
      });
      continue;
    }
    const { division, season, homeTeam, awayTeam, date, sourceId } = identity;
    lines.push({
      rowNo,
      raw,
      text,
      content,
      reading: { kind: 'readable', division, matchTime: startOf(identity) },
    });
    identified.push({
      ...{ rowNo, division, season, homeTeam, awayTeam, date, sourceId },
      content: content.toString('hex'),
    });
  }
  return { lines, identified };
}

/** Every key that bronze holds of the divisions and seasons that the rows are about. */
async function keysNear(
  client: Transaction['client'],
  provider: MatchFileProvider,
  dataSource: string,
  lines: readonly EditionLine[],
  identified: readonly EditionRow[],
): Promise<StoredKey[]> {
  const told = [...identified, ...heldRowsOf(lines).map(({ identity }) => identity)];
  const prefixes = told.flatMap(({ division, season }) =>
    season === null ? [] : [`${division}/${season}/`],
  );
  const keys = await keysWithPrefix(client, dataSource, [...new Set(prefixes)].sort());
  return keys.map(({ key, raw }) => storedKey(provider, key, raw)).filter((key) => key !== undefined);
}

const heldRowsOf = (lines: readonly EditionLine[]): HeldRow[] =>
  lines.flatMap(({ rowNo, reading }) =>
    reading.kind === 'unreadable' && reading.identity !== undefined
      ? [{ rowNo, identity: reading.identity }]
      : [],
  );

/** The keys of the edition before that no readable row of this one has. */
function missingOf(
  before: ReadonlySet<string>,
  assignments: readonly Assignment[],
  storedKeys: readonly StoredKey[],
): StoredKey[] {
  const told = new Set(
    assignments.map((assignment) => (assignment.kind === 'contradiction' ? '' : assignment.key)),
  );
  return storedKeys.filter((stored) => {
    const key = matchKey(stored, stored.ordinal);
    return before.has(key) && !told.has(key);
  });
}

/**
 * A key of bronze as the assignment of ordinals wants it; undefined where its payload cannot be read any more. Where the source has ids
 * the payload may name the teams in another way than the key does.
 */
export function storedKey(
  provider: MatchFileProvider,
  key: string,
  raw: Readonly<Record<string, unknown>>,
): StoredKey | undefined {
  const named = readMatchKey(key);
  const identity = provider.identifyRow(raw, { division: named.division, season: named.season });
  if (identity.kind === 'unreadable') return undefined;
  const { date, sourceId } = identity;
  return { ...named, date, sourceId, played: provider.statesScore(raw) };
}

function knownPayloads(versions: readonly FileVersion[]): KnownPayloads {
  const known = {
    versions: new Map<string, { rawId: number; content: string }>(),
    held: new Map<string, number>(),
  };
  for (const { key, rawId, content } of versions) {
    if (key === null) known.held.set(content, rawId);
    else known.versions.set(key, { rawId, content });
  }
  return known;
}
