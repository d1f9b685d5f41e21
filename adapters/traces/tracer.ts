import { createHash, randomBytes } from 'node:crypto';
import { DependencyAway } from '../../schemas/errors.js';
import { outbox } from '../outbox.js';
import { timeLimit } from '../time-limit.js';

/** Something that was done: an answer of the API, an attempt of a step. */
export interface Span {
  /** All that one request or run does has the same: it is made of the correlation id. */
  readonly correlationId: string;
  readonly name: string;
  readonly kind: 'server' | 'consumer';
  /** Milliseconds of Unix. */
  readonly begunAt: number;
  readonly endedAt: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly outcome: 'ok' | 'error';
}

export interface Tracer {
  /** Returns at once. */
  record(span: Span): void;
  /** Sends what is left, for two seconds at most. */
  close(): Promise<void>;
}

export interface TracerOptions {
  /** The address of a collector that speaks OTLP over HTTP; undefined: nothing is traced. */
  readonly endpoint: string | undefined;
  /** `worker`, `api`. */
  readonly service: string;
  readonly log: { warn(message: string): void };
}

const patienceMs = 5_000;
/** As OTLP numbers them. */
const kinds = { server: 2, consumer: 5 } as const;
const outcomes = { ok: 1, error: 2 } as const;

/** The 16 bytes of a trace's id, in hexadecimal. */
export const traceId = (correlationId: string): string =>
  createHash('sha256').update(correlationId).digest('hex').slice(0, 32);

/**
 * Sends spans to a collector of OpenTelemetry (OTLP 1 over HTTP, in JSON), in bulk and best-effort: they wait while it is away, and past ten thousand the oldest
 * go. Spans of one trace stand side by side: none names its parent.
 */
export function openTracer({ endpoint, service, log }: TracerOptions): Tracer {
  if (endpoint === undefined) return { record: () => undefined, close: () => Promise.resolve() };
  const address = new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`);
  const spans = outbox<Span>({
    items: 'spans',
    log,
    sink: { write: (batch) => send(address, exported(service, batch)) },
  });
  return {
    record: (span) => {
      spans.put(span);
    },
    close: () => spans.close(),
  };
}

async function send(address: URL, body: object): Promise<void> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: timeLimit(patienceMs),
  }).catch((error: unknown) => {
    throw new DependencyAway('The collector of traces does not answer', { setting }, error);
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new DependencyAway(`The collector of traces answered ${answer.status}`, { setting });
}
const setting = 'OTEL_EXPORTER_OTLP_ENDPOINT';

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

const exported = (service: string, spans: readonly Span[]): object => ({
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', `touchline-${service}`)] },
      scopeSpans: [{ scope: { name: 'touchline' }, spans: spans.map(exportedSpan) }],
    },
  ],
});

function exportedSpan({ correlationId, name, kind, begunAt, endedAt, attributes, outcome }: Span): object {
  return {
    ...{ traceId: traceId(correlationId), spanId: randomBytes(8).toString('hex'), name, kind: kinds[kind] },
    ...{ startTimeUnixNano: nanoseconds(begunAt), endTimeUnixNano: nanoseconds(endedAt) },
    attributes: Object.entries({ ...attributes, 'touchline.correlation_id': correlationId }).map(
      ([key, value]) => text(key, value),
    ),
    status: { code: outcomes[outcome] },
  };
}

const nanoseconds = (milliseconds: number): string => `${Math.round(milliseconds * 1_000)}000`;
