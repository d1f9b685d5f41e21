import type { ToldQuote } from '../../schemas/records/live.js';
import type { Instant, KickoffPrecision } from '../../schemas/values.js';
import { instant } from '../../schemas/values.js';
import { earlierOf, laterOf } from '../clock/zones.js';
import { checkQuote, legsOfQuote } from '../odds/check-quote.js';
import { quoteField, standardQuote } from './clean-quote.js';
import type { Finding, LastSeen, QuoteRow } from './history.js';
import { doubtName } from './history.js';

/** One stored answer of a live source about one quote: a row of `raw_odds_data`, read. */
export interface StoredQuote {
  /** `raw_odds_data.id`. */
  readonly rawId: number;
  readonly told: ToldQuote;
  /** When the answer was here: from then on the price is known. */
  readonly collectedAt: Instant;
  /** When the same was last said. */
  readonly lastSeenAt: Instant;
  /** The doubts about it that a person has released, by {@link doubtName}. */
  readonly accepted?: ReadonlySet<string> | undefined;
}

/** What the phases of prices depend on, as known now. */
export interface PricedMatch {
  readonly kickoff: Instant;
  readonly precision: KickoffPrecision;
  /** It is being played, was played or was abandoned: which price was the last one before kick-off is settled. */
  readonly hasBegun: boolean;
}

/** A row of `odds` of a live source. */
export type LiveQuoteRow = Omit<QuoteRow, 'rawId'> & {
  /** The payload of the price. */
  readonly rawOddsId: number;
  readonly providerUpdatedAt: Instant | null;
};

/** A row of `data_quality_logs` about a payload of `raw_odds_data`. (rawId, errorType, field) name it. */
export type LiveFinding = Omit<Finding, 'editionId' | 'table'>;

/** Everything silver holds of one quote: bookmaker, market and line of one match from one source. */
export interface LiveQuoteHistory {
  readonly rows: readonly LiveQuoteRow[];
  readonly lastSeen: readonly LastSeen[];
  readonly findings: readonly LiveFinding[];
  /** The payloads of which nothing enters silver as it stands, and why. */
  readonly held: ReadonlyMap<number, string>;
}

/** A price seen no later than this before kick-off (milliseconds) is no closing price: nobody looked at what it became. */
export const closingWithin = 60 * 60 * 1000;

const priceFields = ['home', 'draw', 'away', 'over', 'under'] as const;
type Prices = Pick<LiveQuoteRow, (typeof priceFields)[number]>;
const noPrices: Prices = { home: null, draw: null, away: null, over: null, under: null };
const hasPrices = (row: Prices): boolean => priceFields.some((field) => row[field] !== null);
const samePrices = (a: Prices, b: Prices): boolean => priceFields.every((field) => a[field] === b[field]);

type Phase = 'prematch' | 'live';
const phaseOf = ({ phase }: Pick<ToldQuote, 'phase'>): Phase => (phase === 'live' ? 'live' : 'prematch');

const outOfTime = {
  prematch_after_kickoff: 'A price before the match, given after its kick-off',
  live_before_kickoff: 'A price in play, given before the kick-off',
} as const;

/** The latest of one phase, and when it was last seen. */
interface PhaseState {
  row: LiveQuoteRow;
  seenAt: Instant;
}

/**
 * Tells the history of one quote by the answers stored of it: a pure function of them and of the match, whatever order they came in. A price
 * is known from the answer that first gave it; the same again only moves when it was last seen. A price that cannot stand takes the one
 * before it back. What a source calls the closing price is one before kick-off as any other: the closing price is derived, as the last one
 * before the kick-off of a match that has begun, and known at its kick-off. Never throws.
 */
export function deriveLiveQuote(stored: readonly StoredQuote[], match: PricedMatch): LiveQuoteHistory {
  const history = new History(match);
  const inOrder = [...stored].sort((a, b) => a.collectedAt - b.collectedAt || a.rawId - b.rawId);
  const spelling = inOrder.reduce<StoredQuote | undefined>(
    (first, each) => (first === undefined || each.rawId < first.rawId ? each : first),
    undefined,
  )?.told.bookmaker;
  const ours = inOrder.filter((each) => each.told.bookmaker === spelling);
  history.refuseTwins(inOrder.filter((each) => each.told.bookmaker !== spelling));
  for (const [place, each] of ours.entries()) {
    // Of two answers of one instant the later one counts.
    if (ours[place + 1]?.collectedAt !== each.collectedAt) history.see(each);
  }
  return history.outcome();
}

class History {
  private readonly rows: LiveQuoteRow[] = [];
  private readonly findings: LiveFinding[] = [];
  private readonly held = new Map<number, string>();
  private readonly phases = new Map<Phase, PhaseState>();
  /** When a price of the phase was last seen, whichever it was. */
  private readonly seen = new Map<Phase, LastSeen>();

  private readonly match: PricedMatch;

  constructor(match: PricedMatch) {
    this.match = match;
  }

