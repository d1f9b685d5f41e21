import type pg from 'pg';
import { asOfGold } from '../adapters/online/materialise.js';
import type { VectorSource } from '../adapters/online/vector-source.js';
import { ageOfGold } from '../adapters/postgres/gold-inputs.js';
import { readMatchInfo } from '../adapters/postgres/match-info.js';
import { matchFeatures } from '../domain/features/match-features.js';
import { InvariantBroken } from '../schemas/errors.js';
import type { MatchFeatures } from '../schemas/features/match-features.js';
import { modelService } from '../schemas/features/services.js';
import { instant, instantFromIso, type Instant } from '../schemas/values.js';
import { onlineServices } from './online-services.js';

/** Where the features of a match are read. */
export interface MatchFeaturesDeps {
  /** With the rights of a reader. */
  readonly pool: pg.Pool;
  readonly source: VectorSource;
}

/** Which match, and as of when. */
export interface MatchFeaturesAsked {
  readonly matchId: number;
  readonly now: Instant;
  /** Absent: now. Never after the hour before kick-off, as of which features are. */
  readonly asOf?: Instant;
}

/**
 * Calculates all that a prediction is told of a match: form of both teams, meetings and prices, in one question of the lake beside that of who plays (FEAT-15, FEAT-16). They are as of
 * that instant or of an hour before kick-off, whichever is earlier. Asked for an instant in the past before that hour there are none. Undefined where nobody knew the match by then.
 * @throws PrerequisiteMissing where there is no gold yet, DependencyAway where Postgres is away
 */
export async function readMatchFeatures(
  { pool, source }: MatchFeaturesDeps,
  { matchId, now, asOf }: MatchFeaturesAsked,
): Promise<MatchFeatures | undefined> {
  const [service] = await onlineServices([modelService]);
  if (service === undefined) throw new InvariantBroken(`No service came of the name ${modelService}`);
  const at = instant(Math.min(asOf ?? now, now));
  const goldAge = await ageOfGold(pool);
  const [info, vectors] = await Promise.all([
    readMatchInfo(pool, matchId, at),
    source.vectors({ service, matches: { matchIds: [matchId] } }),
  ]);
  if (info === undefined) return undefined;
  const kickOff = instantFromIso(info.match_time);
  const none = (status: 'unknown' | 'moved'): MatchFeatures =>
    matchFeatures(service, { info, status, vector: null, asOf: instant(Math.min(at, kickOff)) });
  const [found] = vectors;
  if (found === undefined) return none('unknown');
  if (found.kickOff !== kickOff) return none('moved');
  // What gold says of a match ahead is what is known now; of an earlier now nothing was kept.
  if (at < now && at < found.cutoff) return none('unknown');
  const vector = asOfGold(found, { now, goldAge });
  return matchFeatures(service, { info, status: 'computed', vector, asOf: vector.asOf });
}
