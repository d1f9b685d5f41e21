import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTemporal, type TemporalServer } from '../../adapters/embedded/temporal.js';
import { ensureTemporal } from '../../adapters/embedded/tools/temporal.js';
import { guardTemporalUi } from '../../api/access/temporal-ui.js';
import { readConfig } from '../../config.js';
import { startApiProcess } from '../support/api-process.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';

/** SEC-7: Temporal's own console has no login of its own. The real one answers here where a console elsewhere is asked. */

const elsewhere = 'https://temporal.example';
let folder: TestFolder;
let temporal: TemporalServer;
let guarded: LocalServer;
beforeAll(async () => {
  [folder, guarded] = await Promise.all([makeTestFolder(), startLocalServer()]);
  temporal = await startTemporal({
    ...{ home: folder.path, program: await ensureTemporal(readConfig()), namespace: 'guarded' },
  });
});
afterAll(async () => {
  await temporal.stop();
  await guarded.close();
  await folder.remove();
});

/** Judges a console elsewhere that answers as the one at an address here does. */
async function judged(ui: string, protection: 'login' | 'network' | undefined, here: string) {
  const warned: string[] = [];
  const asked: string[] = [];
  const guarding = guardTemporalUi(
    { temporalUi: ui, temporalUiProtection: protection },
    {
      warn: (line) => warned.push(line),
      async ask(url) {
        asked.push(url);
        const answer = await fetch(url.replace(elsewhere, here), { redirect: 'manual' });
        await answer.body?.cancel();
        return answer.status;
      },
    },
  );
  await guarding;
  return { warned, asked };
}

describe('a console on this machine', () => {
  it.each(['http://127.0.0.1:8233', 'http://localhost:8233', 'http://[::1]:8233'])(
    '%s is a link, and nobody is asked',
    async (ui) => {
      expect(await judged(ui, undefined, temporal.ui)).toEqual({ warned: [], asked: [] });
    },
  );
});

describe('a console elsewhere', () => {
  it('is refused where nobody says what keeps strangers out', async () => {
    await expect(judged(elsewhere, undefined, temporal.ui)).rejects.toMatchObject({ name: 'BadInput' });
    await expect(judged('http://127.0.0.1.example:8233', undefined, temporal.ui)).rejects.toThrow(
      /strangers/,
    );
  });

  it('that is said to have a login and answers whoever asks is refused', async () => {
    await expect(judged(elsewhere, 'login', temporal.ui)).rejects.toThrow(/no login/);
    await expect(judged(`${elsewhere}/`, 'login', temporal.ui)).rejects.toThrow(/no login/);
  });

  it('whose login would cross the network in the clear is refused', async () => {
    await expect(judged('http://temporal.example', 'login', temporal.ui)).rejects.toThrow(/in the clear/);
  });

  it.each([
    [401, {}],
    [302, { location: 'https://login.example' }],
  ])('that answers a stranger with %i is linked to', async (status, headers) => {
    guarded.answer((_, response) => response.writeHead(status, headers).end());
    expect(await judged(elsewhere, 'login', guarded.url)).toEqual({
      ...{ warned: [], asked: [`${elsewhere}/api/v1/namespaces`] },
    });
  });

  it('that does not answer is linked to, and the log says that nobody could see', async () => {
    const { warned } = await judged(elsewhere, 'login', 'http://127.0.0.1:9');
    expect(warned.join()).toMatch(/Nobody could see/);
  });

  it('that only some reach is linked to', async () => {
    expect(await judged(elsewhere, 'network', temporal.ui)).toEqual({ warned: [], asked: [] });
  });
});

it('an API that is told of one without a word on strangers does not start', async () => {
  const starting = startApiProcess({
    ...{ databaseUrl: 'postgres://nobody@127.0.0.1:9/none', home: folder.path },
    environment: { TEMPORAL_UI: 'http://temporal.example:8233', TEMPORAL_UI_PROTECTION: '' },
  });
  await expect(starting).rejects.toThrow(/nobody says what keeps strangers out.*TEMPORAL_UI=/s);
});
