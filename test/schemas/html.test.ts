import { expect, it } from 'vitest';
import { html, trusted } from '../../schemas/html.js';

it('a text is escaped wherever it stands, and HTML of ours is not escaped twice', () => {
  const name = `<b title='x'>"&`;
  expect(html`<p title="${name}">${[name, html`<i>${1}</i>`]}${null}${undefined}</p>`.text).toBe(
    '<p title="&lt;b title=&#39;x&#39;&gt;&quot;&amp;">&lt;b title=&#39;x&#39;&gt;&quot;&amp;<i>1</i></p>',
  );
  expect(html`${trusted('<svg/>')}`.text).toBe('<svg/>');
});
