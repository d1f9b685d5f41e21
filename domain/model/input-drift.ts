import type { InputDrift } from '../../schemas/records/model-report.js';
import { seasonOfStartYear } from '../../schemas/values.js';
import { compareWindows, judgeDrifts, type ComparedFeature } from '../anomaly/drift.js';
import type { Steps } from './minimize.js';
import type { PlayedMatch } from './model-match.js';

/** How far each feature of a season has moved from the seasons before it, the furthest first; a step a feature. */
export function* inputDrift(
  matches: readonly PlayedMatch[],
  seasonStart: number,
  features: readonly string[],
): Steps<InputDrift[]> {
  const valuesOf = (chosen: readonly PlayedMatch[], feature: string): Float64Array =>
    Float64Array.from(chosen, (match) => match.feature(feature));
  const before = matches.filter((match) => match.seasonStart < seasonStart);
  const during = matches.filter((match) => match.seasonStart === seasonStart);
  const compared: ComparedFeature[] = [];
  for (const feature of features) {
    const [baseline, current] = [valuesOf(before, feature), valuesOf(during, feature)];
    compared.push(compareWindows({ feature, baseline, current }));
    yield;
  }
  return judgeDrifts(compared)
    .map(({ feature, verdict, score, statistic, adjustedP }) => ({
      ...{ season: seasonOfStartYear(seasonStart), feature, verdict, score },
      ...{ distance: statistic, p: adjustedP },
    }))
    .sort((a, b) => b.distance - a.distance);
}
