import type { z } from 'zod';
import type { PriceHistory, PriceLine } from '../../../schemas/api/matches.js';
import { html, type Html, type HtmlPart } from '../../../schemas/html.js';
import { instantText, overround, price, state, table } from '../parts.js';

type Prices = z.output<typeof PriceHistory>;
type Leg = 'home' | 'draw' | 'away';
const legs = ['home', 'draw', 'away'] as const;

const isOfResult = ({ market }: PriceLine): boolean => market === '1x2';

/** What the chart draws of one result: of each bookmaker its prices by the second at which they were known. */
interface Series {
  readonly bookmaker: string;
  readonly points: readonly (readonly [second: number, price: number])[];
}

function seriesOf(lines: readonly PriceLine[], leg: Leg): Series[] {
  const byBook = new Map<string, [number, number][]>();
  for (const line of lines) {
    const value = line[leg];
    if (value === null || line.suspicious || line.quote_kind === 'aggregate') continue;
    const points = byBook.get(line.bookmaker) ?? [];
    points.push([Date.parse(line.known_at) / 1000, value]);
    byBook.set(line.bookmaker, points);
  }
  return [...byBook].map(([bookmaker, points]) => ({ bookmaker, points }));
}

/** The rule of what a bookmaker keeps does not hold of prices that are the best of many. */
const overroundOf = ({ home, draw, away, quote_kind: kind }: PriceLine): string =>
  home === null || draw === null || away === null || kind === 'aggregate'
    ? '–'
    : overround([home, draw, away]);

const cells = (line: PriceLine): HtmlPart[] => [
  line.quote_kind === 'book' ? line.bookmaker : html`${line.bookmaker} <small>${line.quote_kind}</small>`,
  ...[instantText(line.known_at), line.price_phase],
  ...[price(line.home), price(line.draw), price(line.away), overroundOf(line)],
  line.suspicious ? state('suspicious', 'warn') : line.known_at_basis,
  html`<code>${line.data_source} ${line.raw_id}</code>`,
];

const headings = [
  'Bookmaker',
  'Known at',
  'Phase',
  { number: '1' },
  { number: 'X' },
  { number: '2' },
  { number: 'Overround' },
  'Basis',
  'Payload',
] as const;

/** Prices as a chart, with kick-off and closing marked, and all of them in figures beneath. */
export function pricesPart({ history, closing, kick_off: kickOff }: Prices): Html {
  const lines = history.filter(isOfResult);
  if (lines.length === 0) return html`<p class="quiet">No price of the result was known.</p>`;
  const closed = closing.filter(isOfResult);
  const data = {
    kickOff: Date.parse(kickOff) / 1000,
    legs: legs.map((leg) => ({ leg, series: seriesOf(lines, leg) })),
    closing: closed
      .filter(({ price_phase: phase }) => phase === 'closing')
      .map((line) => Date.parse(line.known_at) / 1000),
  };
  const first = lines[0]?.known_at ?? kickOff;
  const others = history.length - lines.length;
  return html`<figure class="chart">
      <div class="legs" role="group" aria-label="Result that is drawn">
        ${legs.map(
          (leg, place) =>
            html`<button
              type="button"
              class="plain"
              data-leg="${leg}"
              aria-pressed="${place === 0 ? 'true' : 'false'}"
            >
              ${leg}
            </button>`,
        )}
      </div>
      <div
        class="plot"
        data-prices="${JSON.stringify(data)}"
        role="img"
        aria-label="Price movement of ${lines.length} quotes from ${first.slice(0, 16)} to kick-off at ${kickOff.slice(0, 16)}; the figures are in the tables beneath."
      ></div>
      <figcaption>
        Each line is a bookmaker or an exchange; averages and maxima are in the tables alone. The dashed mark
        is kick-off, dots are closing prices.
      </figcaption>
    </figure>
    ${table('What each bookmaker closed at, or the last that was known before kick-off', headings, closed.map(cells))}
    <details id="every-price">
      <summary>Every price of the result (${lines.length})</summary>
      ${table('Every price of the result, as it became known', headings, lines.map(cells))}
    </details>
    ${others === 0 ? '' : html`<p class="quiet">${others} prices of other markets: <a href="/docs">GET /api/v1/matches/{id}/prices</a>.</p>`}`;
}
