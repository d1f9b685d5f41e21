import { z } from 'zod';
import { InvariantBroken } from '../../../schemas/errors.js';
import type { Player, ToldLineup } from '../../../schemas/records/live.js';
import { entries, flatten, type Entries, type EntryReading } from '../wire/contract.js';
import type { Endpoint, WireRequest } from '../wire/endpoint.js';
import { shortText } from '../wire/short-text.js';
import { readAnswer } from './answer.js';
import { id, idText, list, name, notRead, sideOf, Team, text, tidy, tidyOrNull } from './wire-fields.js';

/** Of one match, by the provider's id. */
export interface LineupsQuery {
  readonly fixture: string;
}

const notShirtNumber = 'is not a shirt number';

const LinedUp = z.object({
  player: z.object({
    id: id.nullish(),
    name,
    number: z.int(notShirtNumber).nonnegative(notShirtNumber).nullish(),
    pos: text.nullish(),
    grid: notRead,
  }),
});

/** One side, by https://www.api-football.com/documentation-v3#tag/Fixtures/operation/get-fixtures-lineups. */
const LineupEntry = z.object({
  team: Team.extend({ colors: notRead }),
  formation: text.nullish(),
  startXI: z.array(LinedUp, 'is not a list').nullish(),
  substitutes: z.array(LinedUp, 'is not a list').nullish(),
  coach: z.object({ id: notRead, name: text.nullish(), photo: notRead }).nullish(),
});

/** A side whose players are read one by one: of eleven, one that cannot be read leaves ten. */
const Listed = LineupEntry.extend({
  startXI: list.nullish(),
  substitutes: list.nullish(),
});

/**
 * `/fixtures/lineups`: nothing until they are published, then a record for each side. Which match it is stands in the request alone: an
 * entry names only its team.
 */
export const lineups: Endpoint<LineupsQuery, ToldLineup> = {
  kind: 'lineups',
  request: ({ fixture }) => ({ path: '/fixtures/lineups', parameters: { fixture }, cost: 1 }),
  read: (body, request, now) =>
    readAnswer({ body, request, now }, LineupEntry, (response) => readSides(response, matchOf(request))),
};

function matchOf({ parameters }: WireRequest): string {
  const match = parameters['fixture'];
  if (match === undefined) throw new InvariantBroken('A question for line-ups names no match');
  return match;
}

function readSides(response: readonly unknown[], externalId: string): Entries<ToldLineup> {
  const sides = entries(response, {
    place: 'response',
    shape: Listed,
    toRecord: (side, place) => toLineup(side, place, externalId),
  });
  return {
    told: sides.told.map(({ record, raw }) => ({ record: record.lineup, raw })),
    rejected: [
      ...sides.rejected,
      ...sides.told.flatMap(({ record, raw }) => record.rejected.map((part) => ({ ...part, raw }))),
    ],
  };
}

type Side = z.infer<typeof Listed>;
type SideReading = { readonly lineup: ToldLineup } & Pick<Entries<Player>, 'rejected'>;

function toLineup(side: Side, place: string, externalId: string): EntryReading<SideReading> {
  const starting = readPlayers(side.startXI, `${place}.startXI`);
  const bench = readPlayers(side.substitutes, `${place}.substitutes`);
  return {
    record: {
      lineup: {
        externalId,
        team: sideOf(side.team),
        formation: tidyOrNull(side.formation),
        coach: tidyOrNull(side.coach?.name),
        starting: starting.told.map(({ record }) => record),
        bench: bench.told.map(({ record }) => record),
      },
      rejected: [...starting.rejected, ...bench.rejected],
    },
  };
}

const readPlayers = (list: readonly unknown[] | null | undefined, place: string): Entries<Player> =>
  flatten(entries(list ?? [], { place, shape: LinedUp, toRecord: toPlayer }));

const positions: ReadonlyMap<string, Player['position']> = new Map([
  ['G', 'goalkeeper'],
  ['D', 'defender'],
  ['M', 'midfielder'],
  ['F', 'forward'],
]);

/** A position that the documentation does not have is a rejected part of its own: the player is lined up all the same. */
function toPlayer({ player }: z.infer<typeof LinedUp>, place: string): EntryReading<Entries<Player>> {
  const written = tidyOrNull(player.pos);
  const position = written === null ? null : positions.get(written);
  const record: Player = {
    externalId: idText(player.id),
    name: tidy(player.name),
    // Nobody wears 0: the provider has no number then.
    shirtNumber: player.number === 0 ? null : (player.number ?? null),
    position: position ?? null,
  };
  const unknownPosition = {
    field: `${place}.player.pos`,
    text: shortText(player.pos),
    reason: 'is not a position',
    raw: player,
  };
  return {
    record: {
      told: [{ record, raw: player }],
      rejected: position === undefined ? [unknownPosition] : [],
    },
  };
}
