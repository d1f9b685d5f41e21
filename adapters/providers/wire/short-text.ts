const longest = 120;
const deepest = 3;
const mostEntries = 5;

/**
 * What stands in a payload, as JSON and shortened for a log. Bounded before it is written: a payload may be nested deeper than
 * JSON.stringify can go. Nothing is an empty text.
 */
export function shortText(value: unknown): string {
  const text = value === undefined ? '' : JSON.stringify(shortened(value, 0));
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function shortened(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.slice(0, longest + 1);
  // JSON has neither an infinity nor NaN, but 1e999 is read as the one.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '…';
  if (Array.isArray(value)) return value.slice(0, mostEntries).map((held) => shortened(held, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, mostEntries)
      .map(([name, held]) => [name.slice(0, longest), shortened(held, depth + 1)]),
  );
}
