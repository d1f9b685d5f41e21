import type { CollectedQuote } from '../../schemas/records/collected-match.js';
import type { Instant, KnownAtBasis } from '../../schemas/values.js';
import { instant } from '../../schemas/values.js';
import { earlierOf, laterOf } from '../clock/zones.js';
import type { AcceptedQuote } from './clean-quote.js';
import type { LastSeen, QuoteRow } from './history.js';
import type { Sighting } from './sighting.js';

interface QuoteTimes {
  readonly collectedAt: Instant;
  readonly recordedAt: Instant;
  readonly basis: KnownAtBasis;
}

/** The latest of one quote, and which files give it at present. */
interface QuoteState {
  row: QuoteRow;
  readonly givenBy: Set<string>;
}

const priceFields = ['home', 'draw', 'away', 'over', 'under'] as const;

type QuoteName = Pick<CollectedQuote, 'bookmaker' | 'phase' | 'market' | 'line'>;

/** A line that moved is another quote: the price at the old one is gone. */
const nameOf = ({ bookmaker, phase, market, line }: QuoteName): string =>
  `${phase}|${bookmaker}|${market}|${line ?? ''}`;

const otherPhase = { prematch: 'closing', closing: 'prematch', live: 'live' } as const;

const hasPrices = (row: QuoteRow): boolean => priceFields.some((field) => row[field] !== null);

/** The quotes of one match, in the order in which its appearances are told. */
export class QuoteHistory {
  readonly rows: QuoteRow[] = [];
  private readonly seenAgain = new Map<string, LastSeen>();
  private readonly states = new Map<string, QuoteState>();
  private firstUri: string | undefined;

  get lastSeen(): LastSeen[] {
    return [...this.seenAgain.values()];
  }

  see(sighting: Sighting): void {
    // Nearly every match has one version only: it needs no bookkeeping.
    if (this.firstUri === undefined) {
      this.firstUri = sighting.appearance.uri;
      const { rawId } = sighting.clean.version;
      const prematch = firstTimes('prematch', sighting);
      const closing = firstTimes('closing', sighting);
      for (const accepted of sighting.clean.quotes) {
        const { quote } = accepted;
        this.rows.push(rowOf(accepted, quote.phase === 'closing' ? closing : prematch, rawId));
      }
      return;
    }
    if (this.states.size === 0) {
      for (const row of this.rows) this.states.set(nameOf(row), { row, givenBy: new Set([this.firstUri]) });
    }
    this.compare(sighting);
  }

  private compare(sighting: Sighting): void {
    const { clean, appearance } = sighting;
    const given = new Set<string>();
    for (const accepted of clean.quotes) {
      const name = nameOf(accepted.quote);
      given.add(name);
      const state = this.states.get(name);
      if (state === undefined) this.open(name, accepted, sighting);
      else this.update(name, state, accepted, sighting);
    }
    for (const [name, state] of this.states) {
      if (given.has(name) || !state.givenBy.delete(appearance.uri) || state.givenBy.size > 0) continue;
      if (hasPrices(state.row)) {
        const times = this.correctionTimes(state.row, sighting);
        this.push(state, {
          ...state.row,
          ...noPrices,
          suspicious: false,
          ...times,
          rawId: clean.version.rawId,
        });
      }
    }
  }

  private open(name: string, accepted: AcceptedQuote, sighting: Sighting): void {
    const { quote } = accepted;
    const { clean, appearance } = sighting;
    const times = this.apart(quote, firstTimes(quote.phase, sighting), sighting);
    const row = rowOf(accepted, times, clean.version.rawId);
    this.rows.push(row);
    this.states.set(name, { row, givenBy: new Set([appearance.uri]) });
  }

