import { odds as apiFootballOdds } from '../adapters/providers/api_football/odds.js';
import { odds as oddsApiOdds } from '../adapters/providers/odds_api/odds.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { matchesAhead, type MatchAhead } from '../adapters/postgres/matches-ahead.js';
import { ensurePartitions } from '../adapters/postgres/partitions.js';
import { pollsOf } from '../adapters/postgres/provider-polls.js';
import type { Endpoint } from '../adapters/providers/wire/endpoint.js';
import type { Connection } from '../adapters/providers/wire/prepare.js';
import { oddsDue, oddsHorizon } from '../domain/clock/odds-cadence.js';
import { nowBy, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { quoteRow } from '../domain/collect/told-row.js';
import { priorities, type Priority } from '../schemas/budgets.js';
import { BadInput } from '../schemas/errors.js';
import type { CollectOddsInput, DueRequest, DueSource } from '../schemas/jobs/collect-told.js';
import type { ToldQuote } from '../schemas/records/live.js';
import type { ToldRow } from '../schemas/records/told-row.js';
import { instant, type Instant, type MarketType } from '../schemas/values.js';
import {
  collectTold,
  readTold,
  type CollectedTold,
  type CollectToldDeps,
  type ToldQuestion,
} from './collect-told.js';
import { heartbeating } from './heartbeating.js';
import {
  connectionTo,
  reachApiFootball,
  reachOddsApi,
  type LiveSources,
  type Reachable,
} from './live-sources.js';
import type pg from 'pg';

export interface CollectOddsDeps extends CollectToldDeps {
  /** Makes the partitions that prices go to. */
  readonly adminPool: pg.Pool;
  readonly sources: LiveSources;
}

/** A request for prices, in its provider's words. */
export interface OddsRequest {
  readonly dataSource: string;
  readonly subject: string;
  readonly priority: Priority;
  /** Absent: all that the source has. */
  readonly bookmakers?: readonly string[];
  readonly clock?: SimulatedClock;
}

const markets: readonly MarketType[] = ['1x2', 'over_under', 'asian_handicap'];
/** Each region costs as much as all markets of the first. */
const regions: readonly string[] = ['uk'];

/** A source of prices: how it is reached, what one request of it is about, and how that is asked. */
interface OddsSource {
  readonly reach: (sources: LiveSources) => Reachable;
  /** Undefined where the source cannot be asked about the match. */
  readonly subjectOf: (match: MatchAhead) => string | undefined;
  readonly collect: (
    deps: CollectToldDeps,
    connection: Connection,
    request: OddsRequest,
  ) => Promise<CollectedTold>;
  /** What collecting would store. */
  readonly read: (deps: CollectToldDeps, connection: Connection, request: OddsRequest) => Promise<ToldRow[]>;
}

function oddsSource<Query, Record>(
  source: Pick<OddsSource, 'reach' | 'subjectOf'>,
  endpoint: Endpoint<Query, Record>,
  wordsOf: (request: OddsRequest) => Pick<ToldQuestion<Query, Record>, 'query' | 'rowOf'>,
): OddsSource {
  const questionOf = (connection: Connection, request: OddsRequest): ToldQuestion<Query, Record> => ({
    ...{ kind: 'odds', connection, endpoint },
    ...{ subject: request.subject, priority: request.priority, clock: request.clock },
    ...wordsOf(request),
  });
  return {
    ...source,
    collect: (deps, connection, request) => collectTold(deps, questionOf(connection, request)),
    read: (deps, connection, request) => readTold(deps, questionOf(connection, request)),
  };
}

const isWanted = ({ bookmaker }: ToldQuote, { bookmakers }: OddsRequest): boolean =>
  bookmakers?.some((name) => name.toLowerCase() === bookmaker.toLowerCase()) ?? true;

const oddsSources: Readonly<Record<string, OddsSource>> = {
  // One match a request; which match an id means its list of fixtures tells.
  api_football: oddsSource(
    { reach: reachApiFootball, subjectOf: ({ sourceId }) => sourceId ?? undefined },
    apiFootballOdds,
    (request) => ({
      query: { fixture: request.subject },
      rowOf: (quote, raw) => (isWanted(quote, request) ? quoteRow(quote, raw) : null),
    }),
  ),
  // A league a request: whichever of its matches is nearest decides.
  odds_api: oddsSource(
    { reach: reachOddsApi, subjectOf: ({ division }) => division },
    oddsApiOdds,
    (request) => ({
      query: { sport: request.subject, markets, of: { regions } },
      rowOf: (record, raw) =>
        'market' in record && isWanted(record, request) ? quoteRow(record, raw) : null,
    }),
  ),
};

/** Every source of prices. */
export const priceSources: readonly string[] = Object.keys(oddsSources);

/** How a source of prices is reached, or what is missing for it. */
export const reachPriceSource = (dataSource: string, sources: LiveSources): Reachable =>
  sourceNamed(dataSource).reach(sources);

/** What a source can be asked about, the nearest kick-off first. */
export const priceSubjects = (matches: readonly MatchAhead[], dataSource: string): string[] => [
  ...subjectsOf(matches, dataSource, sourceNamed(dataSource)).keys(),
];

/** The prices that a source tells of a subject, out of what the budget leaves; nothing is stored. To be run within an activity. */
export async function readPrices(
  deps: CollectToldDeps & Pick<CollectOddsDeps, 'sources'>,
  request: Omit<OddsRequest, 'priority'>,
): Promise<ToldRow[]> {
  const source = sourceNamed(request.dataSource);
  const connection = connectionTo(source.reach(deps.sources));
  return await source.read(deps, connection, { ...request, priority: 'backfill' });
}

/** Activities that bring prices to bronze while the season runs. */
export function createCollectOddsActivities(deps: CollectOddsDeps) {
  const { pool, adminPool, sources } = deps;

  /** Asks one source about one subject; the records of each page are stored as they come. */
  async function collectOddsRequest(request: OddsRequest): Promise<CollectedTold> {
    return await heartbeating(async () => {
      const source = sourceNamed(request.dataSource);
      return await source.collect(deps, connectionTo(source.reach(sources)), request);
    });
  }

  return {
    /**
     * What is due of each source of prices: by the cadence of the matches ahead, or at once for those that are named.
     * @throws BadInput on a source that has no prices.
     */
    async oddsRequests({
      dataSources,
      matchIds,
      clock,
    }: CollectOddsInput): Promise<{ sources: DueSource[] }> {
      const now = nowBy(clock, Date.now());
      const names = dataSources ?? Object.keys(oddsSources);
      const wanted = names.map((name) => ({ name, source: sourceNamed(name) }));
      return await reachingPostgres(async () => {
        await ensurePartitions(adminPool, new Date(now));
        const ahead = await matchesAhead(pool, {
          dataSources: names,
          after: now,
          until: instant(now + oddsHorizon),
        });
        const asked = new Map(
          (await pollsOf(pool, 'odds')).map(({ dataSource, subject, askedAt }) => [
            `${dataSource} ${subject}`,
            instant(askedAt.getTime()),
          ]),
        );
        const matches = ahead.filter(({ matchId }) => matchIds?.includes(matchId) ?? true);
        return {
          sources: wanted.map(({ name, source }): DueSource => {
            const reachable = source.reach(sources);
            if (reachable.kind === 'missing') {
              return { kind: 'skipped', dataSource: name, reason: reachable.reason };
            }
            const subjects = subjectsOf(matches, name, source);
            if (subjects.size === 0) {
              return {
                kind: 'skipped',
                dataSource: name,
                reason: `${name}: no match that it knows lies ahead`,
              };
            }
            const requests =
              matchIds === undefined
                ? dueOf(subjects, (subject) => asked.get(`${name} ${subject}`), now)
                : [...subjects.keys()].map((subject) => ({ subject, priority: 'regular' as const }));
            return requests.length === 0
              ? { kind: 'skipped', dataSource: name, reason: `${name}: the prices of no match are due` }
              : { kind: 'due', dataSource: name, requests };
          }),
        };
      });
    },

    collectOddsRequest,
  };
}

function sourceNamed(name: string): OddsSource {
  const source = oddsSources[name];
  if (source !== undefined) return source;
  throw new BadInput(`${name} is no source of prices`, {
    setting: 'dataSources',
    advice: `Use one of: ${Object.keys(oddsSources).join(', ')}.`,
  });
}

/** What the source can be asked about, with the kick-off of the nearest match that the answer tells of. */
function subjectsOf(
  matches: readonly MatchAhead[],
  name: string,
  { subjectOf }: OddsSource,
): ReadonlyMap<string, Instant> {
  const nearest = new Map<string, Instant>();
  for (const match of matches) {
    const subject = match.dataSource === name ? subjectOf(match) : undefined;
    // In the order of their kick-offs.
    if (subject !== undefined && !nearest.has(subject)) {
      nearest.set(subject, instant(match.kickoff.getTime()));
    }
  }
  return nearest;
}

/** The most urgent first: where the budget ends, it ends for the others. */
function dueOf(
  subjects: ReadonlyMap<string, Instant>,
  askedAt: (subject: string) => Instant | undefined,
  now: Instant,
): DueRequest[] {
  return [...subjects]
    .flatMap(([subject, kickoff]) => {
      const priority = oddsDue({ kickoff, askedAt: askedAt(subject) }, now);
      return priority === undefined ? [] : [{ subject, priority, kickoff }];
    })
    .sort((a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority) || a.kickoff - b.kickoff)
    .map(({ subject, priority }) => ({ subject, priority }));
}
