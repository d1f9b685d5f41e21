import type { FactStanding, GapKind, ReconciliationGap } from '../../schemas/records/reconciliation.js';

/** What is told of a match before it begins, by one source. */
export type FactKind = 'lineups' | 'weather';

const nothingTold: Readonly<Record<FactKind, Readonly<Record<'none' | 'part', string>>>> = {
  lineups: {
    none: 'the source has no line-ups of the match',
    part: 'of the line-ups of the match those of one side alone can be read',
  },
  weather: {
    none: 'the source has no weather of its hour',
    part: 'the source has no weather of its hour',
  },
};

/** Why a source will not tell more than is stored; undefined where it has not been asked since it could. */
function whyNoMore(
  kind: FactKind,
  { isKnown, stored, answeredAt, allToldAt }: FactStanding,
): string | undefined {
  if (!isKnown) return 'the source has not told of the match';
  if (stored === 'all' || answeredAt === null || answeredAt < allToldAt) return undefined;
  return nothingTold[kind][stored];
}

/** In which way the line-ups or the weather of a match that was played are missing in the house; undefined where nothing is. */
export function factGap(kind: FactKind, standing: FactStanding): ReconciliationGap | undefined {
  if (standing.stored === 'all') return undefined;
  const reason = whyNoMore(kind, standing);
  return {
    key: String(standing.matchId),
    // What the source was asked for in vain is not asked for again.
    kind: reason === undefined ? 'missing_in_bronze' : 'untold',
    ...{ content: '', sourceSays: null, houseSays: null },
    reason: reason ?? null,
  };
}

/** What is left of a gap as its match stands now: `left` is undefined where it is filled; one that the source cannot fill is `untold` from now on. */
export function factLeft(
  kind: FactKind,
  standing: FactStanding | undefined,
): { readonly left: string | undefined; readonly kind?: GapKind } {
  if (standing === undefined) return { left: 'the match is known no more' };
  if (standing.stored === 'all') return { left: undefined };
  const untold = whyNoMore(kind, standing);
  return untold === undefined ? { left: 'the source was not asked' } : { left: untold, kind: 'untold' };
}
