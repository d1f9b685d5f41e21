import type { Instant } from '../../schemas/values.js';
import { instant } from '../../schemas/values.js';
import type { MatchReport } from '../league/match-report.js';
import type { Random } from '../random.js';
import type { Goal, MatchEvent, Score, Side } from './match-event.js';
import type { Turn } from './turns.js';

const second = 1000;
const minute = 60 * second;
const day = 1440 * minute;
const halfLength = 45;
const breakLength = 15 * minute;

/** A goal before it is numbered. `takenBackAt` where it does not stand. */
interface Scored {
  readonly at: Instant;
  readonly side: Side;
  readonly minute: number;
  readonly added: number | null;
  readonly takenBackAt: Instant | null;
}

interface Half {
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  /** The minutes of play before it: 0 or 45. */
  readonly minutesBefore: number;
}

/** The score of a report. */
export const scoreOf = ({ home, away }: MatchReport): Score => ({ home: home.goals, away: away.goals });

/**
 * What becomes known from the kick-off on: goals in the minutes that were drawn for them, as many as the report says by half-time and by
 * full time. A match whose result is corrected ends with another score first; one that is abandoned ends when it is.
 */
export function playEvents(
  kickOff: Instant,
  report: MatchReport,
  turn: Turn,
  random: Random,
): readonly MatchEvent[] {
  const startsAt = instant(kickOff + random.below(150) * second);
  const first = half(startsAt, 0, 1 + random.below(4));
  const secondHalf = half(instant(first.endsAt + breakLength), halfLength, 2 + random.below(6));
  const sides = ['home', 'away'] as const;
  const truly = sides.flatMap((side) => [
    ...goalsIn(first, side, report[side].halfTimeGoals, random),
    ...goalsIn(secondHalf, side, report[side].goals - report[side].halfTimeGoals, random),
  ]);
  const told = asToldAtFirst(truly, turn, [first, secondHalf], random);
  const played: readonly MatchEvent[] = [
    { at: first.startsAt, kind: 'kicked off' },
    { at: first.endsAt, kind: 'half-time' },
    { at: secondHalf.startsAt, kind: 'second half' },
    ...goalEvents(told),
    { at: secondHalf.endsAt, kind: 'full time' },
  ];
  const inOrder = played.toSorted((a, b) => a.at - b.at);

  if (turn === 'abandoned and awarded') {
    const at = instant(first.startsAt + (15 + random.below(80)) * minute + 500);
    const winner = sides[random.below(2)];
    return [
      ...inOrder.filter((event) => event.at < at),
      { at, kind: 'abandoned' },
      {
        at: instant(at + 2 * day + random.below(4 * 86_400) * second),
        kind: 'awarded',
        score: winner === 'home' ? { home: 3, away: 0 } : { home: 0, away: 3 },
      },
    ];
  }
  if (turn !== 'result corrected') return inOrder;
  const correctedAt = instant(secondHalf.endsAt + day - random.below(7200) * second);
  return [...inOrder, { at: correctedAt, kind: 'corrected', score: scoreOf(report) }];
}

const half = (startsAt: Instant, minutesBefore: number, timeAdded: number): Half => ({
  startsAt,
  endsAt: instant(startsAt + (halfLength + timeAdded) * minute),
  minutesBefore,
});

function goalsIn(played: Half, side: Side, goals: number, random: Random): readonly Scored[] {
  // The last second of a half is the whistle's.
  const seconds = (played.endsAt - played.startsAt) / second - 1;
  return Array.from({ length: goals }, () => scoredAt(played, side, 1 + random.below(seconds - 1)));
}

function scoredAt({ startsAt, minutesBefore }: Half, side: Side, seconds: number): Scored {
  const inHalf = Math.floor(seconds / 60) + 1;
  return {
    at: instant(startsAt + seconds * second),
    side,
    minute: minutesBefore + Math.min(inHalf, halfLength),
    added: inHalf > halfLength ? inHalf - halfLength : null,
    takenBackAt: null,
  };
}

/** The goals as they are told while the match runs: one too many that is taken back, or a result that is wrong by one goal. */
function asToldAtFirst(
  truly: readonly Scored[],
  turn: Turn,
  [first, last]: readonly [Half, Half],
  random: Random,
): readonly Scored[] {
  const side: Side = random.below(2) === 0 ? 'home' : 'away';
  if (turn === 'goal taken back') {
    const where = random.below(2) === 0 ? first : last;
    const goal = scoredAt(where, side, 300 + random.below(35 * 60));
    return [...truly, { ...goal, takenBackAt: instant(goal.at + (60 + random.below(120)) * second) }];
  }
  if (turn !== 'result corrected') return truly;
  const late = truly.find(({ minute: at }) => at > halfLength);
  return late === undefined
    ? [...truly, scoredAt(last, side, 300 + random.below(35 * 60))]
    : truly.filter((goal) => goal !== late);
}

function goalEvents(scored: readonly Scored[]): readonly MatchEvent[] {
  return scored
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ at, takenBackAt, ...told }, index): readonly MatchEvent[] => {
      const goal: Goal = { number: index + 1, ...told };
      return [
        { at, kind: 'goal', goal },
        ...(takenBackAt === null
          ? []
          : [{ at: takenBackAt, kind: 'goal taken back' as const, number: goal.number }]),
      ];
    });
}
