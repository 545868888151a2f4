import { expect, it } from 'vitest';
import { SqlRuns, type SqlRun } from './sqlRuns.ts';

const database = { label: 'a.sqlite', path: '/a.sqlite', changed: 1, read: 2 };
const run = (total: number): SqlRun => ({
  database,
  result: {
    ...{ kind: 'rows', columns: ['x'], total, isCounted: true, ms: 1, countMs: 1, plan: [] },
    rows: Array.from({ length: total }, (_, i) => [i]),
  },
  at: 3,
});

it('the last run of a statement is known while text, file and state are the same', () => {
  const runs = new SqlRuns();
  runs.remember('SELECT 1', run(1));
  runs.remember('SELECT 1', run(2));
  expect(runs.last('SELECT 1', database)).toEqual(run(2));
  expect(runs.last('SELECT  1', database)).toBeUndefined();
  expect(runs.last('SELECT 1', { ...database, changed: 2 })).toBeUndefined();
  expect(runs.last('SELECT 1', { ...database, path: '/b.sqlite' })).toBeUndefined();
});

it('only the first rows of the last runs are kept', () => {
  const runs = new SqlRuns();
  for (let i = 0; i < 600; i++) runs.remember(`SELECT ${i}`, run(30));
  expect(runs.last('SELECT 99', database)).toBeUndefined();
  const last = runs.last('SELECT 100', database);
  expect(last?.result).toMatchObject({ total: 30 });
  expect(last?.result.kind === 'rows' && last.result.rows.length).toBe(20);
});

it('of long texts only the beginning is kept', () => {
  const runs = new SqlRuns();
  const long = 'Lutha 🏙'.repeat(1_000);
  const { result, ...rest } = run(1);
  const cells = ['short', long, { kind: 'text' as const, start: long, characters: 1e6 }, null, 1];
  runs.remember('SELECT 1', { ...rest, result: { ...result, rows: [cells] } as SqlRun['result'] });
  const start = long.slice(0, 100);
  expect(runs.last('SELECT 1', database)?.result).toMatchObject({
    rows: [
      [
        'short',
        { kind: 'text', start, characters: 8_000 },
        { kind: 'text', start, characters: 1e6 },
        null,
        1,
      ],
    ],
  });
});

it('a statement that was given up is known as slow until it is run, or the file changes', () => {
  const runs = new SqlRuns();
  runs.noteSlow('SELECT 1', database);
  expect(runs.isSlow('SELECT 1', database)).toBe(true);
  expect(runs.isSlow('SELECT 2', database)).toBe(false);
  expect(runs.isSlow('SELECT 1', { ...database, changed: 2 })).toBe(false);
  runs.remember('SELECT 1', run(1));
  expect(runs.isSlow('SELECT 1', database)).toBe(false);
  for (let i = 0; i < 600; i++) runs.noteSlow(`SELECT ${i}`, database);
  expect([runs.isSlow('SELECT 99', database), runs.isSlow('SELECT 100', database)]).toEqual([false, true]);
});
