import { expect, it } from 'vitest';
import {
  adviceOn,
  BadInput,
  ContractBroken,
  DependencyAway,
  describeError,
  QuotaExhausted,
} from '../../schemas/errors.js';

it.each([
  new DependencyAway('The server answered 503'),
  new QuotaExhausted('No requests are left', {}),
  new BadInput('There is no match 7'),
  new ContractBroken('The answer has another shape'),
])('an error without advice of its own gives that of its remedy: $name', (error) => {
  expect(adviceOn(error)).toMatch(/^(Wait|Correct|Report)\b.*\.$/);
  expect(describeError(error)).toBe(`${error.message}\n${adviceOn(error)}`);
});

it('the advice that an error gives itself stands alone', () => {
  const error = new BadInput('There is no source betsnow', { advice: 'Use one of: odds_api.' });
  expect(describeError(error)).toBe('There is no source betsnow\nUse one of: odds_api.');
});
