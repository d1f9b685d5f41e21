import { describe, expect, it } from 'vitest';
import { hurriedDuration, hurriedRules } from '../../cli/drill/hurried.js';
import { expectedAlerts, lackingInMail } from '../../cli/drill/messages.js';
import { touchlineHere } from '../support/command-line.js';

describe('the drill of alerts', () => {
  it('has every alert of ALRT-1 told once to who it is for, with what it has to say, and told to be over', async () => {
    const { code, stdout, stderr } = await touchlineHere(['drill', 'alerts', '--json']);
    expect(JSON.parse(stdout), stderr).toEqual({
      times: 60,
      scenarios: [
        { scenario: 'data_collection_failure', problems: [] },
        { scenario: 'scheduler_delay', problems: [] },
        { scenario: 'prometheus_metrics', problems: [] },
        { scenario: 'alertmanager_alerts', problems: [] },
      ],
    });
    expect(code).toBe(0);
  }, 600_000);

  it('would say of a message what it lacks, and that it went to somebody else', () => {
    const [collecting] = expectedAlerts;
    if (collecting === undefined) throw new Error('There is none');
    const mail = {
      to: ['ops@example.org'],
      text: 'Subject: [WARNING] Touchline: DataCollectionFailureRateHigh\n',
    };
    const lacks = lackingInMail(mail, collecting);
    expect(lacks.join('\n')).toMatch(/lacks time[^]*lacks limit[^]*lacks what to do[^]*lacks dashboard/);
    expect(lacks.at(-1)).toBe('DataCollectionFailureRateHigh: it was mailed to ops@example.org');
  });

  it('shortens windows and waits, and nothing else', () => {
    const rule = 'expr: rate(a[5m]) > 300\n  for: 2m\n  description: within [five] minutes\n';
    expect(hurriedRules(rule, 60)).toBe(
      'expr: rate(a[5s]) > 300\n  for: 2s\n  description: within [five] minutes\n',
    );
    expect(hurriedDuration('10s', 60)).toBe('1s');
    expect(hurriedDuration('8d', 60)).toBe('11520s');
  });
});
