import { createHash } from 'node:crypto';
import { BadInput } from '../../../schemas/errors.js';
import { serviceId, viewId, type FeatureService } from '../../../schemas/features/feature-view.js';
import type { OnlineService } from '../../../schemas/features/online.js';
import { compileService, type FeatureRegistry } from './compile.js';
import { frameReferences } from './frame-references.js';

/** A service is served online where it is asked before kick-off: what is told in play changes by the minute, and has no cutoff. */
export const isServedOnline = ({ askedAt }: FeatureService): boolean => askedAt === 'before_kickoff';

/** Compiles a service for being served online. Throws {@link BadInput} as {@link compileService} does, and where the service is asked in play. */
export function onlineService(registry: FeatureRegistry, service: FeatureService): OnlineService {
  const id = serviceId(service);
  if (!isServedOnline(service)) {
    throw new BadInput(`${id} is asked after kick-off, and only what is asked before is served online`, {
      ...{ object: id, advice: 'Ask the lake: touchline features get.' },
    });
  }
  const compiled = compileService(registry, service);
  const references = frameReferences(compiled);
  const views = compiled.references.map(({ view }) => viewId(view));
  const ages = references.flatMap(({ ttlHours }) => ttlHours ?? []);
  return {
    ...{ id, references },
    hash: createHash('sha256')
      .update(JSON.stringify([id, views, references]))
      .digest('hex'),
    columns: references.flatMap(({ features }) => features.map(({ as, type }) => ({ name: as, type }))),
    ttlHours: ages.length === 0 ? null : Math.min(...ages),
  };
}
