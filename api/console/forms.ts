import { html, type Html, type HtmlPart } from '../../schemas/html.js';

/**
 * A form that a script sends to the API as JSON: the names of its fields are those of the body, a dot goes into an object. Its fields wait for the script, and without one
 * the page says so. What came of it is told in the form, and to screen readers.
 */
export const actionForm = (
  action: string,
  { button, label, danger }: { readonly button: string; readonly label: string; readonly danger?: string },
  ...fields: readonly HtmlPart[]
): Html =>
  html`<form class="action" method="post" action="${action}" aria-label="${label}" data-action><fieldset disabled>
${fields}<button${danger === undefined ? '' : html` class="danger"`}>${button}</button></fieldset><p class="answer" role="status"></p></form>`;

export interface TextField {
  readonly name: string;
  readonly label: string;
  readonly about?: string | undefined;
  readonly value?: string | undefined;
  /** How the text becomes a value of JSON: `instant` is a local date and time, read as UTC. */
  readonly kind?: 'text' | 'number' | 'boolean' | 'list' | 'json' | 'instant' | undefined;
  readonly need?: 'required' | 'optional' | undefined;
}

const inputTypes = { number: 'number', instant: 'datetime-local' } as const;

/** A field with its label. */
export function textField({
  name,
  label,
  about,
  value = '',
  kind = 'text',
  need = 'optional',
}: TextField): Html {
  const type = kind === 'number' || kind === 'instant' ? inputTypes[kind] : 'text';
  return html`<label class="field"
    ><span>${label}</span
    ><input
      name="${name}"
      type="${type}"
      data-kind="${kind}"
      value="${value}"
      ${need === 'required' ? html` required` : ''}${kind === 'number' ? html` step="any"` : ''}
    />${about === undefined || about === '' ? '' : html`<small>${about}</small>`}</label
  >`;
}

/** Why somebody does it: kept with what is done. */
export const whyField = (need: 'required' | 'optional' = 'required'): Html =>
  textField({ name: 'why', label: 'Reason', need });

/** A box that is true when it is ticked, and absent when not. */
export const tickField = (name: string, label: string): Html =>
  html`<label class="tick"
    ><input type="checkbox" name="${name}" data-kind="boolean" /> <span>${label}</span></label
  >`;

/** One of some values; the first is chosen. */
export const choiceField = (
  name: string,
  label: string,
  choices: readonly (readonly [value: string, words: string])[],
  chosen = '',
): Html =>
  html`<label class="field"
    ><span>${label}</span
    ><select name="${name}" data-kind="text">
      ${choices.map(
        ([value, words]) =>
          html`<option value="${value}" ${value === chosen ? html` selected` : ''}>${words}</option>`,
      )}
    </select></label
  >`;
