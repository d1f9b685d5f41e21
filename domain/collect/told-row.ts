import { hash } from 'node:crypto';
import type {
  PlaceBasis,
  ToldInjury,
  ToldLineup,
  ToldQuote,
  ToldScore,
  ToldWeather,
} from '../../schemas/records/live.js';
import type { ToldKind, ToldRow } from '../../schemas/records/told-row.js';
import type { Instant } from '../../schemas/values.js';
import { toIso } from '../../schemas/values.js';

// At once: an object for each hash costs more than the hash, and there are two for each price of a stream.
const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');
const hashOf = (said: unknown): Buffer => sha256(JSON.stringify(said));

/** A price says its phase and its legs; when the provider looked at it last is no news. */
export const quoteRow = (quote: ToldQuote, raw: unknown): ToldRow => ({
  externalMatchId: quote.externalId,
  recordKey: [quote.bookmaker, quote.market, quote.line ?? ''].join('|'),
  content: hashOf([quote.kind, quote.phase, quote.home, quote.draw, quote.away, quote.over, quote.under]),
  lookup: { bookmaker: quote.bookmaker, market_type: quote.market, line_value: quote.line },
  raw,
});

/** A score says its status, its minute and its goals. */
export const scoreRow = (score: ToldScore, raw: unknown): ToldRow => ({
  externalMatchId: score.externalId,
  recordKey: '',
  content: hashOf([score.status, score.minute, score.addedMinutes, score.score, score.halfTime]),
  lookup: {
    match_status: score.status,
    home_score: score.score.home,
    away_score: score.score.away,
    match_minute: score.minute,
    provider_updated_at: score.providerUpdatedAt === null ? null : new Date(score.providerUpdatedAt),
  },
  raw,
});

/** One side's line-up, as a whole. */
export const lineupRow = (lineup: ToldLineup, raw: unknown): ToldRow => ({
  externalMatchId: lineup.externalId,
  recordKey: lineup.team.externalId ?? lineup.team.name,
  content: hashOf([lineup.formation, lineup.coach, lineup.starting, lineup.bench]),
  lookup: {},
  raw,
});

export const injuryRow = (injury: ToldInjury, raw: unknown): ToldRow => ({
  externalMatchId: injury.externalId,
  recordKey: [
    injury.team.externalId ?? injury.team.name,
    injury.player.externalId ?? injury.player.name,
  ].join('|'),
  content: hashOf([injury.certainty, injury.reason]),
  lookup: {},
  raw,
});

/**
 * The weather of an hour, for the match with our id. The key says whether it was forecast or measured, and where it is that of the home club's ground
 * since no source tells the match's own.
 */
export const weatherRow = (
  weather: ToldWeather,
  raw: unknown,
  { matchId, placeBasis }: { readonly matchId: number; readonly placeBasis: PlaceBasis },
): ToldRow => ({
  externalMatchId: String(matchId),
  recordKey: [toIso(weather.at), weather.basis, ...(placeBasis === 'venue' ? [] : [placeBasis])].join('|'),
  content: hashOf([
    weather.temperatureC,
    weather.windSpeedKmh,
    weather.windGustKmh,
    weather.precipitationMm,
    weather.humidityPercent,
    weather.weatherCode,
  ]),
  lookup: {},
  raw,
});

/**
 * Which row of which table this is: one record's, told at an instant after a version (null where it is the first), so that A, B, A of one instant is
 * three rows and the same answer once.
 */
export const dedupKeyOf = (
  row: ToldRow,
  {
    kind,
    dataSource,
    at,
    after,
  }: {
    readonly kind: ToldKind;
    readonly dataSource: string;
    readonly at: Instant;
    readonly after: number | null;
  },
): Buffer =>
  sha256(
    `${kind}\n${dataSource}\n${row.externalMatchId ?? ''}\n${row.recordKey}\n${at}\n${row.content.toString('hex')}\n${after ?? ''}`,
  );
