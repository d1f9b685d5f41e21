import type { Instant } from '../schemas/values.js';
import type { SimulatedClock } from '../domain/clock/simulated-clock.js';
import { advanceTo, atSpeed, simulatedAt } from '../domain/clock/simulated-clock.js';
import { malformedBody, truncatedBody } from './faults/broken-body.js';
import { faultPlan } from './faults/fault-plan.js';
import type { FaultSwitch, TransportFault } from './faults/faults.js';
import type { Random } from './random.js';
import { randomStream } from './random.js';
import type { RequestOutcome } from './request-ledger.js';
import { RequestLedger } from './request-ledger.js';
import { createCompetition, type Competition } from './season/competition.js';
import { apiFootball, type ApiFootballPlan } from './wire/api-football/api-football.js';
import { footballDataSite } from './wire/football-data.js';
import { oddsApi, type OddsApiPlan } from './wire/odds-api.js';
import { openMeteo } from './wire/open-meteo.js';
import { scoresApi, type ScoresApi, type ScoresApiPlan } from './wire/scores-api.js';
import type { Telling } from './wire/telling.js';
import type { ProviderName, WireAnswer, WireProvider, WireRequest } from './wire/wire.js';
import { jsonAnswer } from './wire/wire.js';

/** The keys that are accepted, and what they may ask. */
export interface Plans {
  readonly apiFootball: ApiFootballPlan;
  readonly oddsApi: OddsApiPlan;
  readonly scoresApi: ScoresApiPlan;
}

/** Plans such as the providers sell. */
export const usualPlans: Plans = {
  apiFootball: { key: 'simulated-api-football-key', perDay: 7_500, perMinute: 300 },
  oddsApi: { key: 'simulated-odds-api-key', perMonth: 100_000 },
  scoresApi: { key: 'simulated-scores-api-key', perMinute: 120 },
};

export interface SimulationOptions {
  /** Decides the league, what happens in it, and what goes wrong. */
  readonly seed: number;
  /** What the clock shows at the start. */
  readonly startsAt: Instant;
  /** Simulated seconds in a real one. */
  readonly speed: number;
  readonly faults: readonly FaultSwitch[];
  readonly plans: Plans;
  /** The real time, in milliseconds since 1970. */
  readonly readRealTime: () => number;
  /** Told of every proper answer that goes out whole. */
  readonly onAnswered?: (answered: AnsweredRequest) => void;
}

/** A request that was answered, and with what. */
export interface AnsweredRequest {
  readonly provider: ProviderName;
  readonly endpoint: string;
  readonly body: string;
}

/** What comes of a request on the wire. */
export type Delivery =
  { readonly kind: 'answer' | 'cut off'; readonly answer: WireAnswer } | { readonly kind: 'hang' | 'reset' };

/** A league that is played by its own clock, and the providers that tell of it. It knows no sockets. */
export class Simulation {
  readonly competition: Competition;
  readonly requests = new RequestLedger();
  readonly scores: ScoresApi;
  readonly #providers: ReadonlyMap<ProviderName, WireProvider>;
  readonly #numbers = new Map<ProviderName, number>();
  readonly #seed: number;
  readonly #readRealTime: () => number;
  readonly #onAnswered: SimulationOptions['onAnswered'];
  readonly #misfortuneOf: ReturnType<typeof faultPlan>;
  #clock: SimulatedClock;
  #faults: readonly FaultSwitch[];

  constructor({ seed, startsAt, speed, faults, plans, readRealTime, onAnswered }: SimulationOptions) {
    this.#seed = seed;
    this.#faults = faults;
    this.#readRealTime = readRealTime;
    this.#onAnswered = onAnswered;
    this.#misfortuneOf = faultPlan(seed);
    this.competition = createCompetition(seed, startsAt);
    this.scores = scoresApi(this.competition, plans.scoresApi);
    const providers = [
      apiFootball(this.competition, plans.apiFootball),
      oddsApi(this.competition, plans.oddsApi),
      this.scores,
      openMeteo(this.competition),
      footballDataSite(this.competition),
    ];
    this.#providers = new Map(providers.map((provider) => [provider.name, provider]));
    // The seasons are made before the clock runs: the first answer is as fast as the others.
    this.competition.statesAt(startsAt);
    this.#clock = { startsAt, realStart: readRealTime(), speed };
  }

