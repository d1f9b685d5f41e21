import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { z } from 'zod';
import {
  gamesOfForm,
  keptForm,
  keptMatch,
  keptMeetings,
  readProcessedMatch,
} from '../../activities/cached-match.js';
import { cacheOf, type Cache, type Kept } from '../../adapters/cache/cache.js';
import { knownWrites, type KnownWrites } from '../../adapters/cache/known-writes.js';
import { memoryStore } from '../../adapters/cache/memory-store.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { readPriceHistory } from '../../adapters/postgres/price-history.js';
import { readTeamResults } from '../../adapters/postgres/team-results.js';
import { readVersions, versionsSince } from '../../adapters/postgres/write-versions.js';
import { oddsOf } from '../../schemas/cache.js';
import { BadInput } from '../../schemas/errors.js';
import { instant, type Instant } from '../../schemas/values.js';
import { asActivity, openHouse, type TestHouse } from '../../test/support/house.js';
import { openTestLake } from '../../test/support/lake.js';
import { clockOf, collectSimulatedFixtures, liveCollection } from '../../test/support/live-collection.js';
import { scoresOf, stoppedAt } from '../../test/support/score-house.js';
import { activeSpans, livesOfMatchdays } from '../../test/support/season/active-spans.js';
import { competitionOf, runningSeason, serveStandingStill } from '../../test/support/simulation.js';
import type { Simulator } from '../../simulator/server.js';
import { servedMatchday, type Asked } from './served-matchday.js';

const minute = 60_000;
/** Its list is collected so long before a span: what moves a match by hours has been told by then. */
const morning = 3 * 60 * minute;
const scoresEvery = 2;
const pricesEvery = 5;
const comparedEvery = 60;

/** A prediction is due so long before kick-off; the features that it is made of end where prices after it change nothing. */
const predictedBefore = 30 * minute;
const cutoffBefore = 60 * minute;

/** What one rate of looks came to, by type (CACHE-3) and of all. */
export interface CachedReads extends Asked {
  readonly looksPerHour: number;
  readonly byType: ReadonlyMap<string, Asked>;
}

/** What a matchday came to. */
export interface CachedMatchday {
  readonly matches: number;
  readonly hours: number;
  readonly writes: number;
  /** Answers that differed from what Postgres said at that moment. */
  readonly wrong: number;
  readonly compared: number;
  readonly reads: readonly CachedReads[];
}

/**
 * A matchday of the simulated season, minute by minute: its list, scores every two minutes and prices when they are due are collected from the simulator and refined as a house does, by a clock that
 * waits for each of them; gold, features online and predictions follow as the jobs have them follow: with the list, with prices that change features, when a prediction is due. Meanwhile each match is
 * looked at so often an hour, spread over the hour: the match, the form of both teams, their meetings, its prices, and its features and prediction until it begins, as the API asks for them. Only
 * hours from 90 minutes before a kick-off until the end are played: between them next to nothing is written. Every rate of looks has caches of its own.
 * @param url a migrated database
 */
export async function cachedMatchday(
  url: string,
  {
    matchday,
    looksPerHour,
    atMostHours = Infinity,
    folder,
  }: {
    readonly matchday: number;
    readonly looksPerHour: readonly number[];
    readonly atMostHours?: number;
    /** Where the lake and the model lie; without it nobody asks for features and predictions. */
    readonly folder?: string;
  },
): Promise<CachedMatchday> {
  const spans = activeSpans(
    livesOfMatchdays(competitionOf(), runningSeason, matchday).filter(
      ({ match }) => match.round === matchday,
    ),
  );
  const [first] = spans;
  if (first === undefined) throw new BadInput('No match is played on it', { field: 'matchday' });
  const simulator = await serveStandingStill(instant(first.from - morning));
  const lake = folder === undefined ? undefined : await openTestLake(url, folder);
  const house = lake?.house ?? openHouse(url);
  try {
    const served =
      lake === undefined || folder === undefined
        ? undefined
        : await servedMatchday(lake, folder, { looksPerHour, now: () => simulator.simulation.now });
    const looks = looksPerHour.map((perHour) => ({
      perHour,
      reader: readerOf(house.pools.reader.pool, simulator),
    }));
    const total = { matches: 0, hours: 0, writes: 0, wrong: 0, compared: 0 };
    for (const { from, to } of spans) {
      if (total.hours >= atMostHours) break;
      simulator.simulation.advanceTo(instant(from - morning));
      await collectSimulatedFixtures(house, simulator);
      await served?.bringToGold(simulator.simulation.now);
      const games = await gamesBetween(house.pool, from, to);
      total.matches += games.length;
      for (let now = from; now < to && total.hours < atMostHours; now = instant(now + minute)) {
        simulator.simulation.advanceTo(now);
        const tick = Math.round((now - from) / minute);
        const changed = await collectAll(house, simulator, tick);
        const ahead = games.filter(({ kickOff }) => kickOff > now);
        if (changed !== 'nothing') {
          total.writes += 1;
          const written = await versionsSince(house.pool, 60);
          for (const { reader } of looks) reader.known.learn(written);
        }
        const due = ahead.filter(({ kickOff }) => kickOff - predictedBefore === now);
        const repriced =
          changed === 'prices' ? ahead.filter(({ kickOff }) => kickOff - cutoffBefore >= now) : [];
        if (due.length + repriced.length > 0) {
          if (repriced.length > 0) await served?.bringToGold(now);
          await served?.predict([...due, ...repriced].map(idOf), now);
        }
        for (const { perHour, reader } of looks) {
          for (const [no, game] of games.entries()) {
            if ((tick + no) % (60 / perHour) !== 0) continue;
            await reader.look(game);
            if (game.kickOff > now) await served?.look(perHour, game.matchId, now);
          }
        }
        if (tick % comparedEvery === 0) {
          for (const game of games) {
            for (const { reader } of looks) if (!(await reader.isRight(game))) total.wrong += 1;
            total.compared += looks.length;
          }
        }
        total.hours += 1 / 60;
      }
    }
    const reads: CachedReads[] = [];
    for (const { perHour, reader } of looks) {
      const byType = new Map([...(await reader.counts()), ...(served?.countsOf(perHour) ?? [])]);
      const all = [...byType.values()];
      reads.push({
        ...{ looksPerHour: perHour, byType },
        asked: all.reduce((sum, { asked }) => sum + asked, 0),
        hits: all.reduce((sum, { hits }) => sum + hits, 0),
      });
    }
    await served?.close();
    return { ...total, reads };
  } finally {
    await (lake ?? house).close();
    await simulator.close();
  }
}

