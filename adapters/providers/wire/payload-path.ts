const plainName = /^[\w$-]+$/;

/** A field below a place: `fixture.date`; a name that is no plain word stands in brackets and quotes. */
export function fieldBelow(place: string, name: string): string {
  if (!plainName.test(name)) return `${place}[${JSON.stringify(name)}]`;
  return place === '' ? name : `${place}.${name}`;
}

/** `['response', 3, 'fixture', 'date']` as `response[3].fixture.date`, below a place. */
export const pathText = (path: readonly PropertyKey[], place = ''): string =>
  path.reduce<string>(
    (above, step) => (typeof step === 'number' ? `${above}[${step}]` : fieldBelow(above, String(step))),
    place,
  );

/** What stands at a path of a payload; undefined where nothing does. */
export function valueAt(payload: unknown, path: readonly PropertyKey[]): unknown {
  let value = payload;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
