/** A point on earth, in degrees; two places are about a kilometre, a tenth of what a forecast tells apart. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

type Grounds = Readonly<Record<string, readonly [latitude: number, longitude: number]>>;

/**
 * Where grounds are, by country and name: no source of matches tells it. Only grounds whose place is beyond doubt stand here; of the others no
 * weather is asked. A name counts within its country alone, in whatever letters it is written.
 */
const groundsOf: Readonly<Record<string, Grounds>> = {
  England: {
    Anfield: [53.43, -2.96],
    'Emirates Stadium': [51.55, -0.11],
    'Villa Park': [52.51, -1.88],
    'Stamford Bridge': [51.48, -0.19],
    'Selhurst Park': [51.4, -0.09],
    'Craven Cottage': [51.47, -0.22],
    'Elland Road': [53.78, -1.57],
    'Etihad Stadium': [53.48, -2.2],
    'Old Trafford': [53.46, -2.29],
    "St. James' Park": [54.98, -1.62],
    'Stadium of Light': [54.91, -1.39],
    'Tottenham Hotspur Stadium': [51.6, -0.07],
    'London Stadium': [51.54, -0.02],
    'Turf Moor': [53.79, -2.23],
    'Goodison Park': [53.44, -2.97],
    'Molineux Stadium': [52.59, -2.13],
  },
  Germany: {
    'Allianz Arena': [48.22, 11.62],
    'Signal Iduna Park': [51.49, 7.45],
    BayArena: [51.04, 7.0],
    'Olympiastadion Berlin': [52.51, 13.24],
    Volksparkstadion: [53.59, 9.9],
    RheinEnergieStadion: [50.93, 6.87],
  },
  Spain: {
    'Estadio Santiago Bernabéu': [40.45, -3.69],
    'Camp Nou': [41.38, 2.12],
  },
  Italy: {
    'Stadio Giuseppe Meazza': [45.48, 9.12],
    'Stadio Olimpico': [41.93, 12.45],
    'Allianz Stadium': [45.11, 7.64],
  },
  France: {
    'Parc des Princes': [48.84, 2.25],
    'Stade Vélodrome': [43.27, 5.4],
  },
  // The grounds of the simulator, which takes them from here.
  Simulated: {
    'Aldermoor Road': [54.97, -1.62],
    'Brackwater Park': [51.12, -1.12],
    'Caldmere Road': [53.36, 0.18],
    'Dunholt Lane': [50.96, -1.48],
    'Eastfen Park': [51.86, -1.07],
    'Farholme Park': [54.44, -2.57],
    'Greyhaven Lane': [53.57, -0.96],
    'Hollowford Park': [53.34, -1.61],
    'Inverlode Lane': [51.0, 0.0],
    'Jarrowmere Road': [52.64, -1.11],
    'Kestrel Ground': [52.16, -0.14],
    'Langthorne Lane': [51.25, -1.0],
    'Marlhaven Lane': [52.44, -1.08],
    'Northolm Park': [53.28, -0.83],
    'Oxcombe Stadium': [53.79, -1.5],
    'Pellworth Road': [52.85, 0.23],
    'Quarrybank Road': [52.12, -0.22],
    'Ravensmoor Lane': [51.16, -1.95],
    'Selwater Stadium': [54.65, -0.45],
    'Thornbeck Road': [53.48, -2.74],
  },
};

/** `St. James' Park` and `St James’ Park` are one name. */
const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase();

const places: ReadonlyMap<string, Place> = new Map(
  Object.entries(groundsOf).flatMap(([country, grounds]) =>
    Object.entries(grounds).map(
      ([name, [latitude, longitude]]) => [`${country}/${plain(name)}`, { latitude, longitude }] as const,
    ),
  ),
);

/** Where a ground of a country is; undefined where nobody declared it. */
export const placeOfVenue = (country: string, name: string): Place | undefined =>
  places.get(`${country}/${plain(name)}`);

/** The grounds of the simulated league, in the order of its clubs. */
export const simulatedGrounds: readonly string[] = Object.keys(groundsOf['Simulated'] ?? {});
