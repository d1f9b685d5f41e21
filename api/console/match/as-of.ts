import { html, type Html } from '../../../schemas/html.js';

const mostStops = 400;

/** Of many instants so many, the first and the last among them. */
function thinned(instants: readonly Date[]): readonly Date[] {
  if (instants.length <= mostStops) return instants;
  const step = (instants.length - 1) / (mostStops - 1);
  return Array.from({ length: mostStops }, (_, place) => instants[Math.round(place * step)]).filter(
    (at) => at !== undefined,
  );
}

/** The slider through the instants at which something became known of a match; its last stop is now. Without a script an instant is written. */
export function knownThenForm({
  id,
  instants,
  asOf,
}: {
  readonly id: number;
  readonly instants: readonly Date[];
  readonly asOf: Date | undefined;
}): Html {
  const stops = thinned(instants).map((at) => at.toISOString());
  const place = asOf === undefined ? stops.length : stops.filter((at) => at <= asOf.toISOString()).length - 1;
  const words = asOf === undefined ? 'now' : asOf.toISOString().replace('T', ' ').slice(0, 16);
  return html`<form
    class="as-of"
    method="get"
    action="/console/matches/${id}"
    aria-label="As known at"
    data-as-of="${JSON.stringify(stops)}"
  >
    <label for="as-of-slider">As known at <output id="as-of-words">${words}</output></label>
    <input
      id="as-of-slider"
      type="range"
      min="0"
      max="${stops.length}"
      value="${Math.max(0, place)}"
      aria-valuetext="${words}"
      hidden
    />
    <span class="as-of-text"
      ><label for="as-of-text" class="sr">Instant</label
      ><input
        id="as-of-text"
        name="as_of"
        value="${asOf?.toISOString() ?? ''}"
        placeholder="2026-11-24T10:00:00Z"
      /><button>Go</button>
      ${asOf === undefined ? '' : html`<a href="/console/matches/${id}">Back to now</a>`}</span
    >
  </form>`;
}
