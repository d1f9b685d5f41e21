import { z } from 'zod';
import { instant, type Instant } from '../../../schemas/values.js';
import type { Competition } from '../../../simulator/season/competition.js';
import type { LineUp } from '../../../simulator/season/line-ups.js';
import type { MatchLife } from '../../../simulator/season/match-life.js';
import { stateAt } from '../../../simulator/season/match-state.js';
import { hourOf, type Weather } from '../../../simulator/season/weather.js';
import { played } from './active-spans.js';
import type { Compared, Comparison } from './compare-with-truth.js';

/** Of how many matches that were played something is known before their kick-off, and of which it is not and why. */
export interface Coverage {
  readonly what: string;
  readonly known: number;
  readonly of: number;
  readonly missing: readonly string[];
}

/** What is told of single matches before they begin: what of it is true, and how much there is of it. */
export interface ComparedFacts {
  readonly comparisons: readonly Comparison[];
  readonly coverage: readonly Coverage[];
}

/** Why a step of a match came to nothing for a kick-off, by our id of the match. */
export type ReasonOf = (step: 'lineups' | 'weather', matchId: number, kickOff: Instant) => string;

/** Holds the line-ups and forecasts that are stored against those that were published. */
export async function compareFacts(
  compared: Compared,
  lives: readonly MatchLife[],
  reasonOf: ReasonOf,
): Promise<ComparedFacts> {
  const { rows } = await compared.pool.query<{ id: string; matchId: number }>(
    `select s.source_id as id, x.match_id as "matchId" from source_match_ids s
     join match_external_ids x on x.data_source = s.data_source and x.external_id = s.external_match_id
     where s.data_source = 'api_football'`,
  );
  const ours = new Map(rows.map(({ id, matchId }) => [id, matchId]));
  const matches = lives.flatMap((life): PlayedMatch[] => {
    const kickedOff = played(life)?.from;
    const matchId = ours.get(String(life.id));
    return kickedOff === undefined || matchId === undefined ? [] : [{ life, matchId, kickedOff }];
  });
  const parts = [await lineUps(compared, matches, reasonOf), await forecasts(compared, matches, reasonOf)];
  return {
    comparisons: parts.map(({ comparison }) => comparison),
    coverage: parts.map(({ coverage }) => coverage),
  };
}

interface PlayedMatch {
  readonly life: MatchLife;
  /** Ours. */
  readonly matchId: number;
  readonly kickedOff: Instant;
}

interface ComparedFact {
  readonly comparison: Comparison;
  readonly coverage: Coverage;
}

const TeamSheet = z.object({
  formation: z.string(),
  startXI: z.array(z.object({ player: z.object({ id: z.number() }) })),
});

const sheetName = (formation: string, players: readonly number[]): string =>
  `${formation} ${[...players].sort((a, b) => a - b).join(' ')}`;
const publishedName = ({ formation, starting }: LineUp): string =>
  sheetName(
    formation,
    starting.map(({ id }) => id),
  );
const sides = ['home', 'away'] as const;

async function lineUps(
  { pool, competition }: Compared,
  matches: readonly PlayedMatch[],
  reasonOf: ReasonOf,
): Promise<ComparedFact> {
  const { rows } = await pool.query<{ id: string; sheet: unknown }>(
    `select external_match_id as id, raw_data as sheet from raw_lineups_data where data_source = 'api_football'`,
  );
  const stored = new Map<string, Set<string>>();
  for (const { id, sheet } of rows) {
    const { formation, startXI } = TeamSheet.parse(sheet);
    const name = sheetName(
      formation,
      startXI.map(({ player }) => player.id),
    );
    stored.set(id, (stored.get(id) ?? new Set()).add(name));
  }
  const wrong: string[] = [];
  for (const [id, sheets] of stored) {
    const life = competition.life(Number(id));
    const published = new Set(life === undefined ? [] : everPublished(competition, life));
    for (const sheet of sheets)
      if (!published.has(sheet)) wrong.push(`match ${id}: nobody published ${sheet}`);
  }
  const missing = matches.flatMap(({ life, matchId, kickedOff }) => {
    const kickOff = stateAt(life, kickedOff)?.kickOff ?? kickedOff;
    const final = publishedAt(competition, life, kickedOff);
    const has = final.every((sheet) => stored.get(String(life.id))?.has(sheet) === true);
    return has ? [] : [`match ${life.id}: ${reasonOf('lineups', matchId, kickOff)}`];
  });
  return {
    comparison: { claim: 'every line-up that is stored was published', compared: rows.length, wrong },
    coverage: {
      ...{ what: 'with the line-ups of both sides', known: matches.length - missing.length },
      ...{ of: matches.length, missing },
    },
  };
}

