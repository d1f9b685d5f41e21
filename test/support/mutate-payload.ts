import type { Random } from '../../simulator/random.js';

type Container = unknown[] | Readonly<Record<string, unknown>>;
type Mutation = (value: unknown, random: Random) => unknown;

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;
const pick = <T>(items: readonly [T, ...T[]], random: Random): T =>
  items[random.below(items.length)] ?? items[0];

/**
 * A copy of a JSON payload with one to four mutations at random places: fields and entries that are gone, twice, swapped, of
 * another type, nested deep, renamed; numbers, texts and dates at the edge of what JSON can say. What is not mutated is shared
 * with the given payload, which stays as it is. The same stream gives the same copy.
 */
export function mutatedPayload(payload: unknown, random: Random): unknown {
  let mutated = payload;
  for (let left = 1 + random.below(4); left > 0; left -= 1) mutated = mutatedSomewhere(mutated, random, 0);
  return mutated;
}

/** Goes down at random: about half of the mutations fall within the first three levels, the others anywhere below. */
function mutatedSomewhere(value: unknown, random: Random, depth: number): unknown {
  const keys = isContainer(value) ? Object.keys(value) : [];
  const [first, ...others] = keys;
  if (!isContainer(value) || first === undefined || random.uniform() < (depth < 3 ? 0.15 : 0.3)) {
    return mutatedHere(value, random);
  }
  const key = pick([first, ...others], random);
  return withHeld(value, key, (held) => mutatedSomewhere(held, random, depth + 1));
}

function withHeld(value: Container, key: string, change: (held: unknown) => unknown): Container {
  if (Array.isArray(value)) {
    return value.map((held: unknown, index) => (String(index) === key ? change(held) : held));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [name, name === key ? change(held) : held]),
  );
}

function mutatedHere(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) return pick(ofLists, random)(value, random);
  if (isContainer(value)) return pick(ofObjects, random)(value, random);
  return pick(ofValues, random)(value, random);
}

const oddNumbers = [
  ...[0, -0, -1, 0.1, 1.01, 1e21, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 5e-324],
  // JSON.parse makes an infinity of 1e999; NaN it cannot make.
  ...[Infinity, -Infinity],
] as const;
const oddTexts = [
  ...['', ' ', '0', '-1', '1.5', '1e999', 'NaN', 'null', 'undefined', 'true', '[]', '{}', '¼', '１２', '1,5'],
  ...['\u0000', '\ud800', '\u200b', '\u202e', '\ufeff', 'constructor', '__proto__', 'a'.repeat(10_000)],
] as const;
const oddDates = [
  ...[
    '2024-13-45T99:99:99Z',
    '2024-02-30',
    '2024-02-30T12:00:00Z',
    '0000-00-00T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ],
  ...['1970-01-01T00:00:00Z', '+275760-09-13T00:00:01Z', '-000001-01-01T00:00:00Z', '2024-08-20T19:00:00'],
  ...['2024-08-20T19:00:00+99:00', '20/08/2024', '2024-08-20', '2024-08-20T24:00:00Z', '1724180400', 'TBD'],
] as const;
const oddNames = [
  '__proto__',
  'constructor',
  'toString',
  'length',
  '',
  'a.b',
  'third',
  '0',
  '\u0000',
] as const;

const oddValue: Mutation = (_value, random) =>
  pick<unknown>([null, true, false, [], {}, pick(oddNumbers, random), pick(oddTexts, random)], random);

const nested: Mutation = (value, random) => {
  let outer = value;
  for (let left = pick([1, 3, 50, 2_000], random); left > 0; left -= 1) {
    outer = random.below(2) === 0 ? [outer] : { held: outer };
  }
  return outer;
};

const retyped: Mutation = (value, random) => {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    const number = Number(value);
    return pick<unknown>([Number.isNaN(number) ? value.length : number, [value]], random);
  }
  if (Array.isArray(value)) return Object.fromEntries(Object.entries(value));
  return isContainer(value) ? Object.values(value) : String(value);
};
const numbered: Mutation = (_value, random) => pick(oddNumbers, random);
const texted: Mutation = (_value, random) => pick(oddTexts, random);
const dated: Mutation = (_value, random) => pick(oddDates, random);
/** A little off, so that it still looks right. */
const nudged: Mutation = (value, random) => {
  if (typeof value === 'number') return pick([-value, value + 1, value / 3, value * 1_000], random);
  if (typeof value !== 'string' || value === '') return oddValue(value, random);
  const at = random.below(value.length);
  return pick([value.slice(0, at), `${value.slice(0, at)}?${value.slice(at + 1)}`, ` ${value} `], random);
};

const ofValues = [oddValue, retyped, numbered, texted, dated, nudged, nested] as const;

/** Another of the same. Not all the way down: what was nested before is deeper than structuredClone can go. */
const copied = (value: unknown): unknown => {
  if (Array.isArray(value)) return [...(value as readonly unknown[])];
  return typeof value === 'object' && value !== null ? { ...value } : value;
};

const listMutation =
  (change: (list: readonly unknown[], at: number, random: Random) => unknown): Mutation =>
  (value, random) => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    return change(list, random.below(Math.max(1, list.length)), random);
  };
const ofLists = [
  listMutation((list, at) => list.filter((_held, index) => index !== at)),
  listMutation((list, at) => [...list.slice(0, at + 1), copied(list[at]), ...list.slice(at + 1)]),
  listMutation((list, _at, random) => random.shuffled(list)),
  listMutation((list, at, random) => [...list.slice(0, at), oddValue(null, random), ...list.slice(at)]),
  listMutation((list, at) => list.slice(0, at)),
  retyped,
  oddValue,
  nested,
] as const;

const objectMutation =
  (
    change: (
      fields: readonly (readonly [string, unknown])[],
      at: number,
      random: Random,
    ) => readonly (readonly [string, unknown])[],
  ): Mutation =>
  (value, random) => {
    const fields = isContainer(value) ? Object.entries(value) : [];
    return Object.fromEntries(change(fields, random.below(Math.max(1, fields.length)), random));
  };
const ofObjects = [
  objectMutation((fields, at) => fields.filter((_field, index) => index !== at)),
  objectMutation((fields, at, random) =>
    fields.map(([name, held], index) => [index === at ? pick(oddNames, random) : name, held]),
  ),
  objectMutation((fields, _at, random) => [...fields, [pick(oddNames, random), oddValue(null, random)]]),
  // Two fields with each other's values.
  objectMutation((fields, at) =>
    fields.map(([name, held], index) => {
      const other = index === at ? at + 1 : index === at + 1 ? at : index;
      return [name, fields[other]?.[1] ?? held];
    }),
  ),
  objectMutation((_fields, _at, random) => [[pick(oddNames, random), null]]),
  retyped,
  oddValue,
  nested,
] as const;
