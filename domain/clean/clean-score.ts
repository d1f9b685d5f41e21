import type { Reading } from './reading.js';
import { shown } from './reading.js';

/** CLN-1, CLN-4: the scores that are believed. */
export const highestScore = 99;

/**
 * One side's goals: a whole number of 0 to 99, given as a number or as its digits (`2.0` counts as 2). Nothing and blank text are null: a
 * score that is missing stays missing (COR-7).
 */
export function cleanScore(value: unknown): Reading<number | null> {
  if (value === null || value === undefined) return { value: null };
  const text = typeof value === 'string' ? value.trim() : undefined;
  if (text === '') return { value: null };
  const goals = text === undefined ? value : wholeNumber.test(text) ? Number(text) : undefined;
  if (typeof goals !== 'number' || !Number.isInteger(goals)) {
    return { reason: `The score ${shown(value)} is not a whole number` };
  }
  // 0 and -0 are one score.
  return goals >= 0 && goals <= highestScore
    ? { value: goals + 0 }
    : { reason: `The score ${goals} is outside 0 to ${highestScore}` };
}

const wholeNumber = /^[+-]?\d{1,9}(\.0+)?$/;
