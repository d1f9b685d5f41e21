import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { instant } from '../../schemas/values.js';
import {
  fixturesActivity,
  oddsActivity,
  retriedBy,
  scoresActivity,
} from '../../workflows/activity-options.js';

const Spans = z.object({ heartbeatTimeout: z.number(), startToCloseTimeout: z.number() });
const startsAt = instant(Date.UTC(2025, 7, 16));
const speeds = fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 100_000, noNaN: true }));

describe('a request to a provider by a simulated clock', () => {
  it('has a dead worker noticed sooner where time goes faster, and by no clock later than in life', () => {
    fc.assert(
      fc.property(
        speeds,
        fc.constantFrom(fixturesActivity, oddsActivity, scoresActivity),
        (speed, options) => {
          const { heartbeatTimeout } = Spans.parse(retriedBy({ startsAt, realStart: 0, speed }, options));
          expect(heartbeatTimeout).toBeLessThanOrEqual(options.heartbeatTimeout);
          expect(heartbeatTimeout).toBeGreaterThanOrEqual(5_000);
        },
      ),
    );
  });

  it('leaves each attempt as long as it was', () => {
    fc.assert(
      fc.property(speeds, (speed) => {
        const { startToCloseTimeout } = Spans.parse(
          retriedBy({ startsAt, realStart: 0, speed }, scoresActivity),
        );
        expect(startToCloseTimeout).toBe(scoresActivity.startToCloseTimeout);
      }),
    );
  });
});
