import type { CollectedQuote } from '../../schemas/records/collected-match.js';
import { checkQuote, legsOfQuote } from '../odds/check-quote.js';
import { threeDecimals } from '../odds/standard-price.js';
import { quotesAgainstHandicap } from '../odds/against-handicap.js';
import { quotesUnlikeOthers } from '../odds/unlike-others.js';
import { longestBookmaker, standardBookmaker } from './bookmaker-names.js';
import type { Finding, Version } from './history.js';
import { doubtName, findingOf } from './history.js';
import type { Reading } from './reading.js';

/** Nothing speaks against a quote; or a doubt does; or a person has waived the doubt. */
export type QuoteStanding = 'believed' | 'doubted' | 'released';

/** A quote that may enter `odds`. */
export interface AcceptedQuote {
  readonly quote: CollectedQuote;
  readonly standing: QuoteStanding;
}

const priceFields = ['home', 'draw', 'away', 'over', 'under'] as const;
const legFields: Readonly<Record<CollectedQuote['market'], ReadonlySet<string>>> = {
  '1x2': new Set(['home', 'draw', 'away']),
  over_under: new Set(['over', 'under']),
  asian_handicap: new Set(['home', 'away']),
};

/**
 * CLN-2: a quote in the house's form: the bookmaker's name as silver has it, prices to three places and lines to two, no price of another
 * market's outcome. A quote that is so already is returned as it is. Idempotent; never throws.
 */
export function standardQuote(quote: CollectedQuote): Reading<CollectedQuote> {
  const bookmaker = standardBookmaker(quote.bookmaker);
  if ('reason' in bookmaker) return bookmaker;
  const changed: { -readonly [K in keyof CollectedQuote]?: CollectedQuote[K] } = {};
  if (bookmaker.value !== quote.bookmaker) changed.bookmaker = bookmaker.value;
  const legs = legFields[quote.market];
  for (const field of priceFields) {
    const price = quote[field];
    if (price === null) continue;
    const standard = legs.has(field) ? threeDecimals(price) : null;
    if (!Object.is(standard, price)) changed[field] = standard;
  }
  const line = quote.market === '1x2' ? null : twoDecimals(quote.line);
  if (!Object.is(line, quote.line)) changed.line = line;
  return { value: Object.keys(changed).length === 0 ? quote : { ...quote, ...changed } };
}

/** 0 and -0 are one line. What is no number stays as it is, and is refused. */
const twoDecimals = (line: number | null): number | null =>
  line === null || !(Math.abs(line) < 1e9) ? line : Math.round(line * 100) / 100 + 0;

/**
 * The quotes of a version that may enter `odds`. What is refused or doubted is added to `findings`, each with the whole quote (CLN-6, QUAL-14,
 * QUAL-15). A quote whose doubt `accepted` names is released.
 */
export function acceptQuotes(
  { match, rawId }: Version,
  findings: Finding[],
  accepted: ReadonlySet<string>,
): AcceptedQuote[] {
  const quotes: AcceptedQuote[] = [];
  const names = new Set<string>();
  const reportOf =
    (given: CollectedQuote) =>
    (severity: Finding['severity'], errorType: string, message: string): void => {
      const finding = findingOf(rawId, 'odds', errorType, quoteField(given), message);
      findings.push({ ...finding, severity, data: given, requiresReview: true });
    };
  const standingOf = (errorType: string, quote: CollectedQuote): QuoteStanding =>
    accepted.has(doubtName({ errorType, field: quoteField(quote) })) ? 'released' : 'doubted';
  for (const given of match.quotes) {
    const report = reportOf(given);
    const standard = standardQuote(given);
    if ('reason' in standard) {
      report('medium', 'unknown_bookmaker', standard.reason);
      continue;
    }
    const quote = standard.value;
    if (legsOfQuote(quote).every((price) => price === null)) continue;
    const verdict = checkQuote(quote);
    if (verdict.kind === 'refused') {
      report('medium', verdict.doubt, verdict.message);
      continue;
    }
    const name = `${quote.phase}|${quote.bookmaker}|${quote.market}|${quote.line ?? ''}`;
    if (names.has(name)) {
      report('medium', 'quote_stated_twice', `${quote.bookmaker} has given a price of this already`);
      continue;
    }
    names.add(name);
    const standing = verdict.kind === 'suspicious' ? standingOf(verdict.doubt, given) : 'believed';
    quotes.push({ quote, standing });
    if (verdict.kind === 'suspicious' && standing === 'doubted')
      report('low', verdict.doubt, verdict.message);
  }
  const undoubted = quotes.filter(({ standing }) => standing !== 'doubted').map(({ quote }) => quote);
  for (const { quote, errorType, message } of doubtsAmong(undoubted)) {
    const place = quotes.findIndex((one) => one.quote === quote && one.standing !== 'doubted');
    if (place < 0) continue;
    const standing = standingOf(errorType, quote);
    quotes[place] = { quote, standing };
    if (standing === 'doubted') reportOf(quote)('low', errorType, message);
  }
  return quotes;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What the quotes of a match say of each other: each is a price by itself, and yet not all of them can be right. */
const doubtsAmong = (
  quotes: readonly CollectedQuote[],
): readonly { readonly quote: CollectedQuote; readonly errorType: string; readonly message: string }[] => [
  ...quotesUnlikeOthers(quotes).map(({ quote, leg, chance, others }) => ({
    quote,
    errorType: 'price_unlike_others',
    message: `The ${leg} price makes it ${percent(chance)}, and the others ${percent(others)}`,
  })),
  ...quotesAgainstHandicap(quotes).map((quote) => ({
    quote,
    errorType: 'price_against_handicap',
    message:
      'The favourite by the 1x2 prices gets a start by the handicap: one of the two has its sides exchanged',
  })),
];

/** Names a quote within its payload, as it was given. Of a longer name only the beginning is told: a finding's field is short. */
export const quoteField = ({ bookmaker, market, phase, line }: CollectedQuote): string =>
  [Array.from(bookmaker).slice(0, longestBookmaker).join(''), market, phase, line]
    .filter((part) => part !== null)
    .join(' ');