  get clock(): SimulatedClock {
    return this.#clock;
  }

  get now(): Instant {
    return simulatedAt(this.#clock, this.#readRealTime());
  }

  advanceTo(to: Instant): void {
    this.#clock = advanceTo(this.#clock, this.#readRealTime(), to);
  }

  setSpeed(speed: number): void {
    this.#clock = atSpeed(this.#clock, this.#readRealTime(), speed);
  }

  get faults(): readonly FaultSwitch[] {
    return this.#faults;
  }

  switchFaults(faults: readonly FaultSwitch[]): void {
    this.#faults = faults;
  }

  /** How a provider tells things now to somebody who listens rather than asks. What goes wrong in it changes by the minute. */
  tellingOf(provider: ProviderName): Telling {
    const { now } = this;
    return this.#misfortuneOf(this.#faults, { provider, number: Math.floor(now / 60_000), now }).telling;
  }

  /** Asks a provider, and counts the request with what came of it. */
  ask(name: ProviderName, request: WireRequest): Delivery {
    const provider = this.#providers.get(name);
    if (provider === undefined) throw new RangeError(`There is no provider ${name}.`);
    const { now } = this;
    const number = (this.#numbers.get(name) ?? 0) + 1;
    this.#numbers.set(name, number);
    const { transport, telling, shown } = this.#misfortuneOf(this.#faults, { provider: name, number, now });
    // A request that fails counts for the quota all the same: whoever asks must reckon with that.
    const answer = provider.answer(request, telling, now);
    const random = randomStream(this.#seed, 'broken', name, number);
    const { outcome, delivery } = befallen(transport, answer, provider, random);
    const endpoint = provider.endpointOf(request.path);
    this.requests.count({ provider: name, endpoint, outcome }, now, shown);
    if (outcome === 'answered' && delivery.kind === 'answer')
      this.#onAnswered?.({ provider: name, endpoint, body: delivery.answer.body });
    return delivery;
  }
}

interface Befallen {
  readonly outcome: RequestOutcome;
  readonly delivery: Delivery;
}

const retryAfterSeconds = 30;

/** What becomes of an answer by a fault. Only a proper answer is broken or replaced. */
function befallen(
  fault: TransportFault | null,
  answer: WireAnswer,
  { errorBody }: WireProvider,
  random: Random,
): Befallen {
  const arrives = (told: WireAnswer, outcome: RequestOutcome): Befallen => ({
    outcome,
    delivery: { kind: 'answer', answer: told },
  });
  const isProper = answer.status === 200 && answer.outcome === 'answered';
  if (fault === null || !isProper) return arrives(answer, answer.outcome);
  const tooMany = (headers: Readonly<Record<string, string>>): Befallen =>
    arrives(jsonAnswer('answered', 429, '{"message":"Too many requests"}', headers), fault);
  const isJson = answer.headers['content-type']?.startsWith('application/json') === true;
  switch (fault) {
    case 'hang':
    case 'reset':
      return { outcome: fault, delivery: { kind: fault } };
    case 'rate-limit':
      return tooMany({ 'retry-after': String(retryAfterSeconds) });
    case 'rate-limit-without-retry-after':
      return tooMany({});
    case 'server-error':
      return arrives(jsonAnswer('answered', 500, '{"message":"Internal Server Error"}'), fault);
    case 'error-in-200':
      return arrives({ ...answer, body: errorBody }, fault);
    case 'malformed':
      return arrives({ ...answer, body: malformedBody(answer.body, random) }, fault);
    case 'truncated':
      // The beginning of a CSV file is a CSV file: there the connection ends before the announced length.
      return isJson
        ? arrives({ ...answer, body: truncatedBody(answer.body, random) }, fault)
        : { outcome: fault, delivery: { kind: 'cut off', answer } };
  }
}
