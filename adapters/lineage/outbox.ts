import type { LineageEvent } from '../../schemas/lineage.js';
import { outbox, type Outbox, type OutboxOptions, type Sink } from '../outbox.js';

/** Where events end up. The same event written twice is one. */
export type LineageSink = Sink<LineageEvent>;

/** Events on their way to the sink. */
export type LineageOutbox = Outbox<LineageEvent>;

export const lineageOutbox = (options: Omit<OutboxOptions<LineageEvent>, 'items'>): LineageOutbox =>
  outbox({ items: 'lineage events', ...options });
