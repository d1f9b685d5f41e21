const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** `2 d 4 h`, `12 min 30 s`: the two largest units. */
function words(seconds) {
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return '0 s';
  let left = seconds;
  return units
    .slice(first, first + 2)
    .map(([unit, size]) => {
      const count = Math.floor(left / size);
      left -= count * size;
      return `${count} ${unit}`;
    })
    .join(' ');
}

/** Writes how far each instant that asks for it is from now; the instant itself is its title. */
export function countFromNow() {
  for (const time of document.querySelectorAll('time[data-from-now]')) {
    const seconds = Math.round((Date.parse(time.dateTime) - Date.now()) / 1000);
    time.title ||= time.textContent;
    const text = seconds >= 0 ? `in ${words(seconds)}` : `${words(-seconds)} ago`;
    if (time.textContent !== text) time.textContent = text;
  }
}
