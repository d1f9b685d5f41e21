import type { CollectToldDeps } from './collect-told.js';

/** How the feeds of scores are reached, as the deployment is configured. */
export interface ScoreFeeds {
  readonly scoresApi: {
    readonly url: string | undefined;
    readonly key: string | undefined;
    readonly transport: 'http' | 'websocket';
  };
  readonly apiFootball: { readonly url: string | undefined; readonly key: string | undefined };
}

export type CollectScoresDeps = CollectToldDeps & ScoreFeeds;
