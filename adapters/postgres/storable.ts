/** Postgres takes neither a zero character nor half of a surrogate pair. */
export const storable = (text: string, length = Infinity): string =>
  text.slice(0, length).replace(/\0|\p{Surrogate}/gu, '\ufffd');

/** The texts and names of the record are made storable before they are written as JSON, where an escape looks like any other text. */
export const storableJson = (record: object): string =>
  JSON.stringify(record, (_, value: unknown) => {
    if (typeof value === 'string') return storable(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, held]) => [storable(name), held]));
  });
