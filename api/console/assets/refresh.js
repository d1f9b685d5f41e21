/** Whether somebody is writing something that a new reading would take away. */
export function isBusy() {
  const fields = document.querySelectorAll('main form[data-action] :is(input:not([type=hidden]), select)');
  return [...fields].some((field) =>
    field.type === 'checkbox'
      ? field.checked !== field.defaultChecked
      : field.tagName === 'SELECT'
        ? field.selectedIndex > 0
        : field.value !== field.defaultValue,
  );
}

let latest = 0;

/** Reads a page anew and puts its main part in the place of this one; what was unfolded and what had the focus stay so. */
export async function readAnew(url = location.href) {
  const turn = (latest += 1);
  const answer = await fetch(url, { headers: { accept: 'text/html' } });
  if (answer.redirected && new URL(answer.url).pathname === '/console/login') {
    location.assign(answer.url);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (turn !== latest) return;
  const main = document.getElementById('main');
  const fresh = page.getElementById('main');
  if (fresh === null) return;
  const unfolded = [...main.querySelectorAll('details[open][id]')].map(({ id }) => id);
  const focused = main.contains(document.activeElement) ? document.activeElement.id : '';
  main.replaceChildren(...fresh.childNodes);
  document.title = page.title;
  for (const id of unfolded) {
    const part = document.getElementById(id);
    if (part !== null) part.open = true;
  }
  document.dispatchEvent(new Event('touchline:read-anew'));
  if (focused !== '') document.getElementById(focused)?.focus({ preventScroll: true });
}
