import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOfAll, type JobOutcome } from '../../schemas/jobs/outcome.js';

const because = (outcome: 'partial' | 'skipped' | 'failed'): JobOutcome => ({
  outcome,
  reason: `${outcome}!`,
});
const succeeded: JobOutcome = { outcome: 'succeeded' };
const anOutcome = fc.constantFrom(succeeded, because('partial'), because('skipped'), because('failed'));

describe('the outcome of a job of several parts', () => {
  it('is theirs where they agree, and partial where they do not', () => {
    expect(outcomeOfAll([succeeded, succeeded])).toEqual(succeeded);
    expect(outcomeOfAll([because('failed'), because('failed')])).toEqual({
      outcome: 'failed',
      reason: 'failed!; failed!',
    });
    expect(outcomeOfAll([succeeded, because('failed')])).toEqual({ outcome: 'partial', reason: 'failed!' });
    expect(outcomeOfAll([because('partial')])).toEqual(because('partial'));
  });

  it('takes no notice of what was skipped, unless all was', () => {
    expect(outcomeOfAll([succeeded, because('skipped')])).toEqual(succeeded);
    expect(outcomeOfAll([because('skipped')])).toEqual(because('skipped'));
    expect(outcomeOfAll([])).toMatchObject({ outcome: 'skipped' });
  });

  it('does not depend on the order of the parts, and never calls a failure a success', () => {
    fc.assert(
      fc.property(fc.array(anOutcome, { maxLength: 8 }), (parts) => {
        const { outcome } = outcomeOfAll(parts);
        expect(outcomeOfAll(parts.toReversed()).outcome).toBe(outcome);
        if (parts.some((part) => part.outcome === 'failed')) expect(['partial', 'failed']).toContain(outcome);
      }),
    );
  });
});
