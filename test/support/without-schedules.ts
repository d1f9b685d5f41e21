import { schedules } from '../../workflows/schedules.js';

/** What SCHEDULES says where nothing shall run by the clock: what a test counts is what it asked for itself. */
export const withoutSchedules = JSON.stringify(
  Object.fromEntries(schedules.map(({ id }) => [id, { enabled: false }])),
);
