import { randomStream } from '../random.js';

export type Position = 'goalkeeper' | 'defender' | 'midfielder' | 'forward';

export interface Player {
  /** Unique in the league. */
  readonly id: number;
  readonly name: string;
  readonly shirtNumber: number;
  readonly position: Position;
}

export interface Squad {
  readonly players: readonly Player[];
  readonly coach: string;
}

const numbers: Readonly<Record<Position, number>> = {
  goalkeeper: 3,
  defender: 8,
  midfielder: 8,
  forward: 6,
};

const givenNames = [
  ...[
    'Aidan',
    'Bastien',
    'Callum',
    'Dario',
    'Elias',
    'Finn',
    'Goran',
    'Hugo',
    'Idris',
    'Jonas',
    'Kofi',
    'Luca',
  ],
  ...[
    'Mateo',
    'Nils',
    'Oisín',
    'Pavel',
    'Quentin',
    'Rafael',
    'Søren',
    'Tomás',
    'Umar',
    'Viktor',
    'Wesley',
    'Yann',
  ],
];
const familyNames = [
  ...[
    'Abara',
    'Bellweather',
    'Castellan',
    'Dunmore',
    'Eskola',
    'Fairbairn',
    'Grünwald',
    'Hartigan',
    'Ivarsson',
  ],
  ...[
    'Jokić-Hale',
    'Kerrigan',
    'Lindholm',
    'Moreau',
    'Nyström',
    "O'Farrell",
    'Pemberton',
    'Quiroga',
    'Rasmussen',
  ],
  ...['Sørli', 'Tavares', 'Underhill', 'Vasquez', 'Whitlock', 'Yilmaz', 'Zielinski'],
];

/** A club's players in a season. `club` is its place in the league's list. The same 25 men all season. */
export function squadOf(seed: number, club: number): Squad {
  const random = randomStream(seed, 'squad', club);
  const named = (): string =>
    `${givenNames[random.below(givenNames.length)] ?? ''} ${familyNames[random.below(familyNames.length)] ?? ''}`;
  const positions = (['goalkeeper', 'defender', 'midfielder', 'forward'] as const).flatMap((position) =>
    Array<Position>(numbers[position]).fill(position),
  );
  return {
    coach: named(),
    players: positions.map((position, index) => ({
      id: 500_000 + club * 100 + index + 1,
      name: named(),
      shirtNumber: index + 1,
      position,
    })),
  };
}
