import { on } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { TouchlineError } from '../../../schemas/errors.js';
import { DependencyAway } from '../../../schemas/errors.js';
import type { ToldEvent, ToldScore } from '../../../schemas/records/live.js';
import { replaceKnown } from '../../redaction/known-secrets.js';
import { causeOf } from '../http.js';
import type { Answer } from '../wire/endpoint.js';
import { prepare, type Connection } from '../wire/prepare.js';
import { refusal } from '../wire/refusals.js';
import { shortText } from '../wire/short-text.js';
import { readMessage, streamBeginning } from './read-message.js';
import { selectionParameters, type MatchSelection } from './scores.js';

export interface StreamOptions {
  readonly matches: MatchSelection;
  /** Closes the connection. */
  readonly signal: AbortSignal;
  /** How long the feed may say nothing, or owe a snapshot. Default 30 s: three heartbeats. */
  readonly silenceMs?: number | undefined;
}

/** With so many messages that nobody has read yet, the connection is paused. */
const mostWaiting = 1_000;
const largestMessage = 16 * 1024 * 1024;

/**
 * How matches stand, told as they change: first a snapshot of all of them, then each change. Where changes were missed a snapshot is
 * asked for again, so whoever reads on has the state of every match. It never ends by itself, and does not connect again: the caller does.
 * @throws PrerequisiteMissing where there is no key, or no address.
 * @throws KeyRefused, QuotaExhausted or BadInput when the feed refuses the connection.
 * @throws DependencyAway when it cannot be reached, closes, says nothing for `silenceMs`, or owes a snapshot for as long.
 * @throws the signal's reason when that aborts.
 */
export async function* streamScores(
  connection: Connection,
  { matches, signal, silenceMs = 30_000 }: StreamOptions,
): AsyncGenerator<Answer<ToldEvent | ToldScore>, never, undefined> {
  signal.throwIfAborted();
  const stream = openStream(connection, matches, silenceMs);
  const messages = on(stream.socket, 'message', { signal, close: ['close'], highWaterMark: mostWaiting });
  let position = streamBeginning;
  let snapshotDue = performance.now() + silenceMs;
  try {
    for (;;) {
      signal.throwIfAborted();
      const patience = position.awaitsSnapshot ? snapshotDue - performance.now() : silenceMs;
      const message = await nextWithin(patience, messages).catch((error: unknown) => {
        signal.throwIfAborted();
        throw stream.ending(causeOf(error), error);
      });
      if (message === 'late')
        throw stream.ending(position.awaitsSnapshot ? 'it owes a snapshot' : 'it is silent');
      if (message.done === true) throw stream.ending('it was closed');
      const read = readMessage(stream.textOf(message.value), position);
      position = read.position;
      if (read.asksForSnapshot) {
        stream.socket.send(JSON.stringify({ type: 'snapshot' }));
        snapshotDue = performance.now() + silenceMs;
      }
      if (read.answer !== null) yield read.answer;
    }
  } finally {
    stream.socket.terminate();
    await messages.return?.();
  }
}

interface Stream {
  readonly socket: WebSocket;
  /** A message, with a mark wherever the feed repeats the key. */
  readonly textOf: (message: readonly unknown[]) => string;
  /** The error with which it ends: why it was refused or closed where the feed said so, else for the reason that is given. */
  readonly ending: (reason: string, cause?: unknown) => TouchlineError;
}

function openStream(connection: Connection, matches: MatchSelection, handshakeTimeout: number): Stream {
  const { provider, key, clock } = connection;
  const request = { path: '/v1/stream', parameters: selectionParameters(matches), cost: 0 };
  // http and ws are one address to `ws`, and to whoever configures it.
  const url = connection.url?.replace(/^ws/, 'http');
  const { address, endpoint, headers } = prepare({ ...connection, url }, request);
  const socket = new WebSocket(address, {
    headers: Object.fromEntries(headers),
    handshakeTimeout,
    maxPayload: largestMessage,
  });
  const hideKey = replaceKnown(key === undefined ? [] : [key]);
  let told: TouchlineError | undefined;
  const away = (reason: string, cause?: unknown): TouchlineError =>
    new DependencyAway(
      `The stream of ${provider.dataSource} ended: ${reason}`,
      { object: endpoint, setting: provider.urlVariable },
      cause,
    );
  socket.on('unexpected-response', (_request, response) => {
    const { statusCode: status = 0 } = response;
    const answered = new Headers(
      Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
    );
    told = refusal(provider, { status, headers: answered, text: '' }, endpoint, clock());
    socket.terminate();
  });
  socket.on('close', (code, reason) => {
    const said = reason.length === 0 ? '' : `, ${shortText(hideKey(reason.toString()))}`;
    told ??= away(`it was closed (${code}${said})`);
  });
  // An error without a listener would end the process, also one that comes when nobody reads any more.
  socket.on('error', (error) => {
    told ??= away(error.message, error);
  });
  return {
    socket,
    textOf: ([data]) => (Buffer.isBuffer(data) ? hideKey(data.toString('utf8')) : ''),
    ending: (reason, cause) => told ?? away(reason, cause),
  };
}

/** The next message, or that none came in time. */
async function nextWithin(
  milliseconds: number,
  messages: AsyncIterator<unknown[]>,
): Promise<IteratorResult<unknown[], unknown> | 'late'> {
  const alarm = new AbortController();
  try {
    const late = sleep(milliseconds, 'late' as const, { signal: alarm.signal });
    return await Promise.race([messages.next(), late]);
  } finally {
    alarm.abort();
  }
}
