import { readAnew } from './refresh.js';

/** Has the slider read the whole page as it was known at an instant; its last stop is now. */
export function startAsOf() {
  const form = document.querySelector('form[data-as-of]:not([data-started])');
  if (form === null) return;
  form.dataset.started = '';
  const stops = JSON.parse(form.dataset.asOf);
  const slider = form.querySelector('#as-of-slider');
  const output = form.querySelector('#as-of-words');
  let waiting;
  slider.hidden = false;
  slider.addEventListener('input', () => {
    const stop = stops[Number(slider.value)];
    const words = stop === undefined ? 'now' : stop.replace('T', ' ').slice(0, 16);
    output.textContent = words;
    slider.setAttribute('aria-valuetext', words);
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const url = new URL(location.href);
      if (stop === undefined) url.searchParams.delete('as_of');
      else url.searchParams.set('as_of', stop);
      history.replaceState(null, '', url);
      readAnew(url.href).catch(() => {
        output.textContent = 'no answer came';
      });
    }, 150);
  });
}
