import type { LookupValue, ToldKind, ToldRow } from '../../schemas/records/told-row.js';
import { storable } from './storable.js';

/** How long a text, how far from zero a whole number and a line may be in the raw tables. */
const longest = { externalMatchId: 100, recordKey: 300, bookmaker: 100, market_type: 50, match_status: 50 };
const highestInteger = 2_147_483_647;
/** Of numeric(5, 2), which rounds. */
const highestLine = 999.99;

/** No character that Postgres keeps out of texts is among these. */
const plain = /^[\x20-\x7e]*$/;

/** A row as the raw tables can hold it, or what of it they cannot. */
export type FittedRow =
  | { readonly kind: 'fits'; readonly row: ToldRow }
  | { readonly kind: 'refused'; readonly field: string; readonly text: string; readonly reason: string };

/**
 * Looks whether the raw table of a kind can hold a row, before Postgres refuses the whole answer for it. Characters that Postgres keeps out of texts
 * become U+FFFD, as they do in the payload.
 */
export function fittedRow(kind: ToldKind, row: ToldRow): FittedRow {
  const { externalMatchId, recordKey, lookup } = row;
  const cells: Readonly<Record<string, LookupValue>> = { externalMatchId, recordKey, ...lookup };
  let isStorable = true;
  for (const [field, value] of Object.entries(cells)) {
    const reason = whyNot(field, value);
    if (reason !== undefined) {
      return { kind: 'refused', field, text: String(value).slice(0, 200), reason: `${reason} of ${kind}` };
    }
    if (typeof value === 'string' && !plain.test(value)) isStorable = false;
  }
  // Nearly every row: nothing of it is made anew.
  if (isStorable) return { kind: 'fits', row };
  return {
    kind: 'fits',
    row: {
      ...row,
      externalMatchId: externalMatchId === null ? null : storable(externalMatchId),
      recordKey: storable(recordKey),
      lookup: Object.fromEntries(
        Object.entries(lookup).map(([column, value]) => [
          column,
          typeof value === 'string' ? storable(value) : value,
        ]),
      ),
    },
  };
}

const lengths = new Map<string, number>(Object.entries(longest));

function whyNot(field: string, value: LookupValue): string | undefined {
  if (typeof value === 'string') {
    return value.length > (lengths.get(field) ?? Infinity) ? 'is longer than the table' : undefined;
  }
  if (typeof value === 'number') {
    const highest = field === 'line_value' ? highestLine : highestInteger;
    return Math.abs(value) <= highest ? undefined : 'is beyond the table';
  }
  return undefined;
}
