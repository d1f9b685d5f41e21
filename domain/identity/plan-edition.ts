import { createHash } from 'node:crypto';
import { InvariantBroken } from '../../schemas/errors.js';
import type { PartialIdentity } from '../../schemas/records/collected-match.js';
import type { Instant } from '../../schemas/values.js';
import type { Assignment } from './assign-ordinals.js';

/** A hash over what a row says, sorted by name: the order of columns or properties makes no difference. */
export function contentHash(raw: Readonly<Record<string, unknown>>): Buffer {
  const entries = sortedEntries(raw);
  const isFlat = entries.every(([, value]) => typeof value !== 'object');
  return createHash('sha256')
    .update(isFlat ? JSON.stringify(entries) : JSON.stringify(entries, sorted))
    .digest();
}

const sortedEntries = (properties: object): [string, unknown][] =>
  Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

const sorted = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(sortedEntries(value))
    : value;

/** One row of an edition, before it is known whether bronze holds it. */
export interface EditionLine {
  readonly rowNo: number;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly content: Buffer;
  readonly reading:
    | { readonly kind: 'readable'; readonly division: string; readonly matchTime: Instant }
    | {
        readonly kind: 'unreadable';
        readonly field: string;
        readonly text: string;
        readonly reason: string;
        readonly identity?: PartialIdentity | undefined;
      };
}

/** What bronze holds of the file from earlier editions. Contents are hex. */
export interface KnownPayloads {
  /** The latest version of each key in this file, whichever edition brought it. */
  readonly versions: ReadonlyMap<string, { readonly rawId: number; readonly content: string }>;
  /** Rows of this file that could not be read, by content. */
  readonly held: ReadonlyMap<string, number>;
}

export interface EditionName {
  readonly dataSource: string;
  readonly uri: string;
  readonly editionNo: number;
}

/** What becomes of one row: a new payload, a new payload that is held, or a pointer at one that is stored. */
export type PlannedRow =
  | {
      readonly kind: 'stored';
      readonly rowNo: number;
      readonly key: string;
      readonly division: string;
      readonly matchTime: Instant;
      readonly content: Buffer;
      readonly dedupKey: Buffer;
      readonly raw: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'held';
      readonly rowNo: number;
      /** The match that it stands for, where that can be told: it has not left its file. */
      readonly key: string | null;
      readonly content: Buffer;
      readonly dedupKey: Buffer;
      readonly raw: Readonly<Record<string, unknown>>;
      readonly text: string;
      readonly field: string;
      readonly reason: string;
    }
  /** Equal to a payload that an earlier edition stored. */
  | { readonly kind: 'known'; readonly rowNo: number; readonly key: string | null; readonly rawId: number }
  /** Equal to another row of this edition. */
  | {
      readonly kind: 'repeat';
      readonly rowNo: number;
      readonly key: string | null;
      readonly dedupKey: Buffer;
    };

export interface EditionPlan {
  readonly rows: readonly PlannedRow[];
  readonly counts: {
    readonly rows: number;
    readonly stored: number;
    readonly duplicates: number;
    readonly held: number;
  };
}

function dedupKey(edition: EditionName, key: string, content: Buffer): Buffer {
  const name = JSON.stringify([edition.dataSource, key, edition.uri, edition.editionNo]);
  return createHash('sha256').update(name).update(content).digest();
}

/**
 * Decides for each row of an edition whether it is a new payload, one that is held, or a duplicate: equal to the latest
 * version of its key in this file (A, B, A is three versions), or to another row of the same edition.
 * `assignments` holds one entry for each readable line, `heldKeys` the keys that unreadable ones stand for. stored + duplicates + held = rows.
 */
export function planEdition(
  edition: EditionName,
  lines: readonly EditionLine[],
  assignments: readonly Assignment[],
  known: KnownPayloads,
  heldKeys: ReadonlyMap<number, string> = new Map(),
): EditionPlan {
  const assigned = new Map(assignments.map((assignment) => [assignment.rowNo, assignment]));
  const rows: PlannedRow[] = [];
  const planned = new Map<string, PlannedRow>();
  const counts = { rows: lines.length, stored: 0, duplicates: 0, held: 0 };

  for (const line of lines) {
    const row = planRow(edition, line, assigned.get(line.rowNo), known, heldKeys.get(line.rowNo) ?? null);
    const again = row.kind === 'known' ? undefined : planned.get(row.dedupKey.toString('hex'));
    if (again !== undefined && row.kind !== 'known') {
      rows.push({
        kind: 'repeat',
        rowNo: line.rowNo,
        key: row.key,
        dedupKey: row.dedupKey,
      });
      counts.duplicates += 1;
      continue;
    }
    rows.push(row);
    if (row.kind === 'stored') counts.stored += 1;
    else if (row.kind === 'held') counts.held += 1;
    else counts.duplicates += 1;
    if (row.kind !== 'known') planned.set(row.dedupKey.toString('hex'), row);
  }
  return { rows, counts };
}

function planRow(
  edition: EditionName,
  line: EditionLine,
  assignment: Assignment | undefined,
  known: KnownPayloads,
  heldKey: string | null,
): Exclude<PlannedRow, { kind: 'repeat' }> {
  const { rowNo, raw, text, content, reading } = line;
  const contentText = content.toString('hex');

  const knownVersion = (key: string): number | undefined => {
    const latest = known.versions.get(key);
    return latest?.content === contentText ? latest.rawId : undefined;
  };
  const hold = (field: string, reason: string): Exclude<PlannedRow, { kind: 'repeat' }> => {
    const rawId = heldKey === null ? known.held.get(contentText) : knownVersion(heldKey);
    if (rawId !== undefined) return { kind: 'known', rowNo, key: heldKey, rawId };
    return {
      kind: 'held',
      rowNo,
      key: heldKey,
      content,
      dedupKey: dedupKey(edition, heldKey ?? '', content),
      raw,
      text,
      field,
      reason,
    };
  };

  if (reading.kind === 'unreadable') {
    return hold(reading.field, reading.text === '' ? reading.reason : `${reading.text}: ${reading.reason}`);
  }
  if (assignment === undefined) {
    throw new InvariantBroken('A readable row was given no key', { file: edition.uri, row: rowNo });
  }
  if (assignment.kind === 'contradiction') return hold('row', assignment.reason);

  const { key } = assignment;
  if (key.length > longestKey) return hold('teams', 'the names of the teams are too long');
  const rawId = knownVersion(key);
  if (rawId !== undefined) return { kind: 'known', rowNo, key, rawId };
  return {
    kind: 'stored',
    rowNo,
    key,
    division: reading.division,
    matchTime: reading.matchTime,
    content,
    dedupKey: dedupKey(edition, key, content),
    raw,
  };
}

/** What external_match_id holds. */
export const longestKey = 100;

/** The keys that an edition takes away from its file, and those that it brings back unchanged. */
export function membershipChange(
  before: ReadonlySet<string>,
  plan: EditionPlan,
): { readonly vanished: readonly string[]; readonly returned: readonly string[] } {
  const now = new Set<string>();
  const returned = new Set<string>();
  for (const row of plan.rows) {
    if (row.key === null) continue;
    now.add(row.key);
    if (row.kind === 'known' && !before.has(row.key)) returned.add(row.key);
  }
  return { vanished: [...before].filter((key) => !now.has(key)), returned: [...returned] };
}
