import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { scores, type MatchSelection } from '../../../../adapters/providers/scores_api/scores.js';
import { scoresApi } from '../../../../adapters/providers/scores_api/scores-api.js';
import { streamScores } from '../../../../adapters/providers/scores_api/stream.js';
import { ask } from '../../../../adapters/providers/wire/ask.js';
import type { Connection } from '../../../../adapters/providers/wire/prepare.js';
import {
  BadInput,
  DependencyAway,
  KeyRefused,
  PrerequisiteMissing,
  QuotaExhausted,
} from '../../../../schemas/errors.js';
import { instant, instantFromIso } from '../../../../schemas/values.js';
import {
  matchState,
  serveScores,
  type FeedBehaviour,
  type ScoresFeed,
} from '../../../support/scores-feed.js';

const now = instantFromIso('2026-11-28T15:47:13Z');
const key = 'key-of-the-feed';
const send = (stream: WebSocket, ...messages: unknown[]): void => {
  for (const message of messages) stream.send(JSON.stringify(message));
};
const snapshot = (sequence: number, ...matches: unknown[]) => ({ type: 'snapshot', sequence, matches });
const equaliser = { ...matchState, away: { name: 'Everton', goals: 1 } };

describe('a score feed', () => {
  const feeds: ScoresFeed[] = [];
  afterEach(async () => {
    await Promise.all(feeds.splice(0).map((feed) => feed.close()));
  });
  const serve = async (behaviour: FeedBehaviour): Promise<ScoresFeed> => {
    const feed = await serveScores(behaviour);
    feeds.push(feed);
    return feed;
  };
  const connectionTo = (url: string): Connection => ({ provider: scoresApi, url, key, clock: () => now });
  const open = (
    url: string,
    {
      matches = 'all',
      signal = new AbortController().signal,
      silenceMs = 60_000,
    }: { matches?: MatchSelection; signal?: AbortSignal; silenceMs?: number } = {},
  ) => streamScores(connectionTo(url), { matches, signal, silenceMs });
  const answersOf = async (stream: ReturnType<typeof open>, count: number) => {
    const answers = [];
    for await (const answer of stream) {
      answers.push(answer);
      if (answers.length === count) break;
    }
    return answers;
  };
  const endOf = async (stream: ReturnType<typeof open>): Promise<unknown> => {
    try {
      for await (const answer of stream) expect(answer.rejected).toEqual([]);
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it('tells the same of a state over HTTP, in a snapshot and as a change', async () => {
    const feed = await serve({
      body: { matches: [matchState] },
      onStream: (stream) => {
        send(stream, snapshot(1, matchState), { type: 'score', sequence: 2, match: matchState });
      },
    });
    const pages = [];
    for await (const page of ask(connectionTo(feed.url), scores, { matches: 'all' })) pages.push(page);
    const [page] = pages;
    if (page?.kind !== 'answer') throw new Error('There is no answer');
    const [first, change] = await answersOf(open(feed.url), 2);
    expect(page.answer.told).toEqual([
      {
        record: {
          externalId: 'm-1001',
          league: 'E0',
          kickoff: instantFromIso('2026-11-28T15:00:00Z'),
          home: { externalId: null, name: 'Arsenal' },
          away: { externalId: null, name: 'Everton' },
        },
        raw: {
          id: 'm-1001',
          league: 'E0',
          kickoff: '2026-11-28T15:00:00Z',
          home: { name: 'Arsenal' },
          away: { name: 'Everton' },
        },
      },
      {
        record: {
          externalId: 'm-1001',
          status: 'live',
          minute: 45,
          addedMinutes: 2,
          score: { home: 1, away: 0 },
          halfTime: { home: null, away: null },
          providerUpdatedAt: instantFromIso('2026-11-28T15:47:12Z'),
        },
        raw: matchState,
      },
    ]);
    expect(first).toEqual(page.answer);
    expect(change).toEqual(page.answer);
  });

  it('is asked with the key and for the same matches over both transports', async () => {
    const feed = await serve({
      body: { matches: [] },
      onStream: (stream) => {
        send(stream, snapshot(0));
      },
    });
    for (const matches of ['all', 'live', { ids: ['a', 'b'] }] as const) {
      for await (const page of ask(connectionTo(feed.url), scores, { matches })) {
        expect(page.kind).toBe('answer');
      }
      await answersOf(open(feed.url, { matches }), 1);
    }
    expect(feed.asked).toEqual(
      ['', '?live=true', '?ids=a%2Cb'].flatMap((parameters) => [
        `/v1/scores${parameters}`,
        `/v1/stream${parameters}`,
      ]),
    );
    expect(new Set(feed.keys)).toEqual(new Set([`Bearer ${key}`]));
  });

  it('is asked for a snapshot where a change was missed, and tells what it was', async () => {
    const feed = await serve({
      onStream: (stream) => {
        send(stream, snapshot(4, matchState), {
          type: 'score',
          sequence: 6,
          match: { ...matchState, id: 'm-2' },
        });
      },
      onSnapshotAsked: (stream) => {
        send(stream, snapshot(6, equaliser));
      },
    });
    const answers = await answersOf(open(feed.url), 3);
    expect(answers[2]?.told[1]?.record).toMatchObject({ externalId: 'm-1001', score: { home: 1, away: 1 } });
  });

  it('may send what cannot be read: it is rejected, and the stream goes on from a snapshot', async () => {
    const feed = await serve({
      onStream: (stream) => {
        send(stream, snapshot(4, matchState));
        stream.send('{"type":"score","sequ');
        stream.send(Buffer.from([0xff, 0x00]));
      },
      onSnapshotAsked: (stream) => {
        send(
          stream,
          snapshot(5, equaliser),
          { type: 'heartbeat' },
          { type: 'score', sequence: 6, match: matchState },
        );
      },
    });
    const answers = await answersOf(open(feed.url), 5);
    expect(answers.map(({ told, rejected }) => [told.length, rejected.length])).toEqual([
      [2, 0],
      [0, 1],
      [0, 1],
      [2, 0],
      [2, 0],
    ]);
  });

  it('that repeats the key has it hidden', async () => {
    const feed = await serve({
      onStream: (stream) => {
        send(stream, snapshot(1, { ...matchState, yourKey: key }));
        stream.close(1008, `no more of ${key}`);
      },
    });
    const stream = open(feed.url);
    const first = await stream.next();
    expect(JSON.stringify(first)).toContain('yourKey');
    const end = await endOf(stream);
    expect(String(end)).toContain('1008');
    expect(JSON.stringify(first) + String(end)).not.toContain(key);
  });

  it('that closes ends the stream for later, with its code', async () => {
    const feed = await serve({
      onStream: (stream) => {
        send(stream, snapshot(1, matchState));
        stream.close(1012, 'restarting');
      },
    });
    const end = await endOf(open(feed.url));
    expect(end).toBeInstanceOf(DependencyAway);
    expect(String(end)).toContain('(1012, "restarting")');
  });

  it('that breaks off, or is not there, ends the stream for later', async () => {
    const feed = await serve({
      onStream: (stream) => {
        stream.terminate();
      },
    });
    expect(await endOf(open(feed.url))).toBeInstanceOf(DependencyAway);
    await feed.close();
    const end = await endOf(open(feed.url));
    expect(end).toBeInstanceOf(DependencyAway);
    expect(String(end)).toContain('ECONNREFUSED');
  });

  it('that says nothing any more ends the stream for later', async () => {
    const feed = await serve({
      onStream: (stream) => {
        send(stream, snapshot(1, matchState));
      },
    });
    const end = await endOf(open(feed.url, { silenceMs: 1_500 }));
    expect(end).toBeInstanceOf(DependencyAway);
    expect(String(end)).toContain('silent');
  });

  it('that owes a snapshot ends the stream for later, though its heart beats', async () => {
    let beats: NodeJS.Timeout | undefined;
    const feed = await serve({
      onStream: (stream) => {
        beats = setInterval(() => {
          send(stream, { type: 'heartbeat' });
        }, 5);
        stream.on('close', () => {
          clearInterval(beats);
        });
      },
    });
    const end = await endOf(open(feed.url, { silenceMs: 1_500 }));
    expect(end).toBeInstanceOf(DependencyAway);
    expect(String(end)).toContain('owes a snapshot');
  });

  it('that refuses the connection fails by what can be done', async () => {
    const refusedWith = async (status: number, headers: Record<string, string> = {}) =>
      endOf(open((await serve({ refusal: { status, headers } })).url));
    const key401 = await refusedWith(401);
    expect(key401).toBeInstanceOf(KeyRefused);
    expect(String(key401)).toMatch(/scores_api.*SCORES_API_KEY/);
    const quota = await refusedWith(429, { 'retry-after': '90' });
    expect(quota).toBeInstanceOf(QuotaExhausted);
    expect(quota).toMatchObject({ retryAt: instant(now + 90_000) });
    expect(await refusedWith(503)).toBeInstanceOf(DependencyAway);
    expect(await refusedWith(404)).toBeInstanceOf(BadInput);
  });

  it('is not asked without a key', async () => {
    const feed = await serve({});
    const { signal } = new AbortController();
    const keyless = { ...connectionTo(feed.url), key: undefined };
    expect(await endOf(streamScores(keyless, { matches: 'all', signal }))).toBeInstanceOf(
      PrerequisiteMissing,
    );
    expect(feed.asked).toEqual([]);
  });

  it('is left when the signal aborts, with the signal’s reason, or when nobody reads on', async () => {
    const gone: Promise<unknown>[] = [];
    const feed = await serve({
      onStream: (stream) => {
        gone.push(once(stream, 'close'));
        send(stream, snapshot(1, matchState));
      },
    });
    await answersOf(open(feed.url), 1);
    const controller = new AbortController();
    const stream = open(feed.url, { signal: controller.signal });
    await stream.next();
    const waiting = endOf(stream);
    controller.abort(new Error('The shift is over'));
    expect(String(await waiting)).toContain('The shift is over');
    await Promise.all(gone);
    expect(gone).toHaveLength(2);
    const late = open(feed.url, { signal: controller.signal });
    expect(String(await endOf(late))).toContain('The shift is over');
    expect(feed.asked).toHaveLength(2);
  });
});
