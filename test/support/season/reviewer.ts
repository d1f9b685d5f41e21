import type pg from 'pg';
import { openSuggestions, type OpenSuggestion } from '../suggestions.js';
import { touchlineHere } from '../command-line.js';
import type { ClubNamed } from './club-names.js';

/** Answers what the house asks about names, from what the simulator knows and by the command that a person uses. */
export class Reviewer {
  /** How many questions were answered. */
  answered = 0;
  readonly #pool: pg.Pool;
  readonly #clubNamed: ClubNamed;
  readonly #environment: Record<string, string>;

  constructor(pool: pg.Pool, clubNamed: ClubNamed, environment: Record<string, string>) {
    this.#pool = pool;
    this.#clubNamed = clubNamed;
    this.#environment = environment;
  }

  /** Answers every open question. Returns how many there were: the rows of these names wait for refine. */
  async answerAll(): Promise<number> {
    const questions = await openSuggestions({ pool: this.#pool });
    for (const question of questions) await this.#answer(question);
    this.answered += questions.length;
    return questions.length;
  }

  async #answer({ id, name }: OpenSuggestion): Promise<void> {
    const team = await this.#teamOf(this.#clubNamed(name));
    const whose = team === undefined ? ['--new'] : ['--team', String(team)];
    const why = ['--by', 'reviewer', '--why', 'as the simulator knows it'];
    const args = ['review', 'resolve', String(id), ...whose, ...why];
    const { code, stderr } = await touchlineHere(args, this.#environment);
    if (code !== 0) throw new Error(`The question about ${name} was not answered: ${stderr}`);
  }

  /** The team that the house has of a club. */
  async #teamOf(club: string | undefined): Promise<number | undefined> {
    const { rows } = await this.#pool.query<{ id: number; name: string }>(
      'select id, name from teams order by id',
    );
    return rows.find(({ name }) => club !== undefined && this.#clubNamed(name) === club)?.id;
  }
}
