import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readMessage,
  streamBeginning,
  type StreamPosition,
} from '../../../../adapters/providers/scores_api/read-message.js';
import { matchState } from '../../../support/scores-feed.js';

const read = (message: unknown, position: StreamPosition) => readMessage(JSON.stringify(message), position);
const at = (sequence: number): StreamPosition => ({ sequence, awaitsSnapshot: false });
const score = (sequence: number) => ({ type: 'score', sequence, match: matchState });
const snapshot = (sequence: number, matches: readonly unknown[] = [matchState]) => ({
  type: 'snapshot',
  sequence,
  matches,
});

describe('a message of the stream', () => {
  it('with the next number of the sequence is a change, and nothing is asked for', () => {
    const { answer, position, asksForSnapshot } = read(score(8), at(7));
    expect(answer?.told.map(({ raw }) => raw)).toContainEqual(matchState);
    expect({ position, asksForSnapshot }).toEqual({ position: at(8), asksForSnapshot: false });
  });

  it.each([9, 7, 0])('number %i after 7 is told, and a snapshot is asked for', (sequence) => {
    const { answer, position, asksForSnapshot } = read(score(sequence), at(7));
    expect(answer?.told).toHaveLength(2);
    expect({ position, asksForSnapshot }).toEqual({
      position: { sequence, awaitsSnapshot: true },
      asksForSnapshot: true,
    });
  });

  it('asks for one snapshot at a time, and for none before the first, which comes by itself', () => {
    expect(read(score(3), streamBeginning).asksForSnapshot).toBe(false);
    const waiting = read(score(9), at(7)).position;
    expect(read(score(12), waiting).asksForSnapshot).toBe(false);
    const arrived = read(snapshot(12), waiting).position;
    expect(arrived).toEqual(at(12));
    expect(read(score(14), arrived).asksForSnapshot).toBe(true);
  });

  it('that is a heartbeat says nothing, but may show that the last change was lost', () => {
    expect(read({ type: 'heartbeat' }, at(7))).toEqual({
      answer: null,
      position: at(7),
      asksForSnapshot: false,
    });
    expect(read({ type: 'heartbeat', sequence: 7 }, at(7)).asksForSnapshot).toBe(false);
    expect(read({ type: 'heartbeat', sequence: 8 }, at(7)).asksForSnapshot).toBe(true);
  });

  it.each([
    ['no JSON', '{"type":"score","sequence":8,"ma', 'is not JSON, or nested too deep'],
    ['too deep', `${'['.repeat(200)}${']'.repeat(200)}`, 'is not JSON, or nested too deep'],
    ['another type', '{"type":"odds"}', 'is no message of the stream'],
    ['no sequence', JSON.stringify({ type: 'score', match: matchState }), 'is no message of the stream'],
    ['no object', '7', 'is no message of the stream'],
  ])(
    'that is %s is rejected whole, and a snapshot is asked for: it may have been a change',
    (_what, text, reason) => {
      const { answer, asksForSnapshot } = readMessage(text, at(7));
      expect(answer).toMatchObject({ told: [], rejected: [{ field: 'message', reason }] });
      expect(asksForSnapshot).toBe(true);
    },
  );

  it('with a state that breaks the format tells its field; the other states of a snapshot stand', () => {
    const broken = { ...matchState, home: { name: 'Arsenal', goals: -1 } };
    expect(read({ ...score(8), match: broken }, at(7)).answer?.rejected).toMatchObject([
      { field: 'match.home.goals', text: '-1', raw: broken },
    ]);
    const { answer } = read(snapshot(7, [broken, matchState]), at(7));
    expect(answer?.rejected.map(({ field }) => field)).toEqual(['matches[0].home.goals']);
    expect(answer?.told).toHaveLength(2);
  });

  it('reports fields that the format does not know', () => {
    const { answer } = read(
      { ...score(8), sentAt: 1, match: { ...matchState, referee: 'M. Oliver' } },
      at(7),
    );
    expect(answer?.unknownFields).toEqual(['match.referee', 'sentAt']);
  });
});

describe('any text', () => {
  it('is read without failing, and never leaves two snapshots asked for', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.string().map((tail) => `{"type":"score","sequence":8,"match":${tail}`),
    );
    fc.assert(
      fc.property(text, fc.boolean(), (given, awaitsSnapshot) => {
        const { position, asksForSnapshot } = readMessage(given, { sequence: 7, awaitsSnapshot });
        expect(asksForSnapshot && awaitsSnapshot).toBe(false);
        if (asksForSnapshot) expect(position.awaitsSnapshot).toBe(true);
      }),
    );
  });
});

describe('a reader of the stream', () => {
  it('has the state of every match after a heartbeat, whichever changes were lost or broken and however late snapshots come', () => {
    const change = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      goals: fc.nat(5),
      arrives: fc.constantFrom('whole', 'broken', 'not at all'),
      afterSnapshot: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const truth = new Map<string, number>();
        const known = new Map<string, number | null>();
        let sequence = 0;
        let position = streamBeginning;
        let snapshotsOwed = 1;
        const stateOf = (id: string) => ({
          ...matchState,
          id,
          home: { name: 'Arsenal', goals: truth.get(id) },
        });
        const receive = (text: string): void => {
          const { answer, position: after, asksForSnapshot } = readMessage(text, position);
          position = after;
          for (const { record } of answer?.told ?? []) {
            if ('score' in record) known.set(record.externalId, record.score.home);
          }
          if (asksForSnapshot) snapshotsOwed += 1;
        };
        const sendSnapshots = (): void => {
          expect(snapshotsOwed).toBeLessThanOrEqual(1);
          if (snapshotsOwed === 0) return;
          snapshotsOwed = 0;
          receive(JSON.stringify(snapshot(sequence, [...truth.keys()].map(stateOf))));
        };
        for (const { id, goals, arrives, afterSnapshot } of changes) {
          if (afterSnapshot) sendSnapshots();
          truth.set(id, goals);
          sequence += 1;
          const text = JSON.stringify({ type: 'score', sequence, match: stateOf(id) });
          if (arrives !== 'not at all') receive(arrives === 'whole' ? text : text.slice(0, -3));
        }
        receive(JSON.stringify({ type: 'heartbeat', sequence }));
        sendSnapshots();
        expect(known).toEqual(truth);
        expect(position).toEqual({ sequence, awaitsSnapshot: false });
      }),
    );
  });
});
