import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planTold } from '../../../domain/collect/plan-told.js';
import { instant, type Instant } from '../../../schemas/values.js';

interface Stored {
  readonly at: Instant;
  readonly content: string;
  lastSeenAt: Instant;
}

/** Stores what is told as the plan says, in a list. */
function store(rows: Stored[], told: { readonly content: string; readonly at: Instant }): void {
  const inForce = rows
    .filter(({ at }) => at <= told.at)
    .sort((a, b) => a.at - b.at)
    .at(-1);
  const step = planTold(inForce, told);
  if (step.kind === 'seen' && inForce !== undefined) inForce.lastSeenAt = told.at;
  if (step.kind !== 'new') return;
  rows.push({ ...told, lastSeenAt: told.at });
  if (step.repeatAt !== null && inForce !== undefined) {
    rows.push({ at: step.repeatAt, content: inForce.content, lastSeenAt: step.repeatAt });
  }
}

/** What is known to have been so at an instant. */
const knownAt = (rows: readonly Stored[], at: Instant): string | undefined =>
  rows
    .filter((row) => row.at <= at)
    .sort((a, b) => a.at - b.at)
    .at(-1)?.content;

const answers = fc
  .uniqueArray(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 12 })
  .chain((times) =>
    fc.tuple(
      ...times.map((at) => fc.constantFrom('A', 'B', 'C').map((content) => ({ at: instant(at), content }))),
    ),
  );

describe('a record that is told again and again', () => {
  it('is a row where it says something new, and seen where it does not', () => {
    const rows: Stored[] = [];
    for (const [at, content] of ['A', 'A', 'B', 'B', 'A'].entries())
      store(rows, { at: instant(at), content });
    expect(rows).toEqual([
      { at: 0, content: 'A', lastSeenAt: 1 },
      { at: 2, content: 'B', lastSeenAt: 3 },
      { at: 4, content: 'A', lastSeenAt: 4 },
    ]);
  });

  it('says at its end, and at the instant of an answer that comes late, what was said there', () => {
    fc.assert(
      fc.property(answers, (told) => {
        const rows: Stored[] = [];
        const [late, ...others] = told;
        const inOrder = others.toSorted((a, b) => a.at - b.at);
        for (const one of [...inOrder, ...(late === undefined ? [] : [late])]) {
          store(rows, one);
          expect(knownAt(rows, one.at)).toBe(one.content);
        }
        const last = told.toSorted((a, b) => a.at - b.at).at(-1);
        expect(knownAt(rows, instant(1_000))).toBe(last?.content);
      }),
    );
  });

  it('is stored once a change where the answers come in order', () => {
    fc.assert(
      fc.property(answers, (told) => {
        const rows: Stored[] = [];
        const inOrder = told.toSorted((a, b) => a.at - b.at);
        for (const one of inOrder) store(rows, one);
        const changes = inOrder.filter(({ content }, n) => content !== inOrder[n - 1]?.content);
        expect(rows.map(({ at, content }) => ({ at, content }))).toEqual(changes);
      }),
    );
  });
});
