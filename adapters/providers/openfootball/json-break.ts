const token =
  /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:]/uy;
const blanks = /[ \t\n\r]*/y;

type Wanted = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end';

/** Line and column, counted from 1, of the first place at which a text is no JSON; that of its end where only something is missing. */
export function jsonBreak(text: string): { readonly line: number; readonly column: number } {
  const before = text.slice(0, breakOffset(text)).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function breakOffset(text: string): number {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  let offset = 0;
  for (;;) {
    blanks.lastIndex = offset;
    blanks.test(text);
    offset = blanks.lastIndex;
    token.lastIndex = offset;
    const found = token.exec(text)?.[0];
    const next: Wanted | undefined = found === undefined ? undefined : after(wanted, found, open);
    if (found === undefined || next === undefined) return offset;
    wanted = next;
    offset += found.length;
  }
}

/** What a token leaves to be wanted; undefined where it must not stand. Opens and closes what it opens and closes. */
function after(wanted: Wanted, found: string, open: ('{' | '[')[]): Wanted | undefined {
  const inside = open.at(-1);
  switch (found) {
    case '{':
    case '[':
      if (wanted !== 'value' && wanted !== 'value or ]') return undefined;
      open.push(found);
      return found === '{' ? 'key or }' : 'value or ]';
    case '}':
      if (wanted !== 'key or }' && !(wanted === ', or end' && inside === '{')) return undefined;
      open.pop();
      return ', or end';
    case ']':
      if (wanted !== 'value or ]' && !(wanted === ', or end' && inside === '[')) return undefined;
      open.pop();
      return ', or end';
    case ',':
      if (wanted !== ', or end' || inside === undefined) return undefined;
      return inside === '{' ? 'key' : 'value';
    case ':':
      return wanted === ':' ? 'value' : undefined;
    default:
      if (wanted === 'value' || wanted === 'value or ]') return ', or end';
      return wanted.startsWith('key') && found.startsWith('"') ? ':' : undefined;
  }
}
