import type { CollectedQuote } from '../../schemas/records/collected-match.js';
import { median } from './market-view.js';

/** Of two quotes that differ nobody can say which is wrong, so that there must be this many others. */
const fewestOthers = 3;
/** How far a chance may lie from the median of the others', as a difference of chances and as one of log odds; both count. Bookmakers do differ by a tenth. */
const farInChance = 0.12;
const farInLogOdds = 0.45;
/** A long shot's chance is small whatever its price: this far in log odds counts alone. */
const farAlone = 1.1;
/** Exchanged sides differ less where the sides are alike: then each must be the other's, as near as this. */
const exchangedApart = 0.055;
const exchangedNear = 0.02;

/** A quote that no other shares: which of its prices, and what the others make of it. */
export interface UnlikeOthers {
  readonly quote: CollectedQuote;
  readonly leg: string;
  /** Its chance by this quote, its margin out. */
  readonly chance: number;
  /** The median of the others. */
  readonly others: number;
}

const legs = {
  '1x2': ['home', 'draw', 'away'],
  over_under: ['over', 'under'],
  asian_handicap: ['home', 'away'],
} as const;

const logOdds = (chance: number): number => Math.log(chance / (1 - chance));

function chancesOfQuote(quote: CollectedQuote): readonly number[] | undefined {
  const implied: number[] = [];
  for (const leg of legs[quote.market]) {
    const price = quote[leg];
    if (price === null || !(price > 1)) return undefined;
    implied.push(1 / price);
  }
  const total = implied.reduce((sum, one) => sum + one, 0);
  return implied.map((one) => one / total);
}

/**
 * The quotes of one match that lie far from all others of the same market, line and phase: prices of another match, with exchanged sides or a
 * shifted point. Averages count among the others. Total on every input.
 */
export function quotesUnlikeOthers(quotes: readonly CollectedQuote[]): readonly UnlikeOthers[] {
  const unlike: UnlikeOthers[] = [];
  for (const group of groupsOf(quotes)) {
    if (group.length <= fewestOthers || areAlike(group)) continue;
    for (const one of group) {
      // A maximum is that of one bookmaker: what is wrong with it is wrong there.
      if (one.quote.bookmaker === 'market_maximum') continue;
      const others = group.filter((other) => other !== one);
      const compared = one.chances.map((chance, place) => ({
        ...{ leg: legs[one.quote.market][place] ?? '', chance },
        others: median(others.map(({ chances }) => chances[place] ?? NaN)),
      }));
      const found = isExchanged(compared)
        ? compared[0]
        : compared.find(({ chance, others: usual }) => isFar(chance, usual));
      if (found !== undefined) unlike.push({ quote: one.quote, ...found });
    }
  }
  return unlike;
}

interface Quoted {
  readonly quote: CollectedQuote;
  readonly chances: readonly number[];
}

/** The quotes that can be compared: of one market, line and phase. */
function groupsOf(quotes: readonly CollectedQuote[]): Iterable<readonly Quoted[]> {
  const groups = new Map<string, Quoted[]>();
  for (const quote of quotes) {
    const chances = chancesOfQuote(quote);
    if (chances === undefined) continue;
    const name = quote.market + quote.phase + String(quote.line);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [{ quote, chances }]);
    else group.push({ quote, chances });
  }
  return groups.values();
}

/** Whether the first and the last outcome have each other's chance. */
function isExchanged(compared: readonly { readonly chance: number; readonly others: number }[]): boolean {
  const [first] = compared;
  const last = compared.at(-1);
  if (first === undefined || last === undefined) return false;
  return (
    Math.abs(first.chance - first.others) > exchangedApart &&
    Math.abs(first.chance - last.others) < exchangedNear &&
    Math.abs(last.chance - first.others) < exchangedNear
  );
}

function isFar(chance: number, usual: number): boolean {
  const inLogOdds = Math.abs(logOdds(chance) - logOdds(usual));
  return inLogOdds > farAlone || (inLogOdds > farInLogOdds && Math.abs(chance - usual) > farInChance);
}

/** Where the highest and the lowest are not far from each other, none is from a median. */
function areAlike(group: readonly Quoted[]): boolean {
  const places = group[0]?.chances.length ?? 0;
  for (let place = 0; place < places; place += 1) {
    let [least, most] = [1, 0];
    for (const { chances } of group) {
      const chance = chances[place] ?? NaN;
      if (chance < least) least = chance;
      if (chance > most) most = chance;
    }
    if (isFar(least, most) || most - least > exchangedApart) return false;
  }
  return true;
}
