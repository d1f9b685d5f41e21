import { reportChangedPairings } from '../adapters/postgres/changed-pairings.js';
import {
  keysWithPrefix,
  latestEdition,
  lockFile,
  refineAgain,
  rememberSourceIds,
  standingEdition,
  storeEdition,
  versionsInFile,
  type FileVersion,
  type StagedRow,
  type StoredEdition,
  type UnknownColumn,
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
import { changedPairings, type KeyedMatch } from '../domain/identity/changed-pairings.js';
import { keysOfHeldRows, type HeldRow } from '../domain/identity/held-rows.js';
import { matchKey, readMatchKey } from '../domain/identity/match-key.js';
import {
  contentHash,
  membershipChange,
  planEdition,
  type EditionLine,
  type EditionName,
  type EditionPlan,
  type KnownPayloads,
  type PlannedRow,
} from '../domain/identity/plan-edition.js';
import { waitsWithItsEdition } from '../domain/quality/edition/edition.js';
import type { FetchedFile, ParsedFile, SourceFile } from '../schemas/records/source-file.js';
import type { Instant } from '../schemas/values.js';
import { doubtEdition, nothingDoubted, type DoubtedRows } from './doubt-edition.js';
import type { ReportPhase } from './heartbeating.js';
import { publishMatches, type Published, type StoredMatchRow } from './publish-bronze.js';

/** stored + duplicates + held = rows. */
export interface CollectCounts {
  readonly rows: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly held: number;
}

export interface StoredFile {
  readonly counts: CollectCounts;
  /** Rows that cannot be read, those of earlier editions among them. */
  readonly unreadable: number;
  /** What the file says that its edition before did not: new payloads, and matches that left it or came back. */
  readonly news: number;
}

interface FileToStore {
  readonly transaction: Transaction;
  readonly provider: MatchFileProvider;
  readonly file: SourceFile;
  readonly runId: string;
  readonly fetched: FetchedFile;
  readonly parsed: ParsedFile;
  readonly reportPhase: ReportPhase;
  /** What is published on Kafka of what is stored; absent: nothing. */
  readonly published?: Published | undefined;
}

/**
 * Stores a file's rows as its next edition, or nothing where neither a payload nor the membership is new and the bytes
 * are those of the latest edition.
 */
export async function storeFetchedFile(input: FileToStore): Promise<StoredFile> {
  const { client, db } = input.transaction;
  await lockFile(client, input.file);
  const latest = await latestEdition(db, input.file);
  // Another attempt of this run may have committed while this one waited for the lock.
  if (latest?.runId === input.runId) {
    const { rows, stored, duplicates, held } = latest;
    return { counts: { rows, stored, duplicates, held }, unreadable: held, news: stored };
  }
  return await storeNextEdition(input, latest);
}

/** As {@link storeFetchedFile}, after this edition, by whoever holds the lock of the file: one run may store several. */
export async function storeNextEdition(
  input: FileToStore,
  latest: StoredEdition | undefined,
): Promise<StoredFile> {
  const { transaction, provider, file, runId, fetched, parsed, reportPhase } = input;
  const { client, db } = transaction;
  const planned = await planFile({ transaction, provider, file, parsed, latest });
  const { name, storedKeys, identified, assignments, plan, vanished, returned } = planned;
  const nothingIsNew = plan.counts.duplicates === plan.counts.rows && vanished.length + returned.length === 0;
  const news = plan.counts.stored + vanished.length + returned.length;
  const unreadable = planned.lines.filter(({ reading }) => reading.kind === 'unreadable').length;
  const result = { counts: plan.counts, unreadable, news };
  if (latest?.sha256 === fetched.sha256) {
    // What is doubted says the same again: there is one question about it already.
    if (latest.id !== planned.standing?.id) return { ...result, news: 0 };
    if (nothingIsNew) return result;
  }
  reportPhase('edition.judge', { file: file.uri });
  const {
    edition: doubt,
    rows: doubtedRows,
    results,
  } = file.kind === 'season' ? await doubtEdition(client, { ...input, planned }) : nothingDoubted;
  const stands = doubt?.type !== 'doubted_edition';

  reportPhase('bronze.copy', { file: file.uri, rows: plan.counts.rows });
  const rows = stagedRows(name, plan, parsed.rowIs, {
    all: stands ? null : waitsWithItsEdition,
    rows: doubtedRows,
  });
  await storeEdition(
    client,
    {
      file,
      editionNo: name.editionNo,
      sha256: fetched.sha256,
      etag: fetched.etag,
      ...credibleTime(fetched, latest),
      fetchedAt: new Date(fetched.fetchedAt),
      encoding: parsed.encoding,
      header: parsed.header,
      runId,
      counts: plan.counts,
      doubt,
      results,
    },
    rows,
    unknownColumns(provider, parsed),
  );
  if (file.kind === 'season' && stands) {
    const pairings = changedPairings(
      keyedOf(storedKeys, vanished),
      arrivalsOf(identified, assignments, storedKeys),
    );
    await reportChangedPairings(client, name, pairings);
  }
  const sourceIds = idsOf(identified, assignments);
  await rememberSourceIds(client, file.dataSource, sourceIds);
  await publishMatches(transaction, input.published, {
    ...{ dataSource: file.dataSource, at: new Date(fetched.fetchedAt) },
    rows: newMatches(rows, sourceIds),
  });
  if (stands) {
    const isFirstAfterDoubt = latest !== undefined && latest.id !== planned.standing?.id;
    await refineAgain(
      db,
      file.dataSource,
      isFirstAfterDoubt ? [...vanished, ...keysIn(plan)] : [...vanished, ...returned],
    );
  }
  reportPhase('bronze.commit', { file: file.uri, stored: plan.counts.stored });
  return result;
}

/** The payloads of an edition that are new, and wait for nobody. */
function newMatches(
  rows: readonly StagedRow[],
  sourceIds: readonly { readonly sourceId: string; readonly key: string }[],
): StoredMatchRow[] {
  const idOf = new Map(sourceIds.map(({ key, sourceId }) => [key, sourceId]));
  return rows.flatMap(({ payload, dedupKey }) => {
    if (payload?.status !== 'pending' || dedupKey === null) return [];
    const { key, matchTime } = payload;
    return key === null || matchTime === null ? [] : [{ key, matchTime, dedupKey, sourceId: idOf.get(key) }];
  });
}

/** The matches of an edition. */
const keysIn = (plan: EditionPlan): string[] => plan.rows.flatMap(({ key }) => (key === null ? [] : [key]));

/** What a file comes to as the next edition, against what bronze holds; nothing is written. Matches leave the last edition that stands. */
export async function planFile({
  transaction: { client },
  provider,
  file,
  parsed,
  latest,
}: Pick<FileToStore, 'transaction' | 'provider' | 'file' | 'parsed'> & {
  readonly latest: StoredEdition | undefined;
}) {
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

/** Those of the stored keys that are in the list. */
function keyedOf(storedKeys: readonly StoredKey[], keys: readonly string[]): KeyedMatch[] {
  const wanted = new Set(keys);
  return storedKeys
    .map((stored) => ({ ...stored, key: matchKey(stored, stored.ordinal) }))
    .filter(({ key }) => wanted.has(key));
}

/** The ids that the source has for the matches of its rows, each with the key that its match has. */
function idsOf(
  rows: readonly EditionRow[],
  assignments: readonly Assignment[],
): { readonly sourceId: string; readonly key: string }[] {
  const keys = new Map(
    assignments.flatMap((assignment) =>
      assignment.kind === 'key' ? [[assignment.rowNo, assignment.key] as const] : [],
    ),
  );
  return rows.flatMap(({ rowNo, sourceId }) => {
    const key = keys.get(rowNo);
    return sourceId === undefined || key === undefined ? [] : [{ sourceId, key }];
  });
}

/** The rows whose key bronze did not have. */
function arrivalsOf(
  rows: readonly EditionRow[],
  assignments: readonly Assignment[],
  storedKeys: readonly StoredKey[],
): KeyedMatch[] {
  const known = new Set(storedKeys.map((stored) => matchKey(stored, stored.ordinal)));
  const keys = new Map(
    assignments.flatMap((assignment) =>
      assignment.kind === 'key' && !known.has(assignment.key)
        ? [[assignment.rowNo, assignment.key] as const]
        : [],
    ),
  );
  return rows.flatMap((row) => {
    const key = keys.get(row.rowNo);
    return key === undefined ? [] : { ...row, key };
  });
}

/** The columns with values that no rule of the provider knows, such as those of a new bookmaker. */
function unknownColumns(
  provider: MatchFileProvider,
  { header, rows, unknownFields = [] }: ParsedFile,
): UnknownColumn[] {
  if (unknownFields.length > 0) return unknownFields.map((name) => ({ name, values: rows.length }));
  if (!isColumns(header)) return [];
  return header
    .filter((name) => name !== '' && provider.knowsColumn?.(name) === false)
    .map((name) => ({ name, values: rows.filter(({ raw }) => raw[name] !== undefined).length }))
    .filter(({ values }) => values > 0);
}

const isColumns = (header: ParsedFile['header']): header is readonly string[] => Array.isArray(header);

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

/**
 * An edition is later than the one before it. A stated time that is not, or that lies ahead of the fetch, is not credible: then it is the
 * fetch, and at least a millisecond after the edition before.
 */
function credibleTime(fetched: FetchedFile, latest: StoredEdition | undefined) {
  const after = latest?.editionTime.getTime() ?? -Infinity;
  const { editionTime, editionTimeBasis, fetchedAt } = fetched;
  if (editionTime > after && editionTime <= fetchedAt) {
    return { editionTime: new Date(editionTime), editionTimeBasis };
  }
  return { editionTime: new Date(Math.max(fetchedAt, after + 1)), editionTimeBasis: 'fetched' as const };
}

/** Why rows wait for a person: all of them, or single ones. */
interface Waiting {
  readonly all: string | null;
  readonly rows: DoubtedRows;
}

const stagedRows = (
  edition: EditionName,
  plan: EditionPlan,
  rowIs: ParsedFile['rowIs'],
  waiting: Waiting,
): StagedRow[] => plan.rows.map((row) => stagedRow(edition, row, rowIs, waiting));

function stagedRow(
  { uri, editionNo }: EditionName,
  row: PlannedRow,
  rowIs: ParsedFile['rowIs'],
  waiting: Waiting,
): StagedRow {
  const rowNo = row.rowNo;
  switch (row.kind) {
    case 'known':
      return { rowNo, rawId: row.rawId, dedupKey: null, payload: null };
    case 'repeat':
      return { rowNo, rawId: null, dedupKey: row.dedupKey, payload: null };
    case 'stored': {
      const doubt = waiting.all === null ? waiting.rows.get(rowNo) : undefined;
      const error = waiting.all ?? doubt?.says ?? null;
      return {
        rowNo,
        rawId: null,
        dedupKey: row.dedupKey,
        payload: {
          status: error === null ? 'pending' : 'held',
          key: row.key,
          division: row.division,
          matchTime: new Date(row.matchTime),
          content: row.content,
          raw: JSON.stringify(row.raw),
          error,
          finding:
            doubt === undefined
              ? null
              : {
                  type: 'doubted_row',
                  data: JSON.stringify({
                    ...{ file: uri, [rowIs]: rowNo, edition: editionNo },
                    ...{ field: doubt.rule, reason: doubt.says },
                  }),
                },
        },
      };
    }
    case 'held':
      return {
        rowNo,
        rawId: null,
        dedupKey: row.dedupKey,
        payload: {
          status: 'held',
          key: row.key,
          division: null,
          matchTime: null,
          content: row.content,
          raw: JSON.stringify(row.raw),
          error: `${row.field}: ${row.reason}`,
          finding: {
            type: 'unreadable_row',
            data: JSON.stringify({
              file: uri,
              [rowIs]: rowNo,
              edition: editionNo,
              field: row.field,
              reason: row.reason,
              text: row.text,
            }),
          },
        },
      };
  }
}
