import { z } from 'zod';
import type { Job } from '../workflows/jobs.js';

/** As much of JSON Schema as the inputs of jobs need. */
const JsonSchema = z.looseObject({
  type: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  get items() {
    return JsonSchema.optional();
  },
  get properties() {
    return z.record(z.string(), JsonSchema).optional();
  },
});
type JsonSchema = z.infer<typeof JsonSchema>;
const ObjectSchema = z.looseObject({
  properties: z.record(z.string(), JsonSchema).default({}),
  required: z.array(z.string()).default([]),
});

/** A field of a job's input. */
export interface InputField {
  readonly name: string;
  /** In words: `list of text`, `archive | cold | tidy`. */
  readonly type: string;
  /** As JSON; undefined where the field has none. */
  readonly otherwise: string | undefined;
  readonly need: 'required' | 'optional';
  readonly meaning: string;
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
};

function typeInWords({ type, items, properties, enum: values }: JsonSchema): string {
  if (values !== undefined) return values.join(' | ');
  if (properties !== undefined) return `{${Object.keys(properties).join(', ')}}`;
  if (items !== undefined) return `list of ${typeInWords(items)}`;
  return words[type ?? ''] ?? 'JSON';
}

/** The fields that a job's input may have, in the order of its schema. */
export function inputFields({ input }: Pick<Job, 'input'>): InputField[] {
  const { properties, required } = ObjectSchema.parse(
    z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }),
  );
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    type: typeInWords(schema),
    otherwise: schema.default === undefined ? undefined : JSON.stringify(schema.default),
    need: required.includes(name) ? 'required' : 'optional',
    meaning: schema.description ?? '',
  }));
}

/** A field on a line of its own: `seasons  list of text  As 2122 or 2021-22.` */
export const fieldLine = ({ name, type, otherwise, need, meaning }: InputField): string =>
  [
    `${name} (${[type, ...(need === 'required' ? ['required'] : []), ...(otherwise === undefined ? [] : [`default ${otherwise}`])].join(', ')})`,
    ...(meaning === '' ? [] : [meaning]),
  ].join(': ');
