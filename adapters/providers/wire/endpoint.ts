import type { TouchlineError } from '../../../schemas/errors.js';
import type { DataKind } from '../../../schemas/records/live.js';
import type { Instant } from '../../../schemas/values.js';

/** One request, without what makes it ours: the address of the provider and the key. */
export interface WireRequest {
  /** `/fixtures`, below the provider's address. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What it takes of the provider's quota. */
  readonly cost: number;
}

/** A record, and the part of the payload that says so, as it came. */
export interface Told<Record> {
  readonly record: Record;
  readonly raw: unknown;
}

/** A part of a payload of which no record could be made. The rest of the payload stands. */
export interface RejectedPart {
  /** `response[3].fixture.date`. */
  readonly field: string;
  /** What stands there, shortened for a log. */
  readonly text: string;
  /** `is not a time`. */
  readonly reason: string;
  /** The record's part of the payload, whole. */
  readonly raw: unknown;
}

/** What one answer says. Nothing of it is lost: each record's part is told, or rejected with its reason. */
export interface Answer<Record> {
  readonly told: readonly Told<Record>[];
  readonly rejected: readonly RejectedPart[];
  /** Fields that the contract does not know, `response[].fixture.periods.third`; each once, in order. */
  readonly unknownFields: readonly string[];
  /** The request for the next page; null where this was the last. */
  readonly next: WireRequest | null;
}

/**
 * One kind of question to a provider. Pure: no request is made here.
 * A provider's answer that is no answer (an error told with HTTP 200, a body of another shape) is thrown: QuotaExhausted,
 * KeyRefused, BadInput, DependencyAway, or ContractBroken where the body has not the shape of the contract at all.
 */
export interface Endpoint<Query, Record> {
  readonly kind: DataKind;
  request(query: Query): WireRequest;
  /** `body` is parsed JSON. `now` serves quotas whose end the provider does not state. */
  read(body: unknown, request: WireRequest, now: Instant): Answer<Record>;
}

/** What a provider's headers say of its quota; null where they say nothing. */
export interface QuotaState {
  readonly remainingToday: number | null;
  readonly remainingThisMinute: number | null;
  /** Of the period that the provider counts: a day, or a month. */
  readonly used: number | null;
  /** What this request cost. */
  readonly lastCost: number | null;
}

/** How a provider is reached. */
export interface WireProvider {
  /** `api_football`. */
  readonly dataSource: string;
  /** Null where it has no address of its own. */
  readonly defaultUrl: string | null;
  /** The environment variable that holds another address. */
  readonly urlVariable: string;
  /** The environment variable that holds the key; null where none is needed. */
  readonly keyVariable: string | null;
  /** Where the key goes. */
  carryKey(key: string): {
    readonly headers: Readonly<Record<string, string>>;
    readonly parameters: Readonly<Record<string, string>>;
  };
  quotaOf(headers: Headers): QuotaState;
  /**
   * What an answer with an error status means, where the provider means something else than the status does: a quota that is used up and told
   * with 401. Undefined, or absent: as the status says. `body` is parsed JSON, or undefined where it is none.
   */
  readRefusal?(status: number, body: unknown, now: Instant): TouchlineError | undefined;
}

/** What a caller does about each request. Each is awaited; what it throws ends the call. */
export interface RequestHooks {
  /** Before each request: spends its cost from the budget, and throws where there is none. */
  readonly beforeRequest?: ((request: WireRequest) => Promise<void>) | undefined;
  /** After each answer, whatever its status: what its headers say of the quota. */
  readonly onQuota?: ((quota: QuotaState) => Promise<void>) | undefined;
}
