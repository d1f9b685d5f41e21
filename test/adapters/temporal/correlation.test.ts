import { afterAll, beforeAll, expect, it } from 'vitest';
import { correlated, correlationId } from '../../../adapters/correlation.js';
import { connectToTemporal, type TemporalClient } from '../../../adapters/temporal/connect.js';
import type { Span } from '../../../adapters/traces/tracer.js';
import { startLocalTemporal, type LocalTemporal } from '../../../scripts/histories/local-temporal.js';
import { standInActivities } from '../../../scripts/histories/stand-ins.js';

let temporal: LocalTemporal;
let ours: TemporalClient;
beforeAll(async () => {
  temporal = await startLocalTemporal();
  ours = await connectToTemporal(temporal.place);
});
afterAll(async () => {
  await ours.close();
  await temporal.stop();
});

let runs = 0;
/** Runs the job publish, and says under which id its step ran, and of which run it was. */
async function seenBy(start: <T>(work: () => T) => T) {
  const spans: Span[] = [];
  const tracer = { record: (span: Span): void => void spans.push(span) };
  let seen: string | undefined;
  const publishSilver = () => {
    seen = correlationId();
    return Promise.resolve({ snapshot: 7, tables: [] });
  };
  const runId = await temporal.withActivities(
    standInActivities({ publishSilver }),
    async () => {
      const handle = await start(() =>
        ours.client.workflow.start('publish', {
          ...{ workflowId: `correlated-${(runs += 1)}`, taskQueue: 'default', args: [{}] },
        }),
      );
      await handle.result();
      return handle.firstExecutionRunId;
    },
    { tracer },
  );
  return { seen, runId, spans };
}

it('a step runs under the id of the request that began its run', async () => {
  const { seen, spans } = await seenBy((work) => correlated('request-4711', work));
  expect(seen).toBe('request-4711');
  expect(spans).toMatchObject([
    {
      correlationId: 'request-4711',
      name: 'publishSilver',
      outcome: 'ok',
      attributes: { 'temporal.attempt': '1' },
    },
  ]);
});

it('a step of a run that no request began runs under the id of its run', async () => {
  const { seen, runId } = await seenBy((work) => work());
  expect(seen).toBe(runId);
});
