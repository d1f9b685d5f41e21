import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goldTables } from '../../schemas/tables/gold.js';
import type { FrameReference } from '../../schemas/features/compiled-frame.js';
import { holds, openPipeline, patience, type OpenPipeline } from '../support/leaks/gate.js';
import { servedIsKept } from '../support/leaks/online-offline.js';

let pipeline: OpenPipeline;
beforeAll(async () => {
  pipeline = await openPipeline();
});
afterAll(() => {
  pipeline.connection.closeSync();
});

// Through Redis, and with what was served checked afterwards: test/activities/online-features.test.ts.
it(
  'every vector is to the bit what gold has of the match at the same cutoff',
  async () => {
    await holds(servedIsKept, pipeline, 15);
  },
  patience,
);

it('nearly every column of the services is compared with one of gold.match_features', () => {
  const kept =
    goldTables.find(({ name }) => name === 'match_features')?.columns.map(({ name }) => name) ?? [];
  const served = pipeline.services.flatMap(({ columns }) => columns.map(({ name }) => name));
  expect(served.length).toBeGreaterThan(25);
  expect(served.filter((name) => !kept.includes(name))).toEqual([
    'total_goals_expected',
    'home_win_probability',
  ]);
});

const mistakes: readonly { readonly name: string; readonly of: (kept: FrameReference) => FrameReference }[] =
  [
    {
      name: 'what was known at kick-off, not at the cutoff',
      of: (kept) => ({ ...kept, source: { ...kept.source, knownAt: 'match_time' } }),
    },
    {
      name: 'one column under the name of another',
      of: ({ features, ...kept }) => {
        // The last two: both are numbers, as the first of a view need not be.
        const [last, other] = features.toReversed();
        return {
          ...kept,
          features:
            last === undefined || other === undefined
              ? []
              : [...features.slice(0, -2), { ...other, name: last.name }, { ...last, name: other.name }],
        };
      },
    },
  ];

describe('a vector that serves', () => {
  it.each(mistakes)(
    '$name is found',
    async ({ of }) => {
      const { connection, build } = pipeline;
      const services = pipeline.services.map((service) => ({
        ...service,
        references: service.references.map(of),
      }));
      const details = await fc.check(servedIsKept(connection, { build, services }), {
        ...{ seed: 20_260_101, numRuns: 60, endOnFailure: true },
      });
      expect(details.failed).toBe(true);
      expect(String(details.errorInstance)).toContain('Served otherwise than kept');
    },
    patience,
  );
});
