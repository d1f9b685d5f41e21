import { afterAll, beforeAll, expect, it } from 'vitest';
import { findProcesses } from '../../adapters/embedded/processes.js';
import { startTouchline } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';

let home: TestFolder;
beforeAll(async () => {
  home = await makeTestFolder();
});
afterAll(() => home.remove());

it.each([
  ['as it is started', /Importing/],
  ['while it goes on', /import-history.* s\b|Importing[^]*\n.+\d/],
])(
  'a demo that is interrupted %s says which job goes on in a sentence, and leaves no process behind',
  async (_, when) => {
    const command = startTouchline(['demo'], { TOUCHLINE_HOME: home.path, API_PORT: '0' });
    await command.said(when);
    command.signal('SIGINT');
    const { code, stderr } = await command.ended;
    expect(stderr).toMatch(/Interrupted while import-history was running/);
    expect(stderr).not.toMatch(/node_modules|Uncaught/);
    expect(code).toBe(1);
    const left = (await findProcesses([])).map(({ words }) => words.join(' '));
    expect(left.filter((line) => line.includes(home.path))).toEqual([]);
  },
  240_000,
);
