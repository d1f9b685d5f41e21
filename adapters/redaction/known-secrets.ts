import { mark } from './secret-names.js';

/** A shorter one would also be found in ordinary words; what stands around it tells it. */
const shortestKnown = 8;

/** Replaces these secrets wherever they occur: as they are, percent-encoded, as in a query, escaped for JSON, in base64 or in hex. */
export function replaceKnown(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= shortestKnown).flatMap(formsOf));
  if (forms.size === 0) return (text) => text;
  // The longest first: a form may begin with another.
  const alternatives = [...forms].sort((one, other) => other.length - one.length).map(escapeForPattern);
  const pattern = new RegExp(alternatives.join('|'), 'g');
  return (text) => text.replace(pattern, mark);
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const percent = [secret, encodeURIComponent(secret), inForm(secret), everyByteOf(bytes)];
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    ...percent.flatMap((form) => [form, lowerCaseEscapes(form), encodeURIComponent(form)]),
    ...[0, 1, 2].flatMap((offset) => base64Within(bytes, offset)),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
}

/** As a query or a form has it: a blank is a plus, and some signs are encoded that encodeURIComponent leaves. */
const inForm = (secret: string): string => new URLSearchParams({ '': secret }).toString().slice(1);
const everyByteOf = (bytes: Buffer): string => bytes.toString('hex').toUpperCase().replace(/../g, '%$&');
const lowerCaseEscapes = (form: string): string =>
  form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

/** What base64 makes of the bytes where that many bytes (modulo 3) stand before them: the characters that depend on nothing else. */
function base64Within(bytes: Buffer, offset: number): string[] {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const begin = offset === 0 ? 0 : offset + 1;
  const end = (offset + bytes.length) % 3 === 0 ? text.length : text.length - 1;
  const plain = text.slice(begin, end);
  return [plain, plain.replaceAll('+', '-').replaceAll('/', '_')];
}

const escapeForPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
