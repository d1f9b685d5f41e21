import type { OutcomeClass, PriceTriple } from '../../schemas/records/probabilities.js';
import { shin } from '../odds/devig.js';

/**
 * Closing-line value of a pick: ln of the chance that the closing prices give the picked result over the chance that the prices gave it when it was picked, the margins
 * taken out by Shin. Positive where the market moved towards the pick afterwards; .05 is a price that was 5 % better than the close. Closing prices are the best forecast there
 * is, so it says with fewer matches than results do whether picks are worth more than their prices.
 *
 * Source: J. Buchdahl, Squares & Sharps, Suckers & Sharks (2016), on the closing line as the measure of a forecaster; here with fair chances instead of prices, so that
 * a margin that changes until the close moves nothing.
 */
export const closingLineValue = (pick: OutcomeClass, atPick: PriceTriple, closing: PriceTriple): number =>
  Math.log(shin(closing)[pick] / shin(atPick)[pick]);
