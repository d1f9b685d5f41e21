import { CalendarDate, type Instant } from '../../schemas/values.js';

const day = 86_400_000;
/** 1970-01-01 was a Thursday. */
const mondayOffset = 3 * day;

/** The week of UTC, by its Monday, in which at most one training is started because features drifted (ANOM-13). */
export const retrainingPeriod = (at: Instant): CalendarDate =>
  CalendarDate.parse(
    new Date(Math.floor((at + mondayOffset) / (7 * day)) * 7 * day - mondayOffset).toISOString().slice(0, 10),
  );
