import type { Instant } from '../../schemas/values.js';
import { instant } from '../../schemas/values.js';
import type { Bookmaker } from '../market/bookmakers.js';
import { shownPrice } from '../market/bookmakers.js';
import type { BookmakerQuotes, OutcomePrices, TwoWayPrices } from '../market/prices.js';
import { randomStream } from '../random.js';
import type { MatchLife } from './match-life.js';
import { announcedKickOffs } from './match-life.js';
import { passedBy, stateAt } from './match-state.js';

/** A bookmaker's prices on a match, as it set them at an instant. */
export interface BookPrices extends BookmakerQuotes {
  readonly at: Instant;
  /** The Asian handicap given to the home side. */
  readonly handicapLine: number;
}

/** A bookmaker setting its prices. */
interface PriceUpdate {
  readonly at: Instant;
  /** Its place in the market's list. */
  readonly book: number;
  /** How far from its opening prices to its closing ones: 0 to 1. */
  readonly progress: number;
}

const day = 86_400_000;
const second = 1000;
/** No bookmaker opens more days before a kick-off. */
const earliestOpening = 13;
/** How fast the market learns: half of the way is done when this power of the time left is a half. */
const learning = 0.6;

/** When a bookmaker sets its prices, as times before the kick-off: some two weeks, then ever closer, to the last minutes. */
function leadsOf(life: MatchLife, book: number): readonly number[] {
  const { match, seed } = life;
  const random = randomStream(seed, match.code, match.season, 'price updates', match.home, match.away, book);
  const opening = (earliestOpening - 3 * random.uniform()) * day;
  const closing = (60 + random.below(420)) * second;
  const between = Array.from({ length: 8 + random.below(9) }, () => opening * random.uniform() ** 3);
  return [opening, ...between.filter((lead) => lead > closing).sort((a, b) => b - a), closing].map(
    (lead) => Math.round(lead / second) * second,
  );
}

/**
 * A bookmaker's updates. They are counted from the kick-off as it is announced at the time, and never go back: what a bookmaker has learnt
 * it keeps when a match is moved.
 */
function updatesOf(life: MatchLife, book: number): readonly PriceUpdate[] {
  const leads = leadsOf(life, book);
  const opening = leads[0] ?? 0;
  const closing = leads.at(-1) ?? 0;
  const timed = announcedKickOffs(life.events).filter(({ precision }) => precision === 'minute');
  const updates: PriceUpdate[] = [];
  for (const { kickOff, from, until } of timed) {
    for (const lead of leads) {
      const at = instant(kickOff - lead);
      if (at < from || at >= until) continue;
      const learnt = lead === closing ? 1 : 1 - (lead / opening) ** learning;
      const progress = updates.length === 0 ? 0 : Math.max(learnt, updates.at(-1)?.progress ?? 0);
      updates.push({ at, book, progress });
    }
  }
  return updates;
}

interface PricePath {
  readonly updates: readonly PriceUpdate[];
  /** What stands after so many updates, filled as it is asked for. */
  readonly standing: Map<number, readonly BookPrices[]>;
}

const paths = new WeakMap<MatchLife, PricePath>();

function pathOf(life: MatchLife): PricePath {
  const known = paths.get(life);
  if (known !== undefined) return known;
  const updates = life.match.prices.opening.quotes
    .flatMap((_, book) => updatesOf(life, book))
    .sort((a, b) => a.at - b.at);
  const path = { updates, standing: new Map<number, readonly BookPrices[]>() };
  paths.set(life, path);
  return path;
}

const untouched: readonly BookPrices[] = [];

/**
 * The prices that bookmakers show on a match at an instant: none before the first opens, while the match is put off, and from its start on.
 * Each goes from the opening quotes of the market to its closing ones. The same object until one of them changes.
 */
export function pricesAt(life: MatchLife, at: Instant): readonly BookPrices[] {
  return isOpen(life, at) ? standingAfter(pathOf(life), life, at) : untouched;
}

/** The last prices that bookmakers showed before the match began, also when it has. */
export const lastPricesBefore = (life: MatchLife, at: Instant): readonly BookPrices[] =>
  standingAfter(pathOf(life), life, at);

/** Every update of every bookmaker until an instant, in order. */
export function priceHistory(life: MatchLife, until: Instant): readonly BookPrices[] {
  return pathOf(life)
    .updates.filter((update) => update.at <= until)
    .flatMap((update) => pricesOf(life, update) ?? []);
}

function isOpen(life: MatchLife, at: Instant): boolean {
  const state = stateAt(life, at);
  return (
    state?.phase === 'not started' &&
    state.precision === 'minute' &&
    state.kickOff - at <= earliestOpening * day
  );
}

function standingAfter(
  { updates, standing }: PricePath,
  life: MatchLife,
  at: Instant,
): readonly BookPrices[] {
  const count = passedBy(updates, at);
  const known = standing.get(count);
  if (known !== undefined) return known;
  const byBook = new Map<number, PriceUpdate>();
  for (const update of updates.slice(0, count)) byBook.set(update.book, update);
  const prices = [...byBook.values()]
    .sort((a, b) => a.book - b.book)
    .flatMap((update) => pricesOf(life, update) ?? []);
  standing.set(count, prices);
  return prices;
}

function pricesOf({ match }: MatchLife, { at, book, progress }: PriceUpdate): BookPrices | undefined {
  const { opening, closing } = match.prices;
  const from = opening.quotes[book];
  const to = closing.quotes[book];
  if (from === undefined || to === undefined) return undefined;
  const { bookmaker } = from;
  const between = (first: number, last: number): number => priceBetween(first, last, progress, bookmaker);
  // A line moves at once; its prices hold until it does.
  const hasNewLine = progress > 0.5 && opening.handicapLine !== closing.handicapLine;
  const isSameLine = opening.handicapLine === closing.handicapLine;
  return {
    at,
    bookmaker,
    outcome: outcomeBetween(from.outcome, to.outcome, between),
    goals: twoWayBetween(from.goals, to.goals, between),
    handicapLine: hasNewLine ? closing.handicapLine : opening.handicapLine,
    handicap: isSameLine
      ? twoWayBetween(from.handicap, to.handicap, between)
      : hasNewLine
        ? to.handicap
        : from.handicap,
  };
}

/** On the logarithm of the price, to the bookmaker's ladder; the ends are the quotes themselves. */
const priceBetween = (first: number, last: number, progress: number, { ladder }: Bookmaker): number =>
  progress === 0 ? first : progress === 1 ? last : shownPrice(first * (last / first) ** progress, ladder);

type Between = (first: number, last: number) => number;

const outcomeBetween = (from: OutcomePrices, to: OutcomePrices, between: Between): OutcomePrices => ({
  home: between(from.home, to.home),
  draw: between(from.draw, to.draw),
  away: between(from.away, to.away),
});

const twoWayBetween = (from: TwoWayPrices, to: TwoWayPrices, between: Between): TwoWayPrices => ({
  first: between(from.first, to.first),
  second: between(from.second, to.second),
});
