import type { Instant } from '../schemas/values.js';
import type { FaultKind } from './faults/faults.js';
import type { Outcome, ProviderName } from './wire/wire.js';

/** How a request ended: as the provider answered, or by the fault that befell it. */
export type RequestOutcome = Outcome | FaultKind;

/** One request that was counted. */
export interface CountedRequest {
  readonly provider: ProviderName;
  readonly endpoint: string;
  readonly outcome: RequestOutcome;
}

/** The requests of one kind with one outcome in a span of simulated time. */
export interface RequestCount extends CountedRequest {
  readonly requests: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** Counts requests, and keeps when each came: which came outside a match window can be asked afterwards. */
export class RequestLedger {
  readonly #byKind = new Map<string, { readonly request: CountedRequest; readonly at: Instant[] }>();
  readonly #shown = new Map<string, number>();

  /** `shown` are the faults in what was told. */
  count(request: CountedRequest, at: Instant, shown: ReadonlySet<FaultKind>): void {
    const key = [request.provider, request.endpoint, request.outcome].join(' ');
    const kind = this.#byKind.get(key);
    if (kind === undefined) this.#byKind.set(key, { request, at: [at] });
    else kind.at.push(at);
    for (const fault of shown) {
      const shownKey = `${request.provider} ${fault}`;
      this.#shown.set(shownKey, (this.#shown.get(shownKey) ?? 0) + 1);
    }
  }

  /** The counts of the requests from an instant to before another, in a fixed order. */
  counts(from: number, until: number): readonly RequestCount[] {
    return [...this.#byKind.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, { request, at }]): readonly RequestCount[] => {
        const within = at.filter((time) => time >= from && time < until);
        const [firstAt, lastAt] = [within[0], within.at(-1)];
        return firstAt === undefined || lastAt === undefined
          ? []
          : [{ ...request, requests: within.length, firstAt, lastAt }];
      });
  }

  /** How many answers of each provider have shown each fault of what is told: `{"api_football late": 12}`. */
  faultsShown(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#shown].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
