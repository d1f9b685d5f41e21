import { readAnew } from './refresh.js';

/** What a field says as JSON; undefined where it says nothing. Throws where it cannot be read. */
function valueOf(field) {
  const kind = field.dataset.kind ?? 'text';
  if (field.type === 'checkbox') return field.checked ? true : undefined;
  const text = field.value.trim();
  if (text === '') return undefined;
  if (kind === 'number') return Number(text);
  if (kind === 'boolean') return text === 'true';
  if (kind === 'json') return JSON.parse(text);
  if (kind === 'instant') return new Date(`${text}Z`).toISOString();
  if (kind === 'list')
    return text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  // A choice of true or false is no text.
  return field.tagName === 'SELECT' && (text === 'true' || text === 'false') ? text === 'true' : text;
}

function bodyOf(form) {
  const body = {};
  for (const field of form.elements) {
    if (field.name === '') continue;
    const value = valueOf(field);
    if (value === undefined) continue;
    const path = field.name.split('.');
    const last = path.pop();
    let place = body;
    for (const part of path) place = place[part] ??= {};
    place[last] = value;
  }
  return body;
}

function tell(place, words, isBad) {
  place.textContent = words;
  place.classList.toggle('bad', isBad);
}

const problemWords = ({ message, advice }) => (advice === undefined ? message : `${message} ${advice}`);

async function send(form) {
  const answer = form.querySelector('.answer');
  const button = form.querySelector('button');
  let body;
  try {
    body = JSON.stringify(bodyOf(form));
  } catch {
    tell(answer, 'A field that takes JSON cannot be read.', true);
    return;
  }
  button.setAttribute('aria-busy', 'true');
  tell(answer, '…', false);
  try {
    const reply = await fetch(form.getAttribute('action'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
    });
    const told = await reply.json();
    if (!told.success) {
      tell(answer, problemWords(told), true);
      return;
    }
    if (form.dataset.then !== undefined) {
      location.assign(form.dataset.then);
      return;
    }
    const words = `${form.getAttribute('aria-label')}: done. ${told.message}`.trim();
    tell(answer, words, false);
    await readAnew();
    document.getElementById('said').textContent = words;
  } catch {
    tell(answer, 'No answer came: ask again.', true);
  } finally {
    button.removeAttribute('aria-busy');
  }
}

/** Has forms send what they hold to the API, and say what came of it. */
export function startActions() {
  for (const form of document.querySelectorAll('form[data-action]:not([data-started])')) {
    form.dataset.started = '';
    form.querySelector('fieldset').disabled = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (form.querySelector('[aria-busy]') === null) void send(form);
    });
  }
}
