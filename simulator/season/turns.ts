import type { SimulatedMatch } from '../league/league.js';
import { randomStream } from '../random.js';

/** What befalls a match beside its football. */
export type Turn =
  | 'plain'
  /** To another slot of its weekend, weeks before. */
  | 'moved for television'
  | 'moved on the day'
  | 'moved ten times'
  /** The date is announced, the time of day ten days before it. */
  | 'time announced late'
  /** Days before, and played weeks later. */
  | 'postponed'
  /** Hours before, perhaps after the line-ups, and played weeks later. */
  | 'postponed on the day'
  | 'cancelled'
  /** While it was played, and awarded days later. */
  | 'abandoned and awarded'
  | 'goal taken back'
  /** The result stands wrong for a day. */
  | 'result corrected';

const roundsInABlock = 5;
/** Every block of five rounds has these, so that five matchdays show everything that a season can. */
const turnsInABlock: readonly Turn[] = [
  'moved on the day',
  'moved ten times',
  'time announced late',
  'cancelled',
  'abandoned and awarded',
  ...Array<Turn>(2).fill('result corrected'),
  ...Array<Turn>(4).fill('goal taken back'),
  ...Array<Turn>(6).fill('moved for television'),
];
/** The last rounds have none of these: no date would be left. */
const turnsBeforeTheEnd: readonly Turn[] = ['postponed', 'postponed', 'postponed on the day'];
const lastRoundToPostpone = 35;

/** The turn of every match of a season, in the order of the matches. */
export function turnsOf(seed: number, matches: readonly SimulatedMatch[]): readonly Turn[] {
  const turns = new Map<SimulatedMatch, Turn>();
  const lastRound = Math.max(0, ...matches.map(({ round }) => round));
  for (let last = roundsInABlock; last < lastRound + roundsInABlock; last += roundsInABlock) {
    const inBlock = matches.filter(({ round }) => round > last - roundsInABlock && round <= last);
    const drawn = last <= lastRoundToPostpone ? [...turnsBeforeTheEnd, ...turnsInABlock] : turnsInABlock;
    const order = randomStream(seed, inBlock[0]?.season ?? '', 'turns', last).shuffled(inBlock);
    order.slice(0, drawn.length).forEach((match, index) => {
      turns.set(match, drawn[index] ?? 'plain');
    });
  }
  return matches.map((match) => turns.get(match) ?? 'plain');
}
