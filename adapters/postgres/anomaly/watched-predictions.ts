import type pg from 'pg';
import {
  columnArray,
  distributeValues,
  isNew,
  wasConfirmed,
  wasTold,
  type WatchedSpan,
} from './watched-values.js';

const inQuarantine = `p.id in (select k.prediction_id from quarantined_rows k where k.table_name = 'predictions')`;
const wasReleased = `p.id in (select k.prediction_id from quarantines k where k.table_name = 'predictions' and k.released_at is not null)`;

/** Reads the predictions of the span into the watched tables, by when they were made. */
export async function watchPredictions(client: pg.ClientBase, span: WatchedSpan): Promise<void> {
  await client.query(
    `insert into watched_values (record_id, known_at, is_tested, stored, measured)
     select p.id, p.created_at, p.is_tested, ${columnArray(span, 'p')}, ${columnArray(span, 'p')}
     from (select p.*, p.created_at > $3 or ${isNew('p.id')} as is_tested from predictions p) as p
     where p.created_at > $1 and p.created_at <= $4 and (p.is_tested or p.created_at <= $2)
       and not (${inQuarantine} or ${wasConfirmed('p.id', 'predictions')})
       and not (p.is_tested and (${wasReleased} or ${wasTold('p.id', 'predictions')}))`,
    [span.baselineFrom, span.from, span.judgedFrom, span.to].map((at) => new Date(at)),
  );
  await distributeValues(client, span);
}