  see(stored: StoredQuote): void {
    const phase = phaseOf(stored.told);
    const standard = standardQuote({ ...stored.told, phase });
    if ('reason' in standard) {
      this.hold(stored, 'unknown_bookmaker', standard.reason);
      return;
    }
    const misplaced = this.misplaced(phase, stored.collectedAt);
    if (misplaced !== undefined) {
      this.holdOutOfTime(stored, misplaced);
      return;
    }

    const quote = standard.value;
    const row: LiveQuoteRow = {
      bookmaker: quote.bookmaker,
      kind: quote.kind,
      phase,
      market: quote.market,
      line: quote.line,
      home: quote.home,
      draw: quote.draw,
      away: quote.away,
      over: quote.over,
      under: quote.under,
      suspicious: false,
      collectedAt: stored.collectedAt,
      recordedAt: stored.collectedAt,
      basis: 'observed',
      rawOddsId: stored.rawId,
      providerUpdatedAt: stored.told.providerUpdatedAt,
    };
    const verdict = checkQuote(quote);
    if (verdict.kind === 'refused') {
      this.hold(stored, verdict.doubt, verdict.message);
      this.takeBack(row);
      return;
    }
    if (legsOfQuote(quote).every((price) => price === null)) {
      this.takeBack(row);
      return;
    }
    const suspicious =
      verdict.kind === 'suspicious' &&
      stored.accepted?.has(doubtName({ errorType: verdict.doubt, field: quoteField(stored.told) })) !== true;
    if (suspicious) this.report(stored, 'low', verdict.doubt, verdict.message);
    this.price({ ...row, suspicious }, stored);
  }

  /** Other spellings of a bookmaker whose price of this the source has given already; each is one finding, however often it comes. */
  refuseTwins(twins: readonly StoredQuote[]): void {
    const stated = new Set<string>();
    for (const twin of [...twins].sort((a, b) => a.rawId - b.rawId)) {
      const { bookmaker } = twin.told;
      const message = `The source gives a price of this already, by another spelling than ${bookmaker}`;
      this.held.set(twin.rawId, `quote_stated_twice: ${message}`);
      if (!stated.has(bookmaker)) this.report(twin, 'medium', 'quote_stated_twice', message);
      stated.add(bookmaker);
    }
  }

  outcome(): LiveQuoteHistory {
    const closing = this.closing();
    return {
      rows: closing === undefined ? this.rows : [...this.rows, closing],
      lastSeen: [...this.seen.values()],
      findings: this.findings,
      held: this.held,
    };
  }

  /** The first instant that is not before the match any more; where only its day is known, the end of the day. */
  private get matchIsOn(): Instant {
    const { kickoff, precision } = this.match;
    return precision === 'minute' ? kickoff : instant(kickoff + 24 * 60 * 60 * 1000);
  }

  private misplaced(phase: Phase, at: Instant): keyof typeof outOfTime | undefined {
    if (phase === 'prematch' && at >= this.matchIsOn) return 'prematch_after_kickoff';
    if (phase === 'live' && at < this.match.kickoff) return 'live_before_kickoff';
    return undefined;
  }

  /** That is how providers are, and nothing that a person could settle: it may fit once the kick-off is another. */
  private holdOutOfTime({ rawId, told }: StoredQuote, errorType: keyof typeof outOfTime): void {
    const message = outOfTime[errorType];
    this.held.set(rawId, `${errorType}: ${message}`);
    const field = quoteField(told);
    this.findings.push({
      rawId,
      severity: 'low',
      errorType,
      field,
      message,
      data: told,
      requiresReview: false,
    });
  }

  private price(row: LiveQuoteRow, { lastSeenAt }: StoredQuote): void {
    const phase = phaseOf(row);
    const seenAt = phase === 'prematch' ? earlierOf(lastSeenAt, this.matchIsOn) : lastSeenAt;
    const { bookmaker, market, line } = row;
    const before = this.seen.get(phase)?.lastSeenAt ?? seenAt;
    this.seen.set(phase, { bookmaker, phase, market, line, lastSeenAt: laterOf(before, seenAt) });

    const state = this.phases.get(phase);
    if (state === undefined || !samePrices(state.row, row)) {
      this.rows.push(row);
      this.phases.set(phase, { row, seenAt });
      return;
    }
    state.seenAt = laterOf(state.seenAt, seenAt);
    // The same price, released in this answer: the quote is one.
    if (state.row.suspicious && !row.suspicious) {
      const cleared = { ...state.row, suspicious: false };
      this.rows[this.rows.indexOf(state.row)] = cleared;
      state.row = cleared;
    }
  }

  private takeBack(row: LiveQuoteRow): void {
    const phase = phaseOf(row);
    const state = this.phases.get(phase);
    if (state === undefined || !hasPrices(state.row)) return;
    const gone = { ...row, ...noPrices };
    this.rows.push(gone);
    this.phases.set(phase, { row: gone, seenAt: row.collectedAt });
  }

  private closing(): LiveQuoteRow | undefined {
    const { kickoff, precision, hasBegun } = this.match;
    const last = this.phases.get('prematch');
    if (!hasBegun || precision !== 'minute' || last === undefined || !hasPrices(last.row)) return undefined;
    if (last.seenAt < kickoff - closingWithin) return undefined;
    // The phase is no part of a price's key in `odds`: two phases of one quote never share both times.
    const isTaken = this.rows.some(({ collectedAt }) => collectedAt === kickoff);
    const recordedAt = isTaken ? instant(kickoff + 1) : kickoff;
    return { ...last.row, phase: 'closing', collectedAt: kickoff, recordedAt };
  }

  private hold(stored: StoredQuote, errorType: string, message: string): void {
    this.held.set(stored.rawId, `${errorType}: ${message}`);
    this.report(stored, 'medium', errorType, message);
  }

  private report(
    { rawId, told }: StoredQuote,
    severity: Finding['severity'],
    errorType: string,
    message: string,
  ): void {
    const field = quoteField(told);
    this.findings.push({ rawId, severity, errorType, field, message, data: told, requiresReview: true });
  }
}
