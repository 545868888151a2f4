import { expect, it } from 'vitest';
import type { SqlOutcome } from '../../sqlSchema/index.ts';
import type { Databases } from '../world.ts';
import { rememberedGold } from './goldMemory.ts';

function answering(answer: (sql: string) => SqlOutcome): {
  readonly databases: Databases;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const databases: Databases = {
    names: ['db'],
    schema: () => Promise.resolve({ statements: [], tables: [] }),
    run: async (_, sql) => {
      asked.push(sql);
      return answer(sql);
    },
  };
  return { databases, asked };
}

const rows = (...cells: string[]): SqlOutcome => ({
  ...{ kind: 'rows', columns: ['a'], rows: cells.map((cell) => [cell]), isCut: false, tables: ['t'] },
});

it('asks once for rows, also when they are asked for at the same time, and again for what may pass', async () => {
  const { databases, asked } = answering((sql) => (sql === 'slow' ? { kind: 'timeout', ms: 1 } : rows('a')));
  await Promise.all([rememberedGold(databases, 'db', 'x'), rememberedGold(databases, 'db', 'x')]);
  await rememberedGold(databases, 'db', 'x');
  expect(asked).toEqual(['x']);
  await rememberedGold(databases, 'other', 'x');
  expect(asked).toEqual(['x', 'x']);
  for (let i = 0; i < 2; i++) await rememberedGold(databases, 'db', 'slow');
  expect(asked).toEqual(['x', 'x', 'slow', 'slow']);
});

it('forgets what was not asked for longest when the results are large, however few cells they have', async () => {
  const { databases, asked } = answering((sql) => rows(sql === 'small' ? 'a' : 'x'.repeat(8_000_000)));
  for (const sql of ['small', 'a', 'b', 'c', 'd', 'small', 'e', 'f', 'g', 'h', 'i', 'j'])
    await rememberedGold(databases, 'db', sql);
  asked.length = 0;
  for (const sql of ['small', 'j', 'i', 'a']) await rememberedGold(databases, 'db', sql);
  expect(asked).toEqual(['a']);
});
