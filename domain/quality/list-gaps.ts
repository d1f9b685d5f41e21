import type { FileKind } from '../../schemas/records/source-file.js';
import type {
  HouseStanding,
  MatchStanding,
  ReconciliationGap,
} from '../../schemas/records/reconciliation.js';

/** One row of a list as its source tells it now. */
export interface ListedRow {
  readonly key: string | null;
  /** Of what the row says, in hex. */
  readonly content: string;
  readonly reading:
    | { readonly kind: 'read'; readonly says: MatchStanding | null }
    | { readonly kind: 'held'; readonly reason: string };
}

type Standings = ReadonlyMap<string, HouseStanding>;

/** Every match in which a list and the house differ, each once, in the order of the list. One leaves a list of fixtures by being played. */
export function listGaps(
  kind: FileKind,
  rows: readonly ListedRow[],
  standings: Standings,
): ReconciliationGap[] {
  const gaps: ReconciliationGap[] = [];
  const told = new Set<string>();
  for (const row of rows) {
    if (row.key !== null) {
      if (told.has(row.key)) continue;
      told.add(row.key);
    }
    const gap = gapOf(row, row.key === null ? undefined : standings.get(row.key));
    if (gap !== undefined) gaps.push(gap);
  }
  for (const [key, { isListed, silver }] of standings) {
    if (kind === 'fixtures' || !isListed || told.has(key)) continue;
    gaps.push({
      ...{ key, kind: 'listed_no_more', content: '' },
      ...{ sourceSays: null, houseSays: silver?.says ?? null, reason: null },
    });
  }
  return gaps;
}

function gapOf(
  { key, content, reading }: ListedRow,
  standing: HouseStanding | undefined,
): ReconciliationGap | undefined {
  const houseSays = standing?.silver?.says ?? null;
  if (reading.kind === 'held') {
    return { key, kind: 'held', content, sourceSays: null, houseSays, reason: reading.reason };
  }
  const said = { key, content, sourceSays: reading.says, houseSays };
  if (standing === undefined) return { ...said, kind: 'missing_in_bronze', reason: null };
  if (standing.content !== content || !standing.isListed) {
    return { ...said, kind: 'differing_in_bronze', reason: null };
  }
  if (standing.processed === 'held' || standing.processed === 'rejected') {
    return { ...said, kind: 'held', reason: standing.error };
  }
  if (standing.silver === null) return { ...said, kind: 'missing_in_silver', reason: standing.error };
  const isItsWord = standing.processed === 'pending' || standing.silver.isFromThisList;
  return reading.says === null || !isItsWord || isSame(reading.says, standing.silver.says)
    ? undefined
    : { ...said, kind: 'differing_in_silver', reason: standing.error };
}

const isSame = (a: MatchStanding, b: MatchStanding): boolean =>
  a.kickOff === b.kickOff &&
  a.status === b.status &&
  a.homeScore === b.homeScore &&
  a.awayScore === b.awayScore;

/** Why a gap is not filled as the match stands in the house now; undefined where it is. */
export function whyLeft(
  gap: Pick<ReconciliationGap, 'key' | 'kind' | 'content' | 'sourceSays' | 'reason'>,
  standing: HouseStanding | undefined,
): string | undefined {
  const { kind, content, sourceSays } = gap;
  if (kind === 'listed_no_more') {
    return standing?.isListed === true ? 'the newest edition of the list still has it' : undefined;
  }
  if (gap.key === null) return gap.reason ?? 'the row cannot be read';
  if (standing === undefined) return 'the list was not collected';
  // A row that cannot be read is stored beside the version that could.
  if (kind === 'held' && sourceSays === null && standing.content !== content) {
    return gap.reason ?? 'the row cannot be read';
  }
  const left = gapOf({ key: gap.key, content, reading: { kind: 'read', says: sourceSays } }, standing);
  switch (left?.kind) {
    case undefined:
      return undefined;
    case 'missing_in_bronze':
    case 'differing_in_bronze':
      return 'the list says something else since';
    case 'held':
      return left.reason ?? gap.reason ?? 'it waits for a person';
    case 'missing_in_silver':
    case 'differing_in_silver':
    case 'listed_no_more':
    case 'untold':
    case 'lost':
      return (
        left.reason ??
        (standing.processed === 'pending' ? 'refine has not come to it' : 'refine lets an earlier word stand')
      );
  }
}
