import { z } from 'zod';
import type { Instant, Season } from '../schemas/values.js';
import { instant, instantFromIso, parseSeason, toIso } from '../schemas/values.js';
import { faultMeanings, FaultSwitch } from './faults/faults.js';
import type { Simulation } from './simulation.js';
import { eventsTruth, matchesTruth, matchTruth, oddsTruth, scoresTruth } from './truth.js';

/** What `/simulator/…` answers: a document, or words with the status that says why. */
export type ControlAnswer =
  | { readonly status: 200; readonly document: unknown }
  | { readonly status: 400 | 404 | 405; readonly reason: string };

export interface ControlRequest {
  readonly method: string;
  /** Below `/simulator`: `/truth/matches`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined where there is none. */
  readonly body: unknown;
}

const isoInstant = z.iso.datetime({ offset: true }).transform(instantFromIso);
/** Long after the last correction of any season. */
const theEnd = instant(Date.UTC(2300, 0, 1));

const ClockChange = z
  .strictObject({
    advanceTo: isoInstant.optional(),
    advanceBySeconds: z.number().nonnegative().optional(),
    speed: z.number().nonnegative().max(1_000_000).optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'names advanceTo, advanceBySeconds or speed');
const Faults = z.strictObject({
  faults: z.array(FaultSwitch.extend({ from: isoInstant.optional(), until: isoInstant.optional() })),
});
const Span = z.object({
  from: isoInstant.default(instant(0)),
  until: z.union([z.literal('end').transform(() => theEnd), isoInstant]).optional(),
  season: z
    .string()
    .transform((text, context) => {
      const season = parseSeason(text);
      if (season !== undefined) return season;
      context.addIssue({ code: 'custom', message: `${text} is not a season: write 2026-27` });
      return z.NEVER;
    })
    .optional(),
  match: z
    .string()
    .regex(/^\d{7}$/, 'is not the id of a match')
    .transform(Number)
    .optional(),
});

const found = (document: unknown): ControlAnswer => ({ status: 200, document });
const missing = (reason: string): ControlAnswer => ({ status: 404, reason });

/** Answers what is asked of the simulator itself: its clock, its faults, the requests it has had, and the truth. */
export function controlAnswer(simulation: Simulation, request: ControlRequest): ControlAnswer {
  const { method, path, query, body } = request;
  if (method === 'POST') return change(simulation, path, body);
  if (method !== 'GET') return { status: 405, reason: 'GET or POST' };
  const span = Span.safeParse(Object.fromEntries(query));
  if (!span.success) return refused(span.error);
  if (path === '/clock') return found(clockDocument(simulation));
  if (path === '/faults') return found(faultsDocument(simulation));
  if (path === '/requests') {
    return found({
      requests: simulation.requests
        .counts(span.data.from, span.data.until ?? Infinity)
        .map((count) => ({ ...count, firstAt: toIso(count.firstAt), lastAt: toIso(count.lastAt) })),
      faultsShown: simulation.requests.faultsShown(),
    });
  }
  if (!path.startsWith('/truth/')) return missing('There are clock, faults, requests and truth');
  const { from, until = simulation.now, season, match } = span.data;
  return truth(simulation, path.slice('/truth'.length), { from, until, season, match });
}

interface TruthQuestion {
  readonly from: Instant;
  readonly until: Instant;
  readonly season: Season | undefined;
  readonly match: number | undefined;
}

function truth({ competition, now }: Simulation, path: string, question: TruthQuestion): ControlAnswer {
  const { from, until, match } = question;
  const season = question.season ?? runningSeason(competition.seasonsAt(now));
  if (path === '/matches') return found(matchesTruth(competition, season, until));
  if (path === '/scores') return found(scoresTruth(competition, season, until));
  if (path === '/events') return found(eventsTruth(competition, season, from, until));
  const [, id] = /^\/matches\/(\d{7})$/.exec(path) ?? [];
  const life = competition.life(Number(id ?? match ?? 0));
  if (id !== undefined || path === '/odds') {
    if (life === undefined) return missing('There is no such match: name one by its id, ?match=2026001');
    if (path === '/odds') return found(oddsTruth(life, until));
    return found(matchTruth(competition, life, until) ?? null);
  }
  return missing('There are matches, matches/{id}, scores, odds?match={id} and events');
}

/** The newest season that is told of. */
function runningSeason(seasons: readonly Season[]): Season {
  const newest = seasons.at(-1);
  if (newest === undefined) throw new RangeError('The clock shows a time before the first season.');
  return newest;
}

function change(simulation: Simulation, path: string, body: unknown): ControlAnswer {
  if (path === '/clock') {
    const read = ClockChange.safeParse(body);
    if (!read.success) return refused(read.error);
    const { advanceTo, advanceBySeconds, speed } = read.data;
    if (speed !== undefined) simulation.setSpeed(speed);
    if (advanceTo !== undefined) simulation.advanceTo(advanceTo);
    if (advanceBySeconds !== undefined) {
      simulation.advanceTo(instant(Math.round(simulation.now + advanceBySeconds * 1000)));
    }
    return found(clockDocument(simulation));
  }
  if (path === '/faults') {
    const read = Faults.safeParse(body);
    if (!read.success) return refused(read.error);
    simulation.switchFaults(read.data.faults);
    return found(faultsDocument(simulation));
  }
  return missing('Only the clock and the faults can be changed');
}

const refused = (error: z.ZodError): ControlAnswer => ({
  status: 400,
  reason: error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; '),
});

/**
 * Whoever maps simulated to real time by itself needs the three numbers; `realStart` is in milliseconds since 1970. `input` is what makes a job go by
 * this clock.
 */
const clockDocument = ({ clock, now }: Simulation) => ({
  now: toIso(now),
  startsAt: toIso(clock.startsAt),
  realStart: clock.realStart,
  speed: clock.speed,
  input: { clock },
});

const faultsDocument = ({ faults }: Simulation) => ({
  faults: faults.map(({ from, until, ...fault }) => ({
    ...fault,
    ...(from === undefined ? {} : { from: toIso(from) }),
    ...(until === undefined ? {} : { until: toIso(until) }),
  })),
  kinds: faultMeanings,
});
