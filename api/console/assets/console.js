import { startActions } from './actions.js';
import { startAsOf } from './as-of.js';
import { countFromNow } from './from-now.js';
import { startLive } from './live.js';
import { drawPrices } from './price-chart.js';

/** Makes what is on the page work; done again after the page was read anew. */
function start() {
  startActions();
  startAsOf();
  drawPrices();
  countFromNow();
}

function startScheme() {
  const button = document.getElementById('scheme');
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  const isDark = () =>
    root.dataset.scheme === undefined ? prefersDark.matches : root.dataset.scheme === 'dark';
  const say = () => {
    button.textContent = isDark() ? 'Light' : 'Dark';
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    root.dataset.scheme = isDark() ? 'light' : 'dark';
    localStorage.setItem('touchline-scheme', root.dataset.scheme);
    say();
    drawPrices();
  });
  prefersDark.addEventListener('change', () => {
    say();
    drawPrices();
  });
  say();
}

document.addEventListener('touchline:read-anew', start);
startScheme();
start();
setInterval(countFromNow, 1000);
if ('live' in document.body.dataset) startLive();