const publishedAt = (competition: Competition, life: MatchLife, at: Instant): readonly string[] => {
  const state = stateAt(life, at);
  return state === undefined ? [] : sides.map((side) => publishedName(competition.lineUp(state, side)));
};

/** A match that is put off after its line-ups were told has others for its new day. */
const everPublished = (competition: Competition, life: MatchLife): readonly string[] =>
  life.events.flatMap(({ at, kind }) =>
    kind === 'line-ups published' ? publishedAt(competition, life, at) : [],
  );

const Hour = z.object({
  time: z.string().transform((text) => instant(Date.parse(`${text}Z`))),
  temperature_2m: z.number(),
  precipitation: z.number(),
  wind_speed_10m: z.number(),
});

/** A provider that went quiet tells a forecast that is two hours old, and by a fast clock an answer is long on its way: it may be of the run before. */
const betweenRuns = 6 * 3_600_000;

const weatherName = ({
  temperatureC,
  precipitationMm,
  windSpeedKmh,
}: Pick<Weather, 'temperatureC' | 'precipitationMm' | 'windSpeedKmh'>): string =>
  `${temperatureC} °C, ${precipitationMm} mm, ${windSpeedKmh} km/h`;

async function forecasts(
  { pool, competition }: Compared,
  matches: readonly PlayedMatch[],
  reasonOf: ReasonOf,
): Promise<ComparedFact> {
  const { rows } = await pool.query<{ matchId: string; at: Date; hour: unknown }>(
    `select external_match_id as "matchId", collected_at as at, raw_data as hour from raw_weather_data`,
  );
  const lives = new Map(matches.map(({ matchId, life }) => [String(matchId), life]));
  const stored = new Map<string, Set<Instant>>();
  let comparedHours = 0;
  const wrong: string[] = [];
  for (const { matchId, at, hour } of rows) {
    const life = lives.get(matchId);
    if (life === undefined) continue;
    const told = Hour.parse(hour);
    const { venue } = competition.club(life.match.home);
    const name = weatherName({
      ...{ temperatureC: told.temperature_2m, precipitationMm: told.precipitation },
      windSpeedKmh: told.wind_speed_10m,
    });
    const issued = [0, betweenRuns].map((ago) => instant(at.getTime() - ago));
    const forecast = issued.map((by) => weatherName(competition.weather.forecast(venue, told.time, by)));
    if (!forecast.includes(name)) {
      wrong.push(`match ${life.id}: ${name}, and the forecast was ${forecast.join(' or ')}`);
    }
    stored.set(matchId, (stored.get(matchId) ?? new Set()).add(told.time));
    comparedHours += 1;
  }
  const missing = matches.flatMap(({ life, matchId, kickedOff }) => {
    const kickOff = stateAt(life, kickedOff)?.kickOff ?? kickedOff;
    return stored.get(String(matchId))?.has(hourOf(kickOff)) === true
      ? []
      : [`match ${life.id}: ${reasonOf('weather', matchId, kickOff)}`];
  });
  return {
    comparison: {
      claim: 'every forecast that is stored is the one that was made',
      compared: comparedHours,
      wrong,
    },
    coverage: {
      ...{ what: 'with the forecast of their hour', known: matches.length - missing.length },
      ...{ of: matches.length, missing },
    },
  };
}
