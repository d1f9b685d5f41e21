import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatLsn } from '../../../adapters/backup/wal-chain.js';
import { keptDays, planRetention, type KeepableBackup } from '../../../adapters/backup/retention-plan.js';
import { BackupMethod, kindOfMethod } from '../../../schemas/backup.js';

const day = 86_400_000;
const now = 1_000 * day;
const system = '7';

/** Backups in the order of the WAL, their instants in any order, and WAL beside them. */
const archive = fc.record({
  backups: fc
    .array(
      fc.record({
        method: fc.constantFrom(...BackupMethod.options),
        ageDays: fc.integer({ min: -2, max: 60 }),
      }),
      {
        maxLength: 30,
      },
    )
    .map((made) =>
      made.map(({ method, ageDays }, index): KeepableBackup => {
        const at = formatLsn(BigInt(index + 1) * 1_000n);
        const wal = { start: at, end: at, system };
        return {
          ...{ name: `${method}-${index}`, method, kind: kindOfMethod[method] },
          endedAt: now - ageDays * day,
          wal,
        };
      }),
    ),
  wal: fc
    .array(
      fc.record({ end: fc.bigInt({ min: 1n, max: 32_000n }), ageDays: fc.integer({ min: -2, max: 60 }) }),
      { maxLength: 40 },
    )
    .map((files) =>
      files.map(({ end, ageDays }, index) => ({
        name: `wal-${index}`,
        system,
        end,
        archivedAt: now - ageDays * day,
      })),
    ),
});

test('the last of every method stays, whatever its age', () => {
  fc.assert(
    fc.property(archive, ({ backups, wal }) => {
      const gone = new Set(planRetention(backups, wal, now).backups);
      for (const method of BackupMethod.options) {
        const last = backups.filter((one) => one.method === method).at(-1);
        if (last !== undefined) expect(gone).not.toContain(last.name);
      }
    }),
  );
});

test('nothing younger than its kind is kept goes', () => {
  fc.assert(
    fc.property(archive, ({ backups, wal }) => {
      const plan = planRetention(backups, wal, now);
      for (const { name, kind, endedAt } of backups) {
        if (plan.backups.includes(name)) expect(now - endedAt).toBeGreaterThan(keptDays[kind] * day);
      }
      for (const { name, archivedAt } of wal) {
        if (plan.wal.includes(name)) expect(now - archivedAt).toBeGreaterThan(keptDays.wal * day);
      }
    }),
  );
});

test('no WAL goes that a base which stays would replay, and none at all without a base', () => {
  fc.assert(
    fc.property(archive, ({ backups, wal }) => {
      const plan = planRetention(backups, wal, now);
      const firstKept = backups.findIndex(
        ({ name, method }) => method === 'base' && !plan.backups.includes(name),
      );
      const from = firstKept < 0 ? 0n : BigInt(firstKept + 1) * 1_000n;
      for (const { name, end } of wal) {
        if (end > from) expect(plan.wal).not.toContain(name);
      }
    }),
  );
});

test('a base from before the last seven days stays, and WAL from before the oldest base that does goes', () => {
  const base = (name: string, ageDays: number, at: bigint): KeepableBackup => ({
    ...{ name, kind: 'full', method: 'base', endedAt: now - ageDays * day },
    wal: { start: formatLsn(at), end: formatLsn(at), system },
  });
  const bases = [
    base('oldest', 9, 100n),
    base('before', 8, 200n),
    base('within', 6, 300n),
    base('newest', 1, 400n),
  ];
  const file = (name: string, end: bigint, ageDays: number) => ({
    name,
    system,
    end,
    archivedAt: now - ageDays * day,
  });
  const wal = [file('of the oldest', 150n, 9), file('of the one before', 250n, 8), file('young', 90n, 1)];
  expect(planRetention(bases, wal, now)).toEqual({ backups: ['oldest'], wal: ['of the oldest'] });
});

test('WAL of a server of which no base is left goes by its age', () => {
  const wal = [{ name: 'of another', system: '8', end: 10_000n, archivedAt: now - 8 * day }];
  const base: KeepableBackup = {
    ...{ name: 'base', kind: 'full', method: 'base', endedAt: now },
    wal: { start: '0/64', end: '0/64', system },
  };
  expect(planRetention([base], wal, now).wal).toEqual(['of another']);
});
