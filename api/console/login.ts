import { z } from 'zod';
import { told } from '../../schemas/api/envelope.js';
import { html } from '../../schemas/html.js';
import { keyCookie } from '../access/guard.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { KeyMissing } from '../problems.js';
import { pageAsked, sendPage } from './page.js';

const cookie = (value: string, protocol: string, more = ''): string =>
  `${keyCookie}=${value}; Path=/; HttpOnly; SameSite=Strict${protocol === 'https' ? '; Secure' : ''}${more}`;

const Body = z.strictObject({
  key: z
    .string()
    .trim()
    .regex(/^[\w-]{1,100}$/, 'that is no key'),
});

/** Where a person gives a key: the browser keeps it where no script reads it. */
export function loginRoutes(app: ApiServer, { keyring }: ApiDeps): void {
  app.get(
    '/console/login',
    {
      config: { access: 'public' },
      schema: { hide: true, querystring: z.object({ next: z.string().max(500).optional() }) },
    },
    ({ query: { next } }, reply) =>
      sendPage(reply, {
        ...{ title: 'Log in', place: '/console/login', caller: null, simulated: [] },
        body: html`<section class="narrow">
          <p>A key is needed here. Whoever runs this house makes one:</p>
          <p><code>touchline keys create &lt;name&gt; --role reader</code></p>
          <form
            class="action"
            method="post"
            action="/console/login"
            aria-label="Log in"
            data-action
            data-then="${pageAsked({ url: next ?? '' })}"
          >
            <fieldset disabled>
              <label class="field"
                ><span>Key</span
                ><input name="key" type="password" autocomplete="current-password" data-kind="text" required
              /></label>
              <button>Log in</button>
            </fieldset>
            <p class="answer" role="status"></p>
          </form>
        </section>`,
      }),
  );

  app.post(
    '/console/login',
    { config: { access: 'public' }, schema: { hide: true, body: Body } },
    async ({ body: { key }, protocol }, reply) => {
      const found = await keyring.find(key);
      if (found === undefined) {
        throw new KeyMissing('The key is not known, or gives no rights any more', {
          advice: 'touchline keys list names the keys that do.',
        });
      }
      return reply
        .header('set-cookie', cookie(key, protocol))
        .send(told({ name: found.name, role: found.role }));
    },
  );

  app.post(
    '/console/logout',
    { config: { access: 'public' }, schema: { hide: true } },
    ({ protocol }, reply) => reply.header('set-cookie', cookie('', protocol, '; Max-Age=0')).send(told({})),
  );
}
