import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Command } from '../../cli/command.js';
import { commands } from '../../cli/commands.js';
import { projectRoot } from '../../config.js';
import { schedules } from '../../workflows/schedules.js';
import { jobs } from '../../workflows/jobs.js';
import { alertRules } from '../support/prometheus.js';

const place = path.join(projectRoot, 'docs', 'runbooks');
const Rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(z.object({ alert: z.string(), annotations: z.object({ runbook: z.string() }) })),
    }),
  ),
});
/** OPS-4; restore is told of beside its commands. */
const wanted = ['high-failure-rate', 'backlog', 'stuck-schedules', 'detector-errors'].concat([
  ...['false-positives', 'slow-detection', 'kafka-lag', 'redis-down'],
]);
/** Pages of commands that their own part brings. */
const elsewhere = ['README.md', 'restore.md'];

/** Pages of what is done by the calendar, not because something went wrong. */
const routines = ['backup-checklist.md'];

let runbooks: ReadonlyMap<string, string>;
let alerts: readonly { readonly alert: string; readonly runbook: string }[];
beforeAll(async () => {
  const names = (await readdir(place)).filter((name) => !elsewhere.includes(name));
  runbooks = new Map(
    await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(place, name), 'utf8')] as const),
    ),
  );
  const files = await readdir(alertRules);
  const read = await Promise.all(files.map((file) => readFile(path.join(alertRules, file), 'utf8')));
  alerts = read.flatMap((text) =>
    Rules.parse(parse(text)).groups.flatMap(({ rules }) =>
      rules.map(({ alert, annotations: { runbook } }) => ({ alert, runbook })),
    ),
  );
});

it('there is one for each thing that can go wrong (OPS-4), with what is seen, why, what to do, and when it is over', () => {
  expect([...runbooks.keys()]).toEqual(expect.arrayContaining(wanted.map((name) => `${name}.md`)));
  for (const [name, text] of runbooks) {
    if (routines.includes(name)) continue;
    expect(
      text.match(/^## .*$/gm)?.map((line) => line.slice(3)),
      name,
    ).toEqual(['What you see', 'Why', 'What to do', 'How to know that it is over']);
  }
});

it('each alert links to one, which names it', () => {
  expect(alerts.length).toBeGreaterThan(20);
  for (const { alert, runbook } of alerts) {
    expect(runbook, alert).toMatch(/^docs\/runbooks\/[a-z-]+\.md$/);
    expect(runbooks.get(path.basename(runbook)), `${alert} in ${runbook}`).toContain(`\`${alert}\``);
  }
});

it('every command in them is one of the command line, with arguments and options that it takes', () => {
  const asked = [...runbooks].flatMap(([name, text]) =>
    [...text.matchAll(/npm run -s touchline -- ([^`#\n]+)/g)].map(([, line = '']) => ({
      name,
      line: line.trim(),
    })),
  );
  expect(asked.length).toBeGreaterThan(50);
  for (const { name, line } of asked) {
    const words = line.split(' ');
    const said = ({ path: parts, isDefault }: Command) => (isDefault === true ? parts.slice(0, -1) : parts);
    const called = commands
      .filter((command) => said(command).every((part, index) => words[index] === part))
      .toSorted((a, b) => said(b).length - said(a).length)[0];
    expect(called, `${name}: ${line}`).toBeDefined();
    const flags = called?.options?.map(({ flags: all }) => all) ?? [];
    for (const [flag] of line.replace(/'[^']*'|"[^"]*"/g, '').matchAll(/--[a-z-]+/g))
      expect(flags.join(' '), `${name}: ${line}`).toContain(flag);
    if (words[0] === 'run')
      expect(
        jobs.map((job) => job.name),
        line,
      ).toContain(words[1]);
    const input = /--input '([^']*)'/.exec(line)?.[1];
    const job = jobs.find((one) => one.name === words[1]);
    if (input !== undefined && job !== undefined)
      expect(() => job.input.parse(JSON.parse(input))).not.toThrow();
    if (words[0] === 'schedules' && /^[a-z][a-z-]+$/.test(words[2] ?? ''))
      expect(schedules.map(({ id }) => id).concat('daily-full-backup'), line).toContain(words[2]);
  }
});
