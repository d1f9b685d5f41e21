/** Postgres takes neither a zero character nor half of a surrogate pair. */
export const storable = (text: string, length = Infinity): string =>
  text.slice(0, length).replace(/\0|\p{Surrogate}/gu, '\ufffd');

/** What JSON.stringify makes of either; a text that only looks like it is taken for one. */
const escaped = /\\u(0000|d[89a-f])/;

/** The texts and names of the record are made storable before they are written as JSON, where an escape looks like any other text. */
export function storableJson(record: object): string {
  const json = JSON.stringify(record);
  return escaped.test(json) ? JSON.stringify(record, replacing) : json;
}

function replacing(_: string, value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [storable(name), held]));
}
