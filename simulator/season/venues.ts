import { randomStream } from '../random.js';

/** A club's ground. */
export interface Venue {
  readonly id: number;
  readonly name: string;
  readonly city: string;
  /** Degrees, to two places. */
  readonly latitude: number;
  readonly longitude: number;
}

const kinds = ['Park', 'Lane', 'Road', 'Stadium', 'Ground'];

const toTwoPlaces = (value: number): number => Math.round(value * 100) / 100;

/** The ground of a club by its place in the league's list; somewhere between the Channel and the Tweed. */
export function venueOf(seed: number, club: number, name: string): Venue {
  const random = randomStream(seed, 'venue', club);
  const city = name.split(' ')[0] ?? name;
  return {
    id: 7000 + club + 1,
    name: `${city} ${kinds[random.below(kinds.length)] ?? 'Park'}`,
    city,
    latitude: toTwoPlaces(50.8 + 4.4 * random.uniform()),
    longitude: toTwoPlaces(-3 + 3.5 * random.uniform()),
  };
}
