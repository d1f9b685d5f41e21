import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTracer, traceId, type Span } from '../../../adapters/traces/tracer.js';
import { startHookReceiver, type HookReceiver } from '../../../cli/drill/hook-receiver.js';

let collector: HookReceiver;
beforeEach(async () => {
  collector = await startHookReceiver();
});
afterEach(() => collector.stop());

const warnings: string[] = [];
const log = { warn: (message: string): void => void warnings.push(message) };
const span = (name: string, correlationId: string): Span => ({
  ...{ name, correlationId, kind: 'consumer', outcome: 'error' },
  ...{ begunAt: 1_700_000_000_000, endedAt: 1_700_000_000_250.5, attributes: { 'temporal.attempt': '2' } },
});

it('spans go to the collector as OTLP has them, all of one request in one trace', async () => {
  const tracer = openTracer({ endpoint: collector.url, service: 'worker', log });
  tracer.record(span('refineBatch', 'request-4711'));
  tracer.record(span('publishSilver', 'request-4711'));
  tracer.record(span('refineBatch', 'request-4712'));
  await tracer.close();
  const [posted] = collector.posted;
  expect(posted?.path).toBe('/v1/traces');
  const spanId: unknown = expect.stringMatching(/^[0-9a-f]{16}$/);
  const spans = (name: string, id: string): unknown =>
    expect.objectContaining({
      ...{ traceId: traceId(id), spanId, name, kind: 5 },
      ...{ startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000250500000' },
      attributes: [
        { key: 'temporal.attempt', value: { stringValue: '2' } },
        { key: 'touchline.correlation_id', value: { stringValue: id } },
      ],
      status: { code: 2 },
    });
  expect(JSON.parse(posted?.body ?? '')).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'touchline-worker' } }] },
        scopeSpans: [
          {
            scope: { name: 'touchline' },
            spans: [
              spans('refineBatch', 'request-4711'),
              spans('publishSilver', 'request-4711'),
              spans('refineBatch', 'request-4712'),
            ],
          },
        ],
      },
    ],
  });
  expect(traceId('request-4711')).toMatch(/^[0-9a-f]{32}$/);
  expect(traceId('request-4711')).not.toBe(traceId('request-4712'));
});

it('without a collector nothing is sent, and one that is away holds nobody up', async () => {
  const silent = openTracer({ endpoint: undefined, service: 'api', log });
  silent.record(span('refineBatch', 'request-4711'));
  await silent.close();
  const { url } = collector;
  await collector.stop();
  const away = openTracer({ endpoint: url, service: 'api', log });
  away.record(span('refineBatch', 'request-4711'));
  await away.close();
  expect(warnings.join('\n')).toMatch(/spans/);
  collector = await startHookReceiver();
});
