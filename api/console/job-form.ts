import { z } from 'zod';
import type { JobLine } from '../../schemas/api/tasks.js';
import { html, type Html } from '../../schemas/html.js';
import { actionForm, choiceField, textField } from './forms.js';

/** As much of JSON Schema as the inputs of jobs need. */
const Field = z.looseObject({
  type: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  items: z.looseObject({ type: z.string().optional() }).optional(),
});
const Input = z.looseObject({
  properties: z.record(z.string(), Field).default({}),
  required: z.array(z.string()).default([]),
});
type Field = z.output<typeof Field>;

function kindOf({ type, items }: Field): 'text' | 'number' | 'boolean' | 'list' | 'json' {
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'boolean';
  if (type === 'string') return 'text';
  return type === 'array' && items?.type === 'string' ? 'list' : 'json';
}

const hints = {
  list: 'names with commas between',
  json: 'as JSON',
  text: '',
  number: '',
  boolean: '',
} as const;

function fieldOf(name: string, field: Field, need: 'required' | 'optional'): Html {
  const { description, enum: values, default: usual } = field;
  const kind = kindOf(field);
  if (kind === 'boolean') {
    return choiceField(`input.${name}`, name, [
      ['', 'as usual'],
      ['true', 'yes'],
      ['false', 'no'],
    ]);
  }
  if (values !== undefined) {
    return choiceField(`input.${name}`, name, [
      ['', 'as usual'],
      ...values.map((value) => [String(value), String(value)] as const),
    ]);
  }
  const about = [description, hints[kind], usual === undefined ? '' : `usually ${JSON.stringify(usual)}`]
    .filter((part) => part !== undefined && part !== '')
    .join('; ');
  return textField({ name: `input.${name}`, label: name, about, kind, need });
}

/** A form that starts a job, made of the schema of its input. */
export function jobForm({ name, description, input }: JobLine): Html {
  const { properties, required } = Input.parse(input);
  return html`<details class="job" id="job-${name}">
    <summary><strong>${name}</strong> <span class="quiet">${description}</span></summary>
    ${actionForm(
      `/tasks/jobs/${encodeURIComponent(name)}/start`,
      { button: `Start ${name}`, label: `Start ${name}` },
      ...Object.entries(properties).map(([field, schema]) =>
        fieldOf(field, schema, required.includes(field) ? 'required' : 'optional'),
      ),
    )}
  </details>`;
}
