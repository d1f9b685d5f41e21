import type { ServingVersions } from '../../schemas/records/model.js';

const spread = 2 ** 32;

/**
 * A number of [0, 1) by a match's id: the same wherever and whenever it is asked, and as good as chance over neighbouring ids.
 * Source: the finaliser of MurmurHash3 (A. Appleby), over both halves of the id.
 */
function placeOf(matchId: number): number {
  const mix = (value: number): number => {
    let h = value;
    h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
    return (h ^ (h >>> 16)) >>> 0;
  };
  return mix(mix(Math.floor(matchId / spread)) ^ (matchId % spread)) / spread;
}

/** The version that serves a match (MODEL-11): by its id alone, so that a match is told the same as long as the split stands. */
export const servedVersion = (matchId: number, { production, split }: ServingVersions): number =>
  split !== null && placeOf(matchId) < split.share ? split.version : production;
