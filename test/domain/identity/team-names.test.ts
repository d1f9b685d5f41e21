import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areAlike, nameSimilarity, normaliseTeamName } from '../../../domain/identity/team-names.js';

describe('a normalised name', () => {
  it.each([
    ['Arsenal FC', 'Arsenal'],
    ['AFC Bournemouth', 'Bournemouth'],
    ['1. FC Köln', 'FC Koln'],
    ['Bayer 04 Leverkusen', 'Leverkusen'],
    ['FC Red Bull Salzburg', 'Salzburg'],
    ['TSG 1899 Hoffenheim', 'Hoffenheim'],
    ['Club Brugge KV', 'club brugge'],
    ['Brøndby IF', 'Brondby'],
    ["Nott'm Forest", 'Nottm Forest'],
    ['Saint–Étienne', 'Saint-Etienne'],
  ])('is the same for %s and %s', (a, b) => {
    expect(normaliseTeamName(a)).toBe(normaliseTeamName(b));
  });

  it.each([
    ['Manchester United', 'Manchester City'],
    ['Dundee', 'Dundee United'],
    ['Barcelona', 'Barcelona B'],
    ['Bayern München', 'Bayern München II'],
    ['Paris FC', 'Paris SG'],
  ])('tells %s from %s', (a, b) => {
    expect(normaliseTeamName(a)).not.toBe(normaliseTeamName(b));
  });

  it('of a club that is all form is what it is', () => {
    expect(normaliseTeamName('FC 08')).toBe('fc 08');
  });

  it('normalised again is itself, and of anything with a letter is not empty', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const once = normaliseTeamName(name);
        expect(normaliseTeamName(once)).toBe(once);
        if (/[\p{L}\p{N}]/u.test(name.normalize('NFD').replace(/\p{M}/gu, ''))) expect(once).not.toBe('');
      }),
    );
  });
});

describe('likeness', () => {
  it('is 1 for the same name, symmetric, and between 0 and 1', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(nameSimilarity(a, a)).toBe(1);
        expect(nameSimilarity(a, b)).toBe(nameSimilarity(b, a));
        expect(nameSimilarity(a, b)).toBeGreaterThanOrEqual(0);
        expect(nameSimilarity(a, b)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([
    ['Man United', 'Manchester United FC'],
    ['Inter', 'FC Internazionale Milano'],
    ['Wolves', 'Wolverhampton Wanderers FC'],
    ['Tottenham', 'Tottenham Hotspur FC'],
  ])('makes a person look at %s and %s', (a, b) => {
    expect(areAlike(a, b)).toBe(true);
  });

  it.each([
    ['Arsenal', 'Chelsea'],
    ['Ath Bilbao', 'Real Sociedad'],
  ])('leaves %s and %s alone', (a, b) => {
    expect(areAlike(a, b)).toBe(false);
  });
});
