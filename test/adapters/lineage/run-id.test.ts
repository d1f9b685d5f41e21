import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attemptRunId, uuidV5 } from '../../../adapters/lineage/run-id.js';
import type { TaskAttempt } from '../../../adapters/temporal/attempt.js';

it('a UUID of version 5 is that of the RFC', () => {
  const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
  // RFC 9562, A.4.
  expect(uuidV5(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  expect(uuidV5(dns, 'python.org')).toBe('886313e1-3b8a-5372-9b90-0c9aee199e5d');
});

it('an attempt has one id wherever it is told of, and no other has it', () => {
  const name = fc.string({ unit: 'binary', maxLength: 4 });
  const attempt: fc.Arbitrary<TaskAttempt> = fc.record({
    ...{ taskName: fc.constant('a'), workflowType: fc.constant(undefined) },
    ...{ workflowId: name, runId: name, activityId: name, retryCount: fc.nat(3) },
  });
  const named = ({ workflowId, runId, activityId, retryCount }: TaskAttempt) =>
    JSON.stringify([workflowId, runId, activityId, retryCount]);
  fc.assert(
    fc.property(attempt, attempt, (one, other) => {
      expect(attemptRunId(one) === attemptRunId({ ...other })).toBe(named(one) === named(other));
      expect(attemptRunId({ ...one, taskName: 'b' })).toBe(attemptRunId(one));
    }),
  );
});
