import { TouchlineError } from '../schemas/errors.js';

/** The command was called wrongly: exit code 2. The message or the advice says what is accepted. */
export class BadUsage extends TouchlineError {
  readonly remedy = 'fix-input';
}
