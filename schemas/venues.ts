/** A point on earth, in degrees; two places are about a kilometre, a tenth of what a forecast tells apart. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

type Ground = readonly [latitude: number, longitude: number, ...clubs: readonly string[]];
type Grounds = Readonly<Record<string, Ground>>;

/**
 * Where grounds are, by country and name, and whose homes they are, by the names that sources without grounds give the clubs. No source of matches tells
 * a place, and those without a key tell no ground either. Only grounds whose place is beyond doubt stand here; of the others no weather is
 * asked. A name counts within its country alone, in whatever letters it is written.
 */
const groundsOf: Readonly<Record<string, Grounds>> = {
  England: {
    Anfield: [53.43, -2.96, 'Liverpool', 'Liverpool FC'],
    'Emirates Stadium': [51.55, -0.11, 'Arsenal', 'Arsenal FC'],
    'Villa Park': [52.51, -1.88, 'Aston Villa', 'Aston Villa FC'],
    'Stamford Bridge': [51.48, -0.19, 'Chelsea', 'Chelsea FC'],
    'Selhurst Park': [51.4, -0.09, 'Crystal Palace', 'Crystal Palace FC'],
    'Craven Cottage': [51.47, -0.22, 'Fulham', 'Fulham FC'],
    'Elland Road': [53.78, -1.57, 'Leeds', 'Leeds United', 'Leeds United FC'],
    'Etihad Stadium': [53.48, -2.2, 'Man City', 'Manchester City', 'Manchester City FC'],
    'Old Trafford': [53.46, -2.29, 'Man United', 'Manchester United', 'Manchester United FC'],
    "St. James' Park": [54.98, -1.62, 'Newcastle', 'Newcastle United', 'Newcastle United FC'],
    'Stadium of Light': [54.91, -1.39, 'Sunderland', 'Sunderland AFC'],
    'Tottenham Hotspur Stadium': [51.6, -0.07, 'Tottenham', 'Tottenham Hotspur', 'Tottenham Hotspur FC'],
    'London Stadium': [51.54, -0.02, 'West Ham', 'West Ham United', 'West Ham United FC'],
    'Turf Moor': [53.79, -2.23, 'Burnley', 'Burnley FC'],
    'Goodison Park': [53.44, -2.97],
    'Hill Dickinson Stadium': [53.43, -3.0, 'Everton', 'Everton FC'],
    'Molineux Stadium': [52.59, -2.13, 'Wolves', 'Wolverhampton Wanderers', 'Wolverhampton Wanderers FC'],
    'Vitality Stadium': [50.74, -1.84, 'Bournemouth', 'AFC Bournemouth'],
    'Gtech Community Stadium': [51.49, -0.29, 'Brentford', 'Brentford FC'],
    'American Express Stadium': [
      50.86,
      -0.08,
      'Brighton',
      'Brighton & Hove Albion',
      'Brighton & Hove Albion FC',
    ],
    'The City Ground': [52.94, -1.13, "Nott'm Forest", 'Nottingham Forest', 'Nottingham Forest FC'],
    'King Power Stadium': [52.62, -1.14, 'Leicester', 'Leicester City', 'Leicester City FC'],
    "St. Mary's Stadium": [50.91, -1.39, 'Southampton', 'Southampton FC'],
    'Portman Road': [52.06, 1.15, 'Ipswich', 'Ipswich Town', 'Ipswich Town FC'],
  },
  Germany: {
    'Allianz Arena': [48.22, 11.62, 'Bayern Munich', 'Bayern München', 'FC Bayern München'],
    'Signal Iduna Park': [51.49, 7.45, 'Dortmund', 'Borussia Dortmund'],
    BayArena: [51.04, 7.0, 'Leverkusen', 'Bayer Leverkusen', 'Bayer 04 Leverkusen'],
    'Olympiastadion Berlin': [52.51, 13.24, 'Hertha', 'Hertha BSC'],
    Volksparkstadion: [53.59, 9.9, 'Hamburg', 'Hamburger SV'],
    RheinEnergieStadion: [50.93, 6.87, 'FC Koln', '1. FC Köln'],
  },
  Spain: {
    'Estadio Santiago Bernabéu': [40.45, -3.69, 'Real Madrid', 'Real Madrid CF'],
    'Camp Nou': [41.38, 2.12, 'Barcelona', 'FC Barcelona'],
  },
  Italy: {
    'Stadio Giuseppe Meazza': [45.48, 9.12, 'Milan', 'AC Milan', 'Inter', 'FC Internazionale Milano'],
    'Stadio Olimpico': [41.93, 12.45, 'Lazio', 'SS Lazio', 'Roma', 'AS Roma'],
    'Allianz Stadium': [45.11, 7.64, 'Juventus', 'Juventus FC'],
  },
  France: {
    'Parc des Princes': [48.84, 2.25, 'Paris SG', 'Paris Saint-Germain', 'Paris Saint-Germain FC'],
    'Stade Vélodrome': [43.27, 5.4, 'Marseille', 'Olympique Marseille', 'Olympique de Marseille'],
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

const places = new Map<string, Place>();
const homes = new Map<string, Place>();
for (const [country, grounds] of Object.entries(groundsOf)) {
  for (const [name, [latitude, longitude, ...clubs]] of Object.entries(grounds)) {
    const place = { latitude, longitude };
    places.set(`${country}/${plain(name)}`, place);
    for (const club of clubs) homes.set(`${country}/${plain(club)}`, place);
  }
}

/** Where a ground of a country is; undefined where nobody declared it. */
export const placeOfVenue = (country: string, name: string): Place | undefined =>
  places.get(`${country}/${plain(name)}`);

/** Where a club of a country plays at home, by any of its names; undefined where nobody declared it, or its names lead to several places. */
export function placeOfHome(country: string, names: readonly string[]): Place | undefined {
  const found = new Set(names.map((name) => homes.get(`${country}/${plain(name)}`)));
  found.delete(undefined);
  const [place, another] = found;
  return another === undefined ? place : undefined;
}

/** The grounds of the simulated league, in the order of its clubs. */
export const simulatedGrounds: readonly string[] = Object.keys(groundsOf['Simulated'] ?? {});
