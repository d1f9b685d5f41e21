import type pg from 'pg';
import { z } from 'zod';
import type { AnsweredRequest } from '../../../simulator/simulation.js';
import type { Comparison } from './compare-with-truth.js';
import type { Killed } from './random-kills.js';

/** A state of the score feed, as it writes it. */
const State = z.object({
  id: z.string(),
  status: z.string(),
  home: z.object({ goals: z.number().nullable() }),
  away: z.object({ goals: z.number().nullable() }),
  halfTime: z.object({ home: z.number(), away: z.number() }).nullable(),
});
/** A match of The Odds API with its prices; a stored price is one with that price alone. */
const Outcome = z.object({ name: z.string(), price: z.number(), point: z.number().optional() });
const Event = z.object({
  id: z.string(),
  home_team: z.string(),
  away_team: z.string(),
  bookmakers: z.array(
    z.object({
      key: z.string(),
      markets: z.array(z.object({ key: z.string(), outcomes: z.array(Outcome) })),
    }),
  ),
});

/** A match of API-Football with its prices; a stored price is one with that price alone. */
const Entry = z.object({
  fixture: z.object({ id: z.number() }),
  bookmakers: z.array(
    z.object({
      name: z.string(),
      bets: z.array(
        z.object({
          id: z.number(),
          values: z.array(z.object({ value: z.string(), odd: z.string() })),
        }),
      ),
    }),
  ),
});

/** What a feed tells in one kind of answer, and where bronze keeps it. */
interface Feed {
  readonly provider: AnsweredRequest['provider'];
  readonly endpoint: string;
  readonly table: string;
  readonly recordsOf: (body: unknown) => readonly unknown[];
  /** What a record says, a text for each thing: the same of an answer and of what was stored of it. */
  readonly sayings: (record: unknown) => readonly string[];
}

const begun = new Set(['live', 'completed', 'abandoned']);
const feeds: readonly Feed[] = [
  {
    provider: 'scores_api',
    endpoint: '/v1/scores',
    table: 'raw_scores_data',
    recordsOf: (body) => z.object({ matches: z.array(z.unknown()) }).parse(body).matches,
    sayings: (record) => {
      const { id, status, home, away, halfTime } = State.parse(record);
      return begun.has(status)
        ? [`${id} ${status} ${home.goals}:${away.goals} half-time ${halfTime?.home}:${halfTime?.away}`]
        : [];
    },
  },
  {
    provider: 'odds_api',
    endpoint: '/v4/sports/{sport}/odds',
    table: 'raw_odds_data',
    recordsOf: (body) => z.array(z.unknown()).parse(body),
    sayings: (record) => {
      const { id, home_team: home, away_team: away, bookmakers } = Event.parse(record);
      // A club that is written in another way has the same price.
      const outcomeName = ({ name, price, point }: z.infer<typeof Outcome>): string =>
        `${name === home ? 'home' : name === away ? 'away' : name} ${point ?? ''} ${price}`;
      return bookmakers.flatMap((bookmaker) =>
        bookmaker.markets.map(
          ({ key, outcomes }) =>
            `${id} ${bookmaker.key} ${key} ${outcomes.map(outcomeName).sort().join(', ')}`,
        ),
      );
    },
  },
  {
    provider: 'api_football',
    endpoint: '/odds',
    table: 'raw_odds_data',
    recordsOf: (body) => z.object({ response: z.array(z.unknown()) }).parse(body).response,
    sayings: (record) => {
      const { fixture, bookmakers } = Entry.parse(record);
      return bookmakers.flatMap(({ name, bets }) =>
        bets.map(
          ({ id, values }) =>
            `${fixture.id} ${name} ${id} ${values.map(({ value, odd }) => `${value} ${odd}`).join(', ')}`,
        ),
      );
    },
  },
];

/** An answer that is here is stored within this time, also on a machine that is busy; whoever is killed meanwhile takes it along. */
const underWayMs = 10_000;
/** A worker has one answer in hand, or a few: more than this share of everything is no killed worker's. */
const mostInHand = 0.02;

/** What the feeds of scores and prices have told whoever asked them, of the answers that went out whole. */
export class DeliveredRecords {
  /** When each thing was last told, in real milliseconds. */
  readonly #told = new Map<Feed, Map<string, number>>(feeds.map((feed) => [feed, new Map()]));
  #isWatching = false;

  /** Lists of matches come from the same endpoints, and of them nothing but the matches is kept: what counts is what is told meanwhile. */
  async watch(polling: Promise<void>): Promise<void> {
    this.#isWatching = true;
    await polling;
    this.#isWatching = false;
  }

  take({ provider, endpoint, body }: AnsweredRequest): void {
    const feed = feeds.find((one) => one.provider === provider && one.endpoint === endpoint);
    const told = feed === undefined ? undefined : this.#told.get(feed);
    if (!this.#isWatching || feed === undefined || told === undefined) return;
    const now = Date.now();
    for (const record of feed.recordsOf(JSON.parse(body)))
      for (const said of feed.sayings(record)) told.set(said, now);
  }

  /** Whether bronze has everything that was told, but for what a worker had in hand that was killed. */
  async compare(pool: pg.Pool, kills: readonly Killed[]): Promise<readonly Comparison[]> {
    const comparisons: Comparison[] = [];
    for (const [feed, told] of this.#told) {
      const { rows } = await pool.query<{ raw: unknown }>(
        `select raw_data as raw from ${feed.table} where data_source = $1`,
        [feed.provider],
      );
      const stored = new Set(rows.flatMap(({ raw }) => feed.sayings(raw)));
      const missing = [...told].filter(([said]) => !stored.has(said));
      const inHand = missing.filter(([, at]) =>
        kills.some((kill) => kill.victim === 'worker' && kill.at >= at && kill.at - at <= underWayMs),
      );
      const lost = missing.filter((one) => !inHand.includes(one));
      comparisons.push({
        claim: `${feed.table}: all that ${feed.provider} told is there, but ${inHand.length} that killed workers had in hand`,
        compared: told.size,
        wrong: [
          ...(told.size > 0 ? [] : ['nothing was told']),
          ...(inHand.length > told.size * mostInHand
            ? [`${inHand.length} were lost beside the end of a worker`]
            : []),
          ...lost.map(([said, at]) => `${new Date(at).toISOString()}: ${said}`),
        ],
      });
    }
    return comparisons;
  }
}
