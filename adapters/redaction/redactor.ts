import { replaceKnown } from './known-secrets.js';
import { redactText } from './redact-text.js';
import { isSecretName, mark } from './secret-names.js';

/** Plain data: what JSON can hold. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** Takes secrets out of what is to be stored or printed. Pure; a second pass changes nothing. */
export interface Redactor {
  text(text: string): string;
  /** A copy as plain data. Fields with a secret name are marked whole; errors become name, message, stack, causes and fields. */
  value(value: unknown): Plain;
  /** The same of the fields of a record. */
  fields(record: object): Record<string, Plain>;
  /** A copy of an error and its causes: class name, message and stack. */
  error(error: Error): Error;
}

const deepest = 8;
const longestList = 200;

/**
 * A redactor that knows these secrets (those of the configuration) wherever they stand, and others by what stands around
 * them.
 */
export function redactorOf(secrets: readonly string[]): Redactor {
  const known = replaceKnown(secrets);
  const text = (given: string): string => redactText(known(given));

  const plain = (value: unknown, above: readonly unknown[]): Plain => {
    if (typeof value === 'string') return text(value);
    if (value === null || value === undefined || typeof value === 'boolean') return value ?? null;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value !== 'object') return typeof value === 'bigint' ? text(value.toString()) : typeof value;
    if (above.includes(value)) return '(circular)';
    if (above.length >= deepest) return '(deeper)';
    return plainObject(value, [...above, value]);
  };

  const plainObject = (value: object, above: readonly unknown[]): Plain => {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `(${value.byteLength} bytes)`;
    if (value instanceof URL || value instanceof RegExp) return text(String(value));
    if (value instanceof Headers || value instanceof URLSearchParams || value instanceof Map) {
      return fields(
        [...value.entries()].map(([name, held]) => [String(name), held]),
        above,
      );
    }
    if (value instanceof Set) return list([...value], above);
    if (Array.isArray(value)) return list(value, above);
    if (!(value instanceof Error)) return fields(Object.entries(value), above);
    const { name, message, stack, cause } = value;
    const own = Object.entries(value).filter(
      ([field]) => !['name', 'message', 'stack', 'cause'].includes(field),
    );
    return {
      name: text(name),
      message: text(message),
      ...(stack === undefined ? {} : { stack: text(stack) }),
      ...(cause === undefined ? {} : { cause: plain(cause, above) }),
      ...(value instanceof AggregateError ? { errors: list(value.errors, above) } : {}),
      ...fields(own, above),
    };
  };

  const fields = (entries: readonly (readonly [string, unknown])[], above: readonly unknown[]) =>
    Object.fromEntries(
      entries
        .filter(([, value]) => value !== undefined && typeof value !== 'function')
        .map(([name, value]) => [text(name), ofSecretName(name, value) ? mark : plain(value, above)]),
    );

  /** In lists of headers a name is followed by its value. */
  const list = (values: readonly unknown[], above: readonly unknown[]): Plain =>
    values
      .slice(0, longestList)
      .map((value, index) => (ofSecretName(values[index - 1], value) ? mark : plain(value, above)));

  const error = (given: Error, depth = 0): Error => {
    const { cause } = given;
    const inner = cause instanceof Error && depth < deepest ? error(cause, depth + 1) : undefined;
    const copy = new Error(text(given.message), inner === undefined ? undefined : { cause: inner });
    copy.name = text(given.name);
    if (given.stack !== undefined) copy.stack = text(given.stack);
    return copy;
  };

  return {
    text,
    value: (value) => plain(value, []),
    fields: (record) => fields(Object.entries(record), [record]),
    error: (given) => error(given),
  };
}

const ofSecretName = (name: unknown, value: unknown): boolean =>
  typeof name === 'string' &&
  isSecretName(name) &&
  value !== null &&
  value !== undefined &&
  typeof value !== 'boolean';

/** For whoever knows no secret by itself. */
export const redactor = redactorOf([]);

/** One that knows the secrets of the configuration; where that cannot be read, none by itself: the failure is still to be told. */
export function redactorOfConfig(readConfig: () => { readonly secrets: readonly string[] }): Redactor {
  try {
    return redactorOf(readConfig().secrets);
  } catch {
    return redactor;
  }
}
