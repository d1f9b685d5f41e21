import { MatchStatus } from '../../schemas/values.js';
import type { Reading } from './reading.js';
import { shown } from './reading.js';

/** How providers write each status, in small letters, without marks; single blanks between words. */
const spellings: Readonly<Record<MatchStatus, readonly string[]>> = {
  scheduled: [
    ...[
      'scheduled',
      'status scheduled',
      'not started',
      'ns',
      'fixture',
      'timed',
      'time to be defined',
      'tbd',
      'tba',
    ],
    ...['upcoming', 'pre match', 'prematch', 'pre', 'created', 'confirmed', 'rescheduled', 'delayed'],
  ],
  live: [
    ...['live', 'in play', 'inplay', 'in progress', 'inprogress', 'playing', 'started', 'status in progress'],
    ...[
      '1h',
      '2h',
      'ht',
      'first half',
      'second half',
      'half time',
      'halftime',
      '1st half',
      '2nd half',
      'break',
    ],
    ...['et', 'bt', 'p', 'extra time', 'break time', 'penalty in progress', 'penalty shootout', 'paused'],
    ...['int', 'interrupted', 'match interrupted'],
  ],
  completed: [
    ...[
      'completed',
      'complete',
      'finished',
      'match finished',
      'ft',
      'full time',
      'fulltime',
      'ended',
      'closed',
      'final',
    ],
    ...[
      'status final',
      'status full time',
      'played',
      'result',
      'aet',
      'after extra time',
      'pen',
      'ap',
      'after penalties',
    ],
    ...['awarded', 'awd', 'walkover', 'wo', 'technical loss', 'match awarded'],
  ],
  postponed: ['postponed', 'match postponed', 'pst', 'post', 'postp', 'ppd', 'pp', 'p p', 'status postponed'],
  cancelled: [
    ...['cancelled', 'canceled', 'match cancelled', 'canc', 'can', 'cnl', 'void', 'annulled', 'withdrawn'],
    ...['status canceled', 'status cancelled', 'deleted'],
  ],
  abandoned: ['abandoned', 'match abandoned', 'abd', 'aban', 'abnd', 'suspended', 'match suspended', 'susp'],
};

const statuses = new Map<string, MatchStatus>();
for (const status of MatchStatus.options)
  for (const spelling of spellings[status]) statuses.set(spelling, status);

/** `45'` and `90+3'`: some feeds give the minute of play for a status. */
const minuteOfPlay = /^\d{1,3}(\+\d{1,2})?['’′]$/u;

/** CLN-1, CLN-3: the status that a provider's word stands for. A status of ours stands for itself. */
export function standardStatus(value: unknown): Reading<MatchStatus> {
  if (typeof value !== 'string') return { reason: `${shown(value)} is not a status` };
  if (minuteOfPlay.test(value.trim())) return { value: 'live' };
  const plain = value
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const status = statuses.get(plain);
  return status === undefined
    ? { reason: `${shown(value)} is not a status that we know` }
    : { value: status };
}
