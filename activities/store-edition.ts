import { reportChangedPairings } from '../adapters/postgres/changed-pairings.js';
import {
  latestEdition,
  lockFile,
  refineAgain,
  rememberSourceIds,
  storeEdition,
  type StoredEdition,
  type UnknownColumn,
} from '../adapters/postgres/source-editions.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import type { MatchFileProvider } from '../adapters/providers/provider.js';
import type { Assignment, EditionRow, StoredKey } from '../domain/identity/assign-ordinals.js';
import { changedPairings, type KeyedMatch } from '../domain/identity/changed-pairings.js';
import { matchKey } from '../domain/identity/match-key.js';
import type { EditionPlan } from '../domain/identity/plan-edition.js';
import { waitsWithItsEdition } from '../domain/quality/edition/edition.js';
import type { FetchedFile, ParsedFile, SourceFile } from '../schemas/records/source-file.js';
import { doubtEdition, nothingDoubted } from './doubt-edition.js';
import { stagedRows } from './edition-rows.js';
import type { ReportPhase } from './heartbeating.js';
import { planFile } from './plan-file.js';
import { publishMatches, type Published } from './publish-bronze.js';

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
    ...{ rows, sourceIds },
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

/** The matches of an edition. */
const keysIn = (plan: EditionPlan): string[] => plan.rows.flatMap(({ key }) => (key === null ? [] : [key]));

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
