import type { WaitingToPublish } from '../adapters/postgres/streams/outbox.js';
import type { ProviderRegistry } from '../adapters/providers/provider.js';
import { scoreReaders } from '../adapters/providers/score-readers.js';
import { readStoredQuote } from '../adapters/providers/stored-quotes.js';
import type { OutgoingMessage } from '../adapters/stream/batching-producer.js';
import { kickoffOf } from '../domain/clock/kickoff.js';
import { schemaVersion } from '../schemas/events/envelope.js';
import { dataTopics, processedTopic } from '../schemas/events/topics.js';
import { instant, toIso } from '../schemas/values.js';

/** The message of a row of the outbox, or why there is none. */
export type EnvelopeMade = { readonly message: OutgoingMessage } | { readonly problem: string };

/** Names the row of bronze to whoever reads the message: two messages of one are one. */
const dedupHeader = 'touchline-dedup-key';

/** What a row of the outbox says, in the words of the envelope (STRM-2, 3): read as refine reads it. */
export function envelopeOf(row: WaitingToPublish, providers: ProviderRegistry): EnvelopeMade {
  const { dataType, messageKey: key } = row;
  if (dataType === 'processed') {
    return { message: { topic: processedTopic, key, value: JSON.stringify(row.message), dataType } };
  }
  if (row.raw === null || row.raw === undefined || row.collectedAt === null || row.dedupKey === null) {
    return { problem: 'bronze has no such row any more' };
  }
  const at = toIso(instant(row.collectedAt.getTime()));
  const head = { timestamp: at, data_type: dataType, source: row.dataSource, schema_version: schemaVersion };
  const said =
    dataType === 'odds'
      ? oddsOf(row, at)
      : dataType === 'scores'
        ? scoresOf(row)
        : matchOf(row, providers[row.dataSource]);
  if ('problem' in said) return said;
  return {
    message: {
      ...{ topic: dataTopics[dataType], key, dataType },
      value: JSON.stringify({ ...head, ...said.envelope }),
      headers: { [dedupHeader]: row.dedupKey.toString('hex') },
    },
  };
}

type Said = { readonly envelope: object } | { readonly problem: string };

function oddsOf({ dataSource, raw, collectedAt, messageKey }: WaitingToPublish, at: string): Said {
  const read = readStoredQuote(dataSource, raw, instant(collectedAt?.getTime() ?? 0));
  if ('reason' in read) return { problem: read.reason };
  const { bookmaker, market, line, home, draw, away, over, under, kind } = read.quote;
  const named = { bookmaker, market_type: market };
  return {
    envelope: {
      ...named,
      data: {
        ...{ match_id: messageKey, ...named, quote_kind: kind, line_value: line },
        ...{ home_odds: home, draw_odds: draw, away_odds: away, over_odds: over, under_odds: under },
        collected_at: at,
      },
    },
  };
}

function scoresOf({ dataSource, raw, messageKey }: WaitingToPublish): Said {
  const { told = [], rejected = [] } = scoreReaders[dataSource]?.(raw) ?? {};
  const score = told[0]?.record;
  if (score === undefined) return { problem: rejected[0]?.reason ?? 'its source tells no scores' };
  const named = { match_status: score.status, match_minute: score.minute };
  return {
    envelope: {
      ...named,
      data: {
        ...{ match_id: messageKey, ...named, home_score: score.score.home, away_score: score.score.away },
        ...{ home_ht_score: score.halfTime.home, away_ht_score: score.halfTime.away },
      },
    },
  };
}

function matchOf(
  { raw, messageKey }: WaitingToPublish,
  provider: ProviderRegistry[string] | undefined,
): Said {
  if (provider === undefined) return { problem: 'no provider reads matches of its source' };
  if (typeof raw !== 'object' || raw === null) return { problem: 'it is no row' };
  const read = provider.readRow({ ...raw }, { division: null, season: null });
  if (read.kind === 'unreadable') return { problem: `${read.field}: ${read.reason}` };
  const { division, season, homeTeam, awayTeam, status, venue, referee } = read.match;
  const zone =
    provider.divisions.find(({ externalId }) => externalId === division)?.league.timeZone ??
    read.match.timeZone;
  const { at, precision } = kickoffOf(read.match, zone);
  return {
    envelope: {
      data: {
        ...{ match_id: messageKey, home_team_id: homeTeam, away_team_id: awayTeam, league_id: division },
        ...{
          season,
          match_time: toIso(at),
          kickoff_precision: precision,
          match_status: status,
          venue,
          referee,
        },
      },
    },
  };
}
