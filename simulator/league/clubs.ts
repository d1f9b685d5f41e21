import { randomStream } from '../random.js';

/** Clubs in a league: a double round-robin of 38 rounds. */
export const clubsInALeague = 20;

const simulatedLeague = [
  'Aldermoor Town',
  'Brackwater',
  'Caldmere City',
  'Dunholt Rovers',
  'Eastfen United',
  'Farholme Athletic',
  'Greyhaven',
  'Hollowford Wanderers',
  'Inverlode',
  'Jarrowmere',
  'Kestrel Bay',
  'Langthorne City',
  'Marlhaven',
  'Northolm Albion',
  'Oxcombe Vale',
  'Pellworth',
  'Quarrybank Rangers',
  'Ravensmoor',
  'Selwater Park',
  'Thornbeck United',
] as const;

const beginnings = [
  'Ash',
  'Birk',
  'Cold',
  'Dray',
  'Elm',
  'Fern',
  'Gorse',
  'Hazel',
  'Iron',
  'Lark',
  'Moss',
  'Rook',
];
const endings = ['bourne', 'cliffe', 'dale', 'field', 'gate', 'hurst', 'ley', 'marsh', 'stead', 'wick'];

/** The clubs of a league that never was. Clubs of leagues other than `SIM` carry its code, so that no two leagues share one. */
export function clubsOf(seed: number, code: string): readonly string[] {
  if (code === 'SIM') return simulatedLeague;
  const names = beginnings.flatMap((beginning) => endings.map((ending) => beginning + ending));
  return randomStream(seed, code, 'clubs')
    .shuffled(names)
    .slice(0, clubsInALeague)
    .map((name) => `${name} ${code}`)
    .sort();
}

/** The officials; how ready each is with a card is drawn by name. */
export const referees = [
  'A Penhallow',
  'B Okonjo',
  'C Strand',
  'D Ferrier',
  'E Lindqvist',
  'F Abernathy',
  'G Tolland',
  'H Marchetti',
  'I Wolstan',
  'J Quayle',
  'K Drummond',
  'L Savary',
] as const;
