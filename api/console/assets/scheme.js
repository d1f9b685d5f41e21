// Dark or light, as it was chosen last: before anything is painted, so that a page does not flash.
const chosen = localStorage.getItem('touchline-scheme');
if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.scheme = chosen;