  private update(name: string, state: QuoteState, accepted: AcceptedQuote, sighting: Sighting): void {
    const { quote, standing } = accepted;
    const { clean, appearance } = sighting;
    const { row } = state;
    state.givenBy.add(appearance.uri);
    if (priceFields.every((field) => row[field] === quote[field])) {
      // The same price, released in this version of the row: the quote is one. Other prices beside it, in a later version, are no release: what
      // was doubted when it was told stays so.
      if (row.suspicious && standing === 'released') this.clear(state);
      const before = this.seenAgain.get(name)?.lastSeenAt ?? appearance.editionTime;
      const { bookmaker, phase, market, line } = quote;
      const lastSeenAt = laterOf(before, appearance.editionTime);
      this.seenAgain.set(name, { bookmaker, phase, market, line, lastSeenAt });
      return;
    }
    const times = this.correctionTimes(row, sighting);
    this.push(state, rowOf(accepted, times, clean.version.rawId));
  }

  private clear(state: QuoteState): void {
    const cleared = { ...state.row, suspicious: false };
    this.rows[this.rows.indexOf(state.row)] = cleared;
    state.row = cleared;
  }

  private push(state: QuoteState, row: QuoteRow): void {
    this.rows.push(row);
    state.row = row;
  }

  /** A price ahead of the match has moved; one that an edition after it changes was corrected, and keeps its time. */
  private correctionTimes(row: QuoteRow, sighting: Sighting): QuoteTimes {
    const { editionTime } = sighting.appearance;
    const collectedAt =
      row.phase === 'prematch' && isAheadOfMatch(sighting)
        ? laterOf(editionTime, row.collectedAt)
        : row.collectedAt;
    const earliest = laterOf(instant(row.recordedAt + 1), collectedAt);
    const recordedAt = laterOf(editionTime, earliest);
    const basis = recordedAt === editionTime ? 'observed' : 'estimated';
    return this.apart(row, { collectedAt, recordedAt, basis }, sighting);
  }

  /** The phase is no part of a price's key in `odds`: two phases of one quote never share both times. */
  private apart(quote: QuoteName, times: QuoteTimes, { appearance }: Sighting): QuoteTimes {
    const other = this.states.get(nameOf({ ...quote, phase: otherPhase[quote.phase] }))?.row;
    if (other?.collectedAt !== times.collectedAt || other.recordedAt < times.recordedAt) return times;
    const recordedAt = instant(other.recordedAt + 1);
    return { ...times, recordedAt, basis: recordedAt === appearance.editionTime ? 'observed' : 'estimated' };
  }
}

const noPrices = { home: null, draw: null, away: null, over: null, under: null };

/** A list of fixtures published before kick-off: its prices are of that moment. */
const isAheadOfMatch = ({ appearance, clean }: Sighting): boolean =>
  appearance.fileKind === 'fixtures' && appearance.editionTime < clean.kickoff.at;

/** The times of a price that no edition gave before. */
function firstTimes(phase: QuoteRow['phase'], sighting: Sighting): QuoteTimes {
  const { clean, appearance, isEstimated } = sighting;
  const { editionTime } = appearance;
  if (phase === 'closing') {
    const closedAt = clean.kickoff.at;
    if (isEstimated || closedAt > editionTime) {
      return { collectedAt: closedAt, recordedAt: closedAt, basis: 'estimated' };
    }
    return { collectedAt: closedAt, recordedAt: editionTime, basis: 'observed' };
  }
  if (isAheadOfMatch(sighting))
    return { collectedAt: editionTime, recordedAt: editionTime, basis: 'observed' };
  const collectedAt = earlierOf(clean.kickoff.prematchPricedAt, editionTime);
  return isEstimated
    ? { collectedAt, recordedAt: collectedAt, basis: 'estimated' }
    : { collectedAt, recordedAt: editionTime, basis: 'observed' };
}

const rowOf = ({ quote, standing }: AcceptedQuote, times: QuoteTimes, rawId: number): QuoteRow => ({
  bookmaker: quote.bookmaker,
  kind: quote.kind,
  phase: quote.phase,
  market: quote.market,
  line: quote.line,
  home: quote.home,
  draw: quote.draw,
  away: quote.away,
  over: quote.over,
  under: quote.under,
  suspicious: standing === 'doubted',
  collectedAt: times.collectedAt,
  recordedAt: times.recordedAt,
  basis: times.basis,
  rawId,
});
