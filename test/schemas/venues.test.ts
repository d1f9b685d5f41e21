import { expect, it } from 'vitest';
import { placeOfHome, placeOfVenue } from '../../schemas/venues.js';

it('a club plays at its ground, by whichever of its names and in whatever letters', () => {
  const anfield = placeOfVenue('England', 'Anfield');
  expect(anfield).toBeDefined();
  for (const name of ['Liverpool', 'Liverpool FC', 'LIVERPOOL']) {
    expect(placeOfHome('England', [name])).toEqual(anfield);
  }
  expect(placeOfHome('Germany', ['FC Bayern Munchen'])).toEqual(placeOfVenue('Germany', 'Allianz Arena'));
  expect(placeOfHome('Italy', ['AC Milan', 'Milan', 'Inter'])).toEqual(
    placeOfVenue('Italy', 'Stadio Giuseppe Meazza'),
  );
});

it('of an unknown club, a club of another country, and names that lead to two grounds no place is known', () => {
  expect(placeOfHome('England', ['Plymouth'])).toBeUndefined();
  expect(placeOfHome('Spain', ['Liverpool'])).toBeUndefined();
  expect(placeOfHome('England', ['Liverpool', 'Everton'])).toBeUndefined();
  expect(placeOfHome('England', [])).toBeUndefined();
});
