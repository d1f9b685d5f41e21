import { z } from 'zod';
import { fieldBelow } from './payload-path.js';

type Schema = z.core.$ZodType;

/**
 * The fields of a payload that its contract does not know: `response[].fixture.periods.third`, each once, in the order in which the
 * payload has them. Places of arrays are collapsed, names of a `z.record` are `*`. A field is known where one alternative
 * of a union knows it. Below an unknown field, below `z.unknown()`, and where the payload has another type than the contract, nothing is
 * looked at: the first is told whole, the last is rejected where the entry is read. Takes time in proportion to the payload.
 */
export function unknownFields(contract: Schema, payload: unknown): string[] {
  const found = new Set<string>();
  walk(knownBy([contract]), payload, '', found);
  return [...found];
}

/** What a contract knows at one place. Made once a place, when the payload first has something there. */
interface Known {
  readonly elements: () => Known | undefined;
  /** Undefined where the contract has no object here; of a field that it does not know, `unknown`. */
  readonly field: ((name: string) => Known | 'unknown') | undefined;
  /** Whether the name of a field is one of many, as in `z.record`. */
  readonly isNamed: (name: string) => boolean;
}

function walk(known: Known, value: unknown, place: string, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const elements = known.elements();
    if (elements === undefined) return;
    for (const element of value) walk(elements, element, `${place}[]`, found);
    return;
  }
  if (known.field === undefined) return;
  for (const [name, held] of Object.entries(value)) {
    const within = known.field(name);
    if (within === 'unknown') found.add(fieldBelow(place, name));
    else walk(within, held, known.isNamed(name) ? fieldBelow(place, name) : anyBelow(place), found);
  }
}

const anyBelow = (place: string): string => (place === '' ? '*' : `${place}.*`);

function knownBy(schemas: readonly Schema[]): Known {
  const forms = [...new Set(schemas.flatMap(formsOf))];
  if (forms.some(takesAnything)) {
    return { elements: () => undefined, field: undefined, isNamed: () => false };
  }
  const withElements = once(() => knownOf(forms.flatMap(elementsOf)));
  const withAnyName = once(() => knownOf(forms.flatMap(valuesOf)));
  const named = new Map<string, Known | undefined>();
  const fieldNamed = (name: string): Known | undefined => {
    if (!named.has(name)) named.set(name, knownOf(forms.flatMap((form) => fieldOf(form, name))));
    return named.get(name);
  };
  const isObject = forms.some(
    (form) => form instanceof z.core.$ZodObject || form instanceof z.core.$ZodRecord,
  );
  return {
    elements: withElements,
    field: isObject ? (name) => fieldNamed(name) ?? withAnyName() ?? 'unknown' : undefined,
    isNamed: (name) => fieldNamed(name) !== undefined,
  };
}

const knownOf = (schemas: readonly Schema[]): Known | undefined =>
  schemas.length === 0 ? undefined : knownBy(schemas);

/** Remembers what was made: a contract may contain itself, so it cannot be made beforehand. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** What a schema takes, without what is wrapped around it. Of a pipe it is what goes in. */
function formsOf(schema: Schema): readonly Schema[] {
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodNullable ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodPrefault ||
    schema instanceof z.core.$ZodNonOptional ||
    schema instanceof z.core.$ZodCatch ||
    schema instanceof z.core.$ZodReadonly
  ) {
    return formsOf(schema._zod.def.innerType);
  }
  if (schema instanceof z.core.$ZodUnion) return schema._zod.def.options.flatMap(formsOf);
  if (schema instanceof z.core.$ZodIntersection) {
    return [...formsOf(schema._zod.def.left), ...formsOf(schema._zod.def.right)];
  }
  if (schema instanceof z.core.$ZodLazy) return formsOf(schema._zod.def.getter());
  if (schema instanceof z.core.$ZodPipe) {
    const { in: into, out } = schema._zod.def;
    // z.preprocess: the contract is what comes after the function.
    return formsOf(into instanceof z.core.$ZodTransform ? out : into);
  }
  return [schema];
}

const takesAnything = (form: Schema): boolean =>
  form instanceof z.core.$ZodUnknown ||
  form instanceof z.core.$ZodAny ||
  form instanceof z.core.$ZodCustom ||
  form instanceof z.core.$ZodTransform;

function elementsOf(form: Schema): readonly Schema[] {
  if (form instanceof z.core.$ZodArray) return [form._zod.def.element];
  if (!(form instanceof z.core.$ZodTuple)) return [];
  const { items, rest } = form._zod.def;
  return rest === null ? items : [...items, rest];
}

function fieldOf(form: Schema, name: string): readonly Schema[] {
  if (!(form instanceof z.core.$ZodObject)) return [];
  const { shape } = form._zod.def;
  const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
  return schema === undefined ? [] : [schema];
}

/** Of fields that have no name in the contract. A catch-all that takes anything tells nothing of them: they are unknown. */
function valuesOf(form: Schema): readonly Schema[] {
  if (form instanceof z.core.$ZodRecord) return [form._zod.def.valueType];
  const rest = form instanceof z.core.$ZodObject ? form._zod.def.catchall : undefined;
  return rest === undefined || rest instanceof z.core.$ZodNever || takesAnything(rest) ? [] : [rest];
}