interface Game {
  readonly matchId: number;
  readonly kickOff: Instant;
  readonly homeId: number;
  readonly awayId: number;
}

async function gamesBetween(pool: pg.Pool, from: Instant, to: Instant): Promise<Game[]> {
  const { rows } = await pool.query<{ id: number; at: Date; home: number; away: number }>(
    `select id, match_time as at, home_team_id as home, away_team_id as away from matches
     where match_time >= $1 and match_time <= $2 order by id`,
    [new Date(from), new Date(to)],
  );
  return rows.map(({ id, at, home, away }) => ({
    ...{ matchId: id, kickOff: instant(at.getTime()), homeId: home, awayId: away },
  }));
}

const idOf = ({ matchId }: Game): number => matchId;

/** Collects what is due at this minute and brings it to silver. What came: prices, or scores alone. */
async function collectAll(
  house: TestHouse,
  simulator: Simulator,
  tick: number,
): Promise<'nothing' | 'scores' | 'prices'> {
  const { now } = simulator.simulation;
  const clock = stoppedAt(now);
  let scored = 0;
  let priced = 0;
  if (tick % scoresEvery === 0) {
    const scores = scoresOf(house, simulator, 'scores_api over http');
    const source = await scores.source({ clock, window: 'open' });
    if (source.kind === 'open') {
      const { dataSource } = source;
      scored += (await scores.collect({ dataSource, liveOnly: false, clock, window: 'open' })).changedMatches;
    }
  }
  if (tick % pricesEvery === 0) {
    const live = liveCollection(house, simulator);
    const { sources } = await asActivity(() =>
      live.oddsRequests({ dataSources: ['api_football'], clock: clockOf(simulator) }),
    );
    for (const source of sources) {
      for (const request of source.kind === 'due' ? source.requests : []) {
        priced += (
          await asActivity(() =>
            live.collectOddsRequest({ dataSource: 'api_football', ...request, clock: clockOf(simulator) }),
          )
        ).stored;
      }
    }
  }
  if (scored + priced === 0) return 'nothing';
  await house.refine();
  return priced > 0 ? 'prices' : 'scores';
}

const PriceCount = z.object({ prices: z.number() });

interface Reader {
  readonly cache: Cache;
  readonly known: KnownWrites;
  /** Asks for all that the API tells of a match and its prices. */
  look(game: Game): Promise<void>;
  /** Whether what it is told of a match is what Postgres says. */
  isRight(game: Game): Promise<boolean>;
  /** By type, as the metrics count them. */
  counts(): Promise<ReadonlyMap<string, Asked>>;
}

/** Who reads through a cache of its own, by the simulation's clock. */
function readerOf(pool: pg.Pool, { simulation }: Simulator): Reader {
  const now = (): Instant => simulation.now;
  const known = knownWrites(now);
  known.setCurrent('current');
  const meters = createMeters();
  const cache = cacheOf({
    ...{ store: memoryStore(10_000, now), known, meters },
    versionsOf: (of) => readVersions(pool, of),
  });
  const whenAsked = ({ kickOff }: Game) => ({ before: new Date(Math.min(kickOff, now())), now: now() });
  const prices = ({ matchId }: Game): Kept<z.infer<typeof PriceCount>> => ({
    ...{ key: oddsOf(matchId, undefined), schema: PriceCount },
    compute: async () => ({ prices: (await readPriceHistory(pool, { matchId })).length }),
  });
  return {
    ...{ cache, known },
    async look(game) {
      const { matchId, homeId, awayId } = game;
      await cache.through(keptMatch(pool, matchId, now()));
      await cache.throughAll([
        ...[homeId, awayId].map((teamId) => keptForm(pool, teamId, whenAsked(game))),
        keptMeetings(pool, { homeId, awayId, ...whenAsked(game) }),
      ]);
      await cache.through(prices(game));
    },
    async isRight(game) {
      const { matchId, homeId: teamId } = game;
      const { before } = whenAsked(game);
      const told = [
        await cache.through(keptMatch(pool, matchId, now())),
        await cache.through(keptForm(pool, teamId, whenAsked(game))),
        await cache.through(prices(game)),
      ];
      return isDeepStrictEqual(told, [
        (await readProcessedMatch(pool, matchId, 'infinity')) ?? null,
        await readTeamResults(pool, { teamId, before, atMost: gamesOfForm }, 'infinity'),
        await prices(game).compute(),
      ]);
    },
    async counts() {
      const { text } = await meters.exposition();
      const types = new Map<string, Asked>();
      for (const [, type = '', status, count] of text.matchAll(
        /operation="get",cache_type="(\w+)",status="(hit|miss)"\} (\d+)/g,
      )) {
        const of = types.get(type) ?? { hits: 0, asked: 0 };
        of.asked += Number(count);
        if (status === 'hit') of.hits += Number(count);
        types.set(type, of);
      }
      return types;
    },
  };
}
