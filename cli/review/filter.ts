import { z } from 'zod';
import type { FindingFilter } from '../../adapters/postgres/review/queue.js';
import { ReviewStatus } from '../../schemas/records/review.js';
import type { Parameter } from '../command.js';
import { List, SeasonOption } from '../settings.js';

const openStatuses: readonly ReviewStatus[] = ['logged', 'in_review'];
/** Nobody has decided about it yet. */
export const isOpen = (status: ReviewStatus): boolean => openStatuses.includes(status);

/** The options that choose findings. */
export const filterOptions: readonly Parameter[] = [
  {
    flags: '--status <list>',
    about: `states, of ${ReviewStatus.options.join(', ')}`,
    otherwise: openStatuses.join(','),
  },
  { flags: '--type <type>', about: 'the kind of finding, as held or implied_total_out_of_bounds' },
  { flags: '--table <name>', about: 'the table it is about, as matches or odds' },
  { flags: '--source <name>', about: 'the source of its payload, as football_data' },
  { flags: '--league <code>', about: 'the league, as E0' },
  { flags: '--season <season>', about: 'the season, as 2122 or 2021-22' },
  { flags: '--bookmaker <name>', about: 'the bookmaker of a quote, as bet365' },
];

const StatusList = List.transform((parts, context) =>
  parts.flatMap((part) => {
    const status = ReviewStatus.safeParse(part);
    if (status.success) return [status.data];
    context.addIssue({
      code: 'custom',
      message: `${part} is no state: write some of ${ReviewStatus.options.join(', ')}`,
    });
    return [];
  }),
);

/** The settings that these options make. */
export const filterSettings = {
  status: StatusList.optional(),
  type: z.string().optional(),
  table: z.string().optional(),
  source: z.string().optional(),
  league: z.string().optional(),
  season: SeasonOption.optional(),
  bookmaker: z.string().optional(),
};

type Chosen = z.output<z.ZodObject<typeof filterSettings>>;

export const filterOf = ({
  status,
  type,
  table,
  source,
  league,
  season,
  bookmaker,
}: Chosen): FindingFilter => ({
  statuses: status ?? openStatuses,
  type,
  table,
  source,
  league,
  season,
  bookmaker,
});

/** Whether anything but the state narrows the choice. */
export const choosesFindings = ({ type, table, source, league, season, bookmaker }: Chosen): boolean =>
  [type, table, source, league, season, bookmaker].some((value) => value !== undefined);
