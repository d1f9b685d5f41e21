import { mark, queryNames, secretHeaders, secretWords } from './secret-names.js';

/** A character as it is, or percent-encoded once or more. */
const orEncoded = (plain: string, hex: string): string => `(?:${plain}|%(?:25)*${hex})`;

const blanks = '(?:[ \\t]|%(?:25)*20)*';
const encodedQuote = '(?:%(?:25)*5C)*%(?:25)*2[27]';
const quote = `(?:\\\\*["']|${encodedQuote})`;
const separator = `(?:=>|${orEncoded('[=:]', '3[AD]')})`;
/** `name=`, `name: `, `"name":`, `\"name\":`; `password 'x'` as SQL has it; `"name", "x"` as lists of headers have it. */
const after = (names: string): string =>
  `(${names})(?:${quote}?${blanks}${separator}${blanks}(?:${encodedQuote})?|[ \\t]+(?=')|${quote}[ \\t]*,[ \\t]*(?=\\\\*["']))`;

const named = new RegExp(after(`${secretWords}|${secretHeaders}`), 'gi');
const inQuery = new RegExp(
  `${orEncoded('[?&;]', '(?:3F|26|3B)')}(${queryNames})${orEncoded('=', '3D')}`,
  'gi',
);
const isHeader = new RegExp(`^(?:${secretHeaders})$`, 'i');

/** The rest of a line, to where a quote around the whole begins. */
const restOfLine = /(?:(?!\\*["'\r\n]|\\+[nr])[^\r\n])*/y;
/** To a blank, a quote, or the next parameter of a query. */
const bareValue = /(?:(?!&[\w.%[\]-]+=|\\+["'nrt])[^\s"'])*/y;
/** The same two where the surroundings are percent-encoded. */
const encodedRestOfLine = /(?:(?!(?:%(?:25)*5C)*%(?:25)*(?:2[27]|0A|0D))[^\s"'&])*/iy;
const encodedValue = /(?:(?!(?:%(?:25)*5C)*%(?:25)*(?:2[0267]|0A|0D))[^\s"'&])*/iy;
const openingQuote = /(\\*)(["'])/y;

const addressWithPassword =
  /\b([a-z][a-z0-9+.-]{0,30}:(?:\\*\/){2}[^\s"'@/:]{0,200}:)(?!\d{1,5}(?:[/?#\s\\"',;)\]}]|$))[^\s"']{1,1000}@/gi;
const encodedAddress =
  /(%(?:25)*3A(?:%(?:25)*2F){2}(?:(?!%(?:25)*(?:3A|2F|40))[^\s"'&]){0,200}%(?:25)*3A)[^\s"'&]{1,1000}?(%(?:25)*40)/gi;
const addressWithToken = /\b(https?:(?:\\*\/){2})[^\s"'@/:?#\\]{1,1000}@/gi;
/** A word of prose has no figure, no sign and no capital inside. */
const credentialAfterScheme =
  /(?<![A-Za-z])([Bb]earer|BEARER|[Bb]asic|BASIC)( +|%(?:25)*20|\+)(?=[\w.~+/=-]*(?:[0-9+/=_]|[a-z][A-Z]))[\w.~+/=-]{8,}/g;
const ofKnownForm = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g,
  /(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/g,
  /AGE-SECRET-KEY-1[A-Z0-9]+/g,
];

/**
 * The text with a mark in place of what its surroundings say is a secret: passwords in addresses and connection strings, values of
 * secret parameters, headers and fields, credentials after `Bearer` and `Basic`, keys of a known form. Also where the
 * surroundings are percent-encoded or stand in JSON within JSON. Other text stays as it is, and so does the result.
 */
export function redactText(text: string): string {
  const addresses = text
    .replace(addressWithPassword, `$1${mark}@`)
    .replace(encodedAddress, `$1${mark}$2`)
    .replace(addressWithToken, `$1${mark}@`);
  const values = redactValuesAfter(redactValuesAfter(addresses, named), inQuery);
  return ofKnownForm
    .reduce((rest, form) => rest.replace(form, mark), values)
    .replace(credentialAfterScheme, `$1$2${mark}`);
}

function redactValuesAfter(text: string, names: RegExp): string {
  let redacted = '';
  let from = 0;
  for (const match of text.matchAll(names)) {
    const begin = match.index + match[0].length;
    if (match.index < from) continue;
    const value = valueAt(text, begin, bareValueAfter(match[0], match[1] ?? ''));
    if (value === undefined) continue;
    redacted += text.slice(from, value.begin) + mark;
    from = value.end;
  }
  return redacted + text.slice(from);
}

function bareValueAfter(beginning: string, name: string): RegExp {
  const isEncoded = /%(?:25)*(?:3[AD]|2[027])$/i.test(beginning);
  if (isHeader.test(name)) return isEncoded ? encodedRestOfLine : restOfLine;
  return isEncoded ? encodedValue : bareValue;
}

interface Span {
  readonly begin: number;
  readonly end: number;
}

function valueAt(text: string, begin: number, bare: RegExp): Span | undefined {
  const opening = matchAt(openingQuote, text, begin);
  if (opening !== undefined) {
    const inside = begin + opening[0].length;
    return spanOf(inside, endOfQuoted(text, inside, opening[2] ?? '"', opening[1]?.length ?? 0));
  }
  // A list or an object: the names in it speak for themselves.
  if (/^[[{]/.test(text.slice(begin, begin + 1))) return undefined;
  const value = matchAt(bare, text, begin)?.[0] ?? '';
  return spanOf(begin, begin + value.replace(/[,;)}\]]+$/, '').length);
}

const spanOf = (begin: number, end: number): Span | undefined => (end > begin ? { begin, end } : undefined);

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text) ?? undefined;
}

/**
 * Where a quoted value ends. In JSON that stands in JSON its quotes have 1, 3, 7 … backslashes before them, and a quote of the
 * value itself more: with n at the beginning, a run of backslashes ends the value where it is n more than a multiple of 2(n+1).
 */
function endOfQuoted(text: string, begin: number, quoteMark: string, backslashes: number): number {
  for (let at = text.indexOf(quoteMark, begin); at !== -1; at = text.indexOf(quoteMark, at + 1)) {
    let run = 0;
    while (at - run > begin && text[at - run - 1] === '\\') run += 1;
    if (run >= backslashes && (run - backslashes) % (2 * (backslashes + 1)) === 0) return at - backslashes;
  }
  return text.length;
}
