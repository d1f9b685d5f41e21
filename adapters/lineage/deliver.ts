import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { DependencyAway } from '../../schemas/errors.js';
import { reachingPostgres } from '../postgres/away.js';
import type { Row } from '../postgres/row.js';
import { openLineageEvent } from './open-lineage.js';
import { readDescription } from './descriptions.js';
import { readEvents } from './read-events.js';
import type { LineageReceiver } from './receiver.js';

export interface DeliveryOptions {
  readonly pool: pg.Pool;
  readonly receiver: LineageReceiver;
  readonly log: { warn(message: string): void };
  /** The pause where there is nothing to send. */
  readonly idleMs?: number;
  /** The first pause after a failure; it doubles up to sixty of it. */
  readonly retryMs?: number;
}

/** So many that a turn ends before another worker may take it, however slowly each is taken. */
const eventsOfOneTurn = 10;
const longestPauses = 60;

/**
 * Sends the kept events to a receiver until it is told to stop: in their order, from where the last worker ended, however long the receiver was away. One worker at a
 * time sends; a worker that is killed is followed by another within a minute, and may have sent its last event without noting it: that one comes twice. Nothing
 * waits for it, and no failure of it leaves here.
 */
export async function deliverLineage(options: DeliveryOptions, stop: AbortSignal): Promise<void> {
  const { log, idleMs = 1_000, retryMs = 1_000 } = options;
  const me = randomUUID();
  const descriptions = new Map<string, Awaited<ReturnType<typeof readDescription>>>();
  let pauses = 0;
  while (!stop.aborted) {
    try {
      const sent = await sendSome(options, me, descriptions);
      pauses = 0;
      if (sent < eventsOfOneTurn) await pause(idleMs, stop);
    } catch (error) {
      if (pauses === 0) log.warn(`Lineage is not sent: ${String(error)}`);
      pauses = Math.min(Math.max(1, pauses * 2), longestPauses);
      await pause(pauses * retryMs, stop);
    }
  }
  await release(options, me).catch(() => undefined);
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);

/** Sends what comes next, and says how many that were. @throws DependencyAway after having noted how far it came. */
async function sendSome(
  { pool, receiver, log }: DeliveryOptions,
  me: string,
  descriptions: Map<string, Awaited<ReturnType<typeof readDescription>>>,
): Promise<number> {
  const from = await takeTurn(pool, receiver.name, me);
  if (from === undefined) return 0;
  const events = await readEvents(pool, { after: from, limit: eventsOfOneTurn });
  const progress = { last: from, sent: 0, refused: 0, trouble: null as string | null };
  try {
    for (const { id, event, description } of events) {
      if (description !== null && !descriptions.has(description))
        descriptions.set(description, await readDescription(pool, description));
      const known = description === null ? null : (descriptions.get(description) ?? null);
      const receipt = await receiver.send(openLineageEvent(event, known));
      if (!receipt.taken) log.warn(`The receiver of lineage refuses event ${id}: ${receipt.refused}`);
      progress[receipt.taken ? 'sent' : 'refused'] += 1;
      progress.last = id;
    }
  } catch (error) {
    progress.trouble = error instanceof DependencyAway ? error.message : String(error);
    throw error;
  } finally {
    if (progress.last > from || progress.trouble !== null) await note(pool, receiver.name, me, progress);
  }
  return events.length;
}

/** After which event this worker may send; undefined where another does. It may for a minute. */
async function takeTurn(pool: pg.Pool, receiver: string, me: string): Promise<number | undefined> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ last_event_id: 'lineage_deliveries.last_event_id' }>>(
      `insert into lineage_deliveries as d (receiver, leased_by, leased_until)
       values ($1, $2, now() + interval '1 minute')
       on conflict (receiver) do update set leased_by = $2, leased_until = now() + interval '1 minute'
       where d.leased_by is null or d.leased_by = $2 or d.leased_until < now()
       returning last_event_id`,
      [receiver, me],
    ),
  );
  return rows[0]?.last_event_id;
}

async function note(
  pool: pg.Pool,
  receiver: string,
  me: string,
  progress: {
    readonly last: number;
    readonly sent: number;
    readonly refused: number;
    readonly trouble: string | null;
  },
): Promise<void> {
  await reachingPostgres(() =>
    pool.query(
      `update lineage_deliveries set last_event_id = greatest(last_event_id, $3), sent = sent + $4, refused = refused + $5, trouble = $6
       where receiver = $1 and leased_by = $2`,
      [receiver, me, progress.last, progress.sent, progress.refused, progress.trouble],
    ),
  );
}

const release = ({ pool, receiver }: DeliveryOptions, me: string): Promise<unknown> =>
  pool.query(
    'update lineage_deliveries set leased_by = null, leased_until = null where receiver = $1 and leased_by = $2',
    [receiver.name, me],
  );
