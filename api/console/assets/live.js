import { isBusy, readAnew } from './refresh.js';

const said = document.getElementById('live');

/** Tells whether the page follows what happens, and lets a person read it anew where it waits for them. */
function say(words, button) {
  if (said.dataset.words === words) return;
  said.dataset.words = words;
  said.textContent = words;
  if (button !== undefined) said.append(button);
}

function changed() {
  if (!isBusy()) {
    readAnew().catch(() => say('not live'));
    return;
  }
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'plain';
  button.textContent = 'Show';
  button.addEventListener('click', () => {
    say('live');
    readAnew().catch(() => say('not live'));
  });
  say('Something is new. ', button);
}

/** Follows what happens while the page is looked at; the browser connects again by itself where the connection breaks. */
export function startLive() {
  let source;
  const open = () => {
    source = new EventSource('/console/events');
    source.addEventListener('open', () => say('live'));
    source.addEventListener('error', () => say('not live'));
    source.addEventListener('changed', changed);
  };
  document.addEventListener('visibilitychange', () => {
    source?.close();
    source = undefined;
    if (document.hidden) {
      say('paused');
      return;
    }
    changed();
    open();
  });
  addEventListener('pagehide', () => source?.close());
  if (!document.hidden) open();
}
