import type { FastifyReply, FastifyRequest } from 'fastify';
import { html, type Html, type HtmlPart } from '../../schemas/html.js';
import type { Caller } from '../access/guard.js';

/** The pages that the head of every page names. */
export const places = [
  ['/console', 'Today'],
  ['/console/data', 'Data'],
  ['/console/jobs', 'Jobs'],
  ['/console/reviews', 'Review'],
  ['/console/model', 'Model'],
  ['/console/health', 'Health'],
] as const;
export type Place = (typeof places)[number][0] | '/console/login' | '/console/matches';

export interface Page {
  readonly title: string;
  readonly place: Place;
  readonly caller: Caller | null;
  /** Codes of leagues that were never played. */
  readonly simulated: readonly string[];
  readonly body: HtmlPart;
}

const whose = ({ name, role }: Caller): Html =>
  name === 'local'
    ? html`<span class="whose">local, with every right: no key is needed on this machine</span>`
    : html`<span class="whose">key <strong>${name}</strong>, ${role}</span>
        <form
          method="post"
          action="/console/logout"
          data-action
          data-then="/console/login"
          aria-label="Log out"
        >
          <fieldset disabled><button class="plain">Log out</button></fieldset>
          <p class="answer sr" role="status"></p>
        </form>`;

const simulatedNote = (leagues: readonly string[]): Html =>
  leagues.length === 0
    ? html``
    : html`<p class="simulated">
        <strong>Simulated:</strong> ${leagues.join(', ')}
        ${leagues.length === 1 ? 'is a league that was' : 'are leagues that were'} never played. Its teams,
        matches and prices are made up.
      </p>`;

/** A whole page: what every page has, around its own part. */
export const pageText = ({ title, place, caller, simulated, body }: Page): string =>
  html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title} · Touchline</title>
<script src="/console/assets/scheme.js"></script>
<link rel="icon" href="/console/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/console/assets/uplot.css"><link rel="stylesheet" href="/console/assets/console.css">
<script type="module" src="/console/assets/console.js"></script></head>
<body${caller === null ? '' : html` data-live`}>
<a class="skip" href="#main">To the content</a>
<header class="top"><a class="brand" href="/console">Touchline</a>
<nav aria-label="Pages">${places.map(
    ([url, name]) => html`<a href="${url}" ${url === place ? html` aria-current="page"` : ''}>${name}</a>`,
  )}</nav>
<div class="tools"><span id="live" class="live" role="status"></span><button id="scheme" class="plain" type="button" hidden>Dark</button></div></header>
<div class="who">${caller === null ? '' : whose(caller)}</div>
<noscript><p class="note problem">Without JavaScript the pages can be read, and nothing can be started or decided here: the command line does the same (touchline --help).</p></noscript>
${simulatedNote(simulated)}
<div id="said" class="said" role="status" aria-live="polite"></div>
<main id="main" tabindex="-1"><h1>${title}</h1>
${body}
</main>
<footer><a href="/docs">API</a> <span class="quiet">All instants are UTC.</span></footer>
</body></html>
`.text;

/** Sends a page; it is never kept by a browser, for the next key may see less. */
export const sendPage = (reply: FastifyReply, page: Page): FastifyReply =>
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(pageText(page));

/** Where to go on after a key was given: a page of the console, and nowhere else. */
export const pageAsked = ({ url }: Pick<FastifyRequest, 'url'>): string =>
  /^\/console(\/|\?|$)/.test(url) ? url : '/console';
