import type { OnlineService } from '../../schemas/features/online.js';
import { askedTogether } from '../asked-together.js';
import type { MatchVector } from '../lake/frames/match-vectors.js';
import type { VectorSource } from './vector-source.js';

/**
 * The same source for a process that is asked about single matches hundreds of times a second: while the store is away or empty, all who wait for the lake are answered by one read of it, and
 * fifty who ask for the same match have it computed once (CACHE-15).
 */
export function vectorsTogether(source: VectorSource): VectorSource {
  const services = new Map<OnlineService, (ids: readonly number[]) => Promise<MatchVector[]>>();
  const askOf = (service: OnlineService) => {
    const ask =
      services.get(service) ??
      askedTogether((matchIds) => source.vectors({ service, matches: { matchIds } }));
    services.set(service, ask);
    return ask;
  };
  return {
    async vectors(asked) {
      const { service, matches, snapshot } = asked;
      if (!('matchIds' in matches) || snapshot !== undefined) return await source.vectors(asked);
      const own = new Set(matches.matchIds);
      return (await askOf(service)(matches.matchIds)).filter(({ matchId }) => own.has(matchId));
    },
  };
}
