import { z } from 'zod';
import { command } from './command.js';

export const down = command({
  path: ['down'],
  summary: 'end what runs for this home',
  description: [
    'Ends the workers, Temporal and Postgres of this home, whoever started them, also where their supervisor was killed.',
    'Jobs that run are not lost: they go on when the home is up again.',
  ].join('\n'),
  examples: ['touchline down'],
  json: '{"outcome"}: "closed", or "nothing ran".',
  settings: z.object({}),
  async run(_, { config, output }) {
    const { closeStackOf } = await import('../adapters/embedded/stack.js');
    const outcome = await closeStackOf(config.home);
    await output.result({ outcome }, () => (outcome === 'closed' ? 'Everything has ended.' : 'Nothing ran.'));
    return 0;
  },
});
