import type { Problem } from '../../schemas/api/envelope.js';
import { html, type Html, type HtmlPart } from '../../schemas/html.js';

/** A heading of a table; those of `number` stand to the right. */
export type Heading = string | { readonly number: string };

const headingOf = (heading: Heading): Html =>
  typeof heading === 'string'
    ? html`<th scope="col">${heading}</th>`
    : html`<th scope="col" class="number">${heading.number}</th>`;

/** A table with its caption, the first cell of each row its heading. Wide ones scroll within themselves, by keyboard too. */
export function table(
  caption: string,
  headings: readonly Heading[],
  rows: readonly (readonly HtmlPart[])[],
): Html {
  if (rows.length === 0) return html`<p class="quiet">${caption}: none.</p>`;
  const cell = (part: HtmlPart, place: number): Html => {
    const isNumber = typeof headings[place] === 'object';
    if (place === 0) return html`<th scope="row">${part}</th>`;
    return isNumber ? html`<td class="number">${part}</td>` : html`<td>${part}</td>`;
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${headings.map(headingOf)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map(cell)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A part of a page under its heading. */
export const section = (heading: string, ...body: readonly HtmlPart[]): Html =>
  html`<section>
    <h2>${heading}</h2>
    ${body}
  </section>`;

/** Why something is not there, and what helps. */
export const problemNote = ({ title, detail, advice }: Pick<Problem, 'title' | 'detail' | 'advice'>): Html =>
  html`<p class="note problem">
    <strong>${title}.</strong>
    ${detail}${advice === undefined ? '' : html` <span class="quiet">${advice}</span>`}
  </p>`;

/** `27 Nov 2026, 19:45` in UTC; the browser shows it in its own zone as a title. */
export function instantText(at: Date | string): Html {
  const iso = (typeof at === 'string' ? new Date(at) : at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)}</time>`;
}

/** Counts down to an instant, or up from it, by the browser's clock. */
export const fromNow = (at: Date | string): Html => {
  const iso = (typeof at === 'string' ? new Date(at) : at).toISOString();
  return html`<time datetime="${iso}" data-from-now>${iso.slice(0, 16).replace('T', ' ')}</time>`;
};

/** A figure with what it is of. */
export const figure = (name: string, value: HtmlPart, about: HtmlPart = null): Html =>
  html`<div class="figure">
    <dt>${name}</dt>
    <dd>${value}${about === null ? '' : html`<small>${about}</small>`}</dd>
  </div>`;

/** Figures side by side. */
export const figures = (...shown: readonly Html[]): Html => html`<dl class="figures">${shown}</dl>`;

/** A state as a word with a mark: the word says it, the colour only helps. */
export const state = (word: string, mood: 'good' | 'bad' | 'warn' | 'plain'): Html =>
  html`<span class="state ${mood}">${word}</span>`;

/** A price; a blank where there is none. */
export const price = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
/** The price at which a chance pays back what is staked; a blank where it is none. */
export const fairPrice = (chance: number): string => (chance > 0 ? (1 / chance).toFixed(2) : '–');
/** What the prices of all results add up to above certainty, in per cent: below zero whoever backs all of them wins. */
export const overround = (prices: readonly number[]): string => {
  const over = 100 * (prices.reduce((sum, one) => sum + 1 / one, 0) - 1);
  return `${over < 0 ? '−' : '+'}${Math.abs(over).toFixed(1)} %`;
};
/** A chance in per cent. */
export const percent = (chance: number): string => `${(100 * chance).toFixed(1)} %`;
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
export const scoreOf = (home: number | null, away: number | null): string =>
  home === null || away === null ? '–' : `${home}–${away}`;

/** The three chances as a bar, with its figures as text beside it. */
export function chanceBar(home: number, draw: number, away: number): Html {
  const words = `home ${percent(home)}, draw ${percent(draw)}, away ${percent(away)}`;
  const [first, second] = [90 * home, 90 * draw];
  return html`<span class="chances"
    ><svg viewBox="0 0 90 10" width="90" height="10" aria-hidden="true">
      <rect class="home" width="${first.toFixed(1)}" height="10" />
      <rect class="draw" x="${first.toFixed(1)}" width="${second.toFixed(1)}" height="10" />
      <rect
        class="away"
        x="${(first + second).toFixed(1)}"
        width="${(90 * away).toFixed(1)}"
        height="10"
      /></svg
    ><span class="sr">${words}</span
    ><span aria-hidden="true"
      >${(100 * home).toFixed(0)} · ${(100 * draw).toFixed(0)} · ${(100 * away).toFixed(0)}</span
    ></span
  >`;
}
