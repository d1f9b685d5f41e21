import { placeOfVenue, simulatedGrounds } from '../../schemas/venues.js';

/** A club's ground. */
export interface Venue {
  readonly id: number;
  readonly name: string;
  readonly city: string;
  /** Degrees, to two places. */
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * The ground of a club by its place in the league's list: declared with all others, since no provider tells where a ground is.
 * Throws a RangeError where the league has no such club.
 */
export function venueOf(club: number): Venue {
  const name = simulatedGrounds[club];
  const place = name === undefined ? undefined : placeOfVenue('Simulated', name);
  if (name === undefined || place === undefined)
    throw new RangeError(`No ground is declared for club ${club}.`);
  return { id: 7000 + club + 1, name, city: name.split(' ')[0] ?? name, ...place };
}
