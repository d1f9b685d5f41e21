import type { Client } from '@temporalio/client';
import type { FastifyBaseLogger } from 'fastify';
import type { OpenPredictions } from '../activities/open-predictions.js';
import type { ReadOnlineDeps } from '../adapters/online/read-online.js';
import type { Cache } from '../adapters/cache/cache.js';
import type { RedisInfo } from '../adapters/cache/redis-info.js';
import type { Meters } from '../adapters/metrics/meters.js';
import type { Tracer } from '../adapters/traces/tracer.js';
import type { ModelRegistry } from '../adapters/models/registry/model-registry.js';
import type { KickOffs } from '../adapters/postgres/kick-offs.js';
import type { ByRole } from '../adapters/postgres/roles.js';
import type { OpenDatabase } from '../adapters/postgres/open-database.js';
import type { Redactor } from '../adapters/redaction/redactor.js';
import type { FeatureRegistry } from '../domain/features/registry/compile.js';
import type { EvaluationReport } from '../schemas/jobs/evaluate-model.js';
import type { OnlineService } from '../schemas/features/online.js';
import type { Schedule } from '../schemas/jobs/schedule.js';
import type { Instant } from '../schemas/values.js';
import type { Keyring } from './access/keyring.js';
import type { ReadLake } from './watched-lake.js';

/** What the API works with; its entry puts it together. */
export interface ApiDeps {
  /** `reader` answers; `writer` and `admin` are for what changes something. */
  readonly databases: ByRole<OpenDatabase>;
  /** Temporal, connected at the first use. Throws DependencyAway while it is away. */
  readonly temporal: () => Promise<Client>;
  /** Where Temporal's own console is; null where nobody said. */
  readonly temporalUi: string | null;
  readonly lake: ReadLake;
  /** What is told of matches as they are now. */
  readonly cache: Cache;
  readonly online: ReadOnlineDeps;
  /** When matches begin, for features that are read hundreds of times a second. */
  readonly kickOffs: KickOffs;
  readonly services: readonly OnlineService[];
  /** What is known of features: what can be asked for. */
  readonly features: FeatureRegistry;
  /** For what lives no longer than a request. */
  readonly temporaryFolder: string;
  readonly predicting: Pick<OpenPredictions, 'predictions' | 'models'>;
  readonly registry: ModelRegistry;
  /** The newest judgement of the model; undefined where nothing was judged yet. */
  readonly evaluation: () => Promise<EvaluationReport | undefined>;
  /** The declared schedules, as this deployment has them. */
  readonly schedules: readonly Schedule[];
  /** Asks the Redis of this house how it does; null where it has none. */
  readonly redis: (() => Promise<RedisInfo>) | null;
  /** Takes secrets out of what was given to jobs. */
  readonly redactor: Redactor;
  readonly meters: Meters;
  /** Absent: nothing is traced. */
  readonly tracer?: Pick<Tracer, 'record'>;
  readonly keyring: Keyring;
  readonly log: FastifyBaseLogger;
  readonly now: () => Instant;
}
