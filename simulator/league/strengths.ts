import type { Random } from '../random.js';
import { randomStream } from '../random.js';
import { roundsInASeason } from './calendar.js';

/** How a club plays, as shifts of the logarithm of expected goals: `attack` of its own, `defence` (subtracted) of its opponent's. */
export interface Strength {
  readonly attack: number;
  readonly defence: number;
}

/** Every history begins here, so that a season does not depend on which seasons are asked for. */
export const firstSeasonYear = 1990;

const persistencePerRound = 0.99;
/** A summer changes a club as much as this many rounds. */
const roundsInASummer = 8;
const qualityScale = 0.21;
const styleScale = 0.07;

/** A stationary first-order autoregression with unit variance. */
function* drift(random: Random): Generator<number, never> {
  const innovation = Math.sqrt(1 - persistencePerRound ** 2);
  for (let value = random.normal(); ; value = persistencePerRound * value + innovation * random.normal())
    yield value;
}

/** A club's strength by season (from {@link firstSeasonYear}) and round. Asks are remembered and may come in any order. */
export function strengthHistory(
  seed: number,
  code: string,
  club: number,
): (seasonYear: number, round: number) => Strength {
  const quality = drift(randomStream(seed, code, 'quality', club));
  const style = drift(randomStream(seed, code, 'style', club));
  const step = (): Strength => {
    const q = quality.next().value;
    const s = style.next().value;
    return { attack: qualityScale * q + styleScale * s, defence: qualityScale * q - styleScale * s };
  };
  const path: Strength[] = [];
  return (seasonYear, round) => {
    const at = (seasonYear - firstSeasonYear) * (roundsInASeason + roundsInASummer) + round;
    while (path.length <= at) path.push(step());
    const strength = path[at];
    if (strength === undefined) throw new RangeError(`There is no round ${round} in ${seasonYear}.`);
    return strength;
  };
}
