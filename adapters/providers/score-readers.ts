import type { ToldScore } from '../../schemas/records/live.js';
import { readLiveScore } from './api_football/live-scores.js';
import { readScoreState } from './scores_api/read-states.js';
import type { Entries } from './wire/contract.js';

/** Reads one payload of a feed of scores, as bronze keeps it. */
export type ScoreReader = (raw: unknown) => Entries<ToldScore>;

/** Every feed of scores, by its `data_source`. */
export const scoreReaders: Readonly<Record<string, ScoreReader>> = {
  scores_api: readScoreState,
  api_football: readLiveScore,
};
