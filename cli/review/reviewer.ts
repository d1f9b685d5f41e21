import { BadUsage } from '../bad-usage.js';
import type { CommandContext } from '../command.js';

/** Who decides: as told, else as configured. Throws {@link BadUsage} where nobody is. */
export function reviewerOf(by: string | undefined, { config }: Pick<CommandContext, 'config'>): string {
  const reviewer = by ?? config.reviewer;
  if (reviewer !== undefined) return reviewer;
  throw new BadUsage('The operating system has no name for its user', {
    setting: '--by <who>',
    advice: 'Say who decides with --by, or set TOUCHLINE_REVIEWER.',
  });
}
