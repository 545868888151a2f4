import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RowError } from '@querent/core/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { questionInput, questionTarget, readQuestions } from './readQuestions.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'questions-'));
});
afterAll(() => rm(folder, { recursive: true }));

const good = { id: 'q/1', db: 'shop', question: 'How many orders?', gold_sql: 'SELECT COUNT(*) FROM orders' };

async function written(...lines: readonly unknown[]): Promise<string> {
  const path = join(folder, 'questions.jsonl');
  await writeFile(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path;
}

describe('questions', () => {
  it('are read in their order, with what is optional', async () => {
    const path = await written(good, '', {
      ...good,
      id: 2,
      gold_sql_alternatives: [' SELECT 1 '],
      evidence: ' Orders are paid. ',
      core: true,
      rows: 9,
    });
    expect(await readQuestions(path)).toEqual([
      {
        id: 'q/1',
        db: 'shop',
        question: 'How many orders?',
        gold: good.gold_sql,
        alternatives: [],
        isCore: false,
      },
      {
        id: '2',
        db: 'shop',
        question: 'How many orders?',
        gold: good.gold_sql,
        alternatives: ['SELECT 1'],
        evidence: 'Orders are paid.',
        isCore: true,
      },
    ]);
  });

  it('become what the task asks and judges by', async () => {
    const [question] = await readQuestions(await written({ ...good, gold_sql_alternatives: ['SELECT 2'] }));
    if (question === undefined) throw new Error('no question');
    expect(questionInput(question, 'CREATE TABLE orders (id);')).toEqual({
      question: 'How many orders?',
      db: 'shop',
      schema: 'CREATE TABLE orders (id);',
    });
    expect(questionTarget(question)).toEqual({
      db: 'shop',
      gold: good.gold_sql,
      alternatives: ['SELECT 2'],
      question: 'How many orders?',
    });
  });

  it.each<[unknown, string]>([
    [{ ...good, id: undefined }, 'line 2: “id” is missing'],
    [{ ...good, id: '' }, 'line 2: “id” is an empty text'],
    [{ ...good, id: 'q/1' }, 'line 2: “id” is “q/1”, as in questions.jsonl, line 1'],
    [{ ...good, id: 'q/2', db: null }, 'line 2: “db” is null. Write the name of a database as text.'],
    [{ ...good, id: 'q/2', question: ' ' }, 'line 2: “question” is an empty text'],
    [{ ...good, id: 'q/2', gold_sql: ['x'] }, 'line 2: “gold_sql” is a list'],
    [{ ...good, id: 'q/2', gold_sql: undefined }, 'line 2: “gold_sql” is missing'],
    [{ ...good, id: 'q/2', gold_sql_alternatives: 'x' }, 'line 2: “gold_sql_alternatives” is a text. Write a list'],
    [{ ...good, id: 'q/2', gold_sql_alternatives: ['x', 7] }, 'line 2: entry 2 of “gold_sql_alternatives” is a number'],
    [{ ...good, id: 'q/2', evidence: {} }, 'line 2: “evidence” is an object'],
    [{ ...good, id: 'q/2', core: 'yes' }, 'line 2: “core” is a text. Write true or false.'],
    ['{"id": ', 'line 2 is not JSON'],
    ['[]', 'line 2 is an empty list'],
  ])('%j is refused by line and field', async (row, message) => {
    const reading = readQuestions(await written(good, row));
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toBeInstanceOf(RowError);
  }); // prettier-ignore

  it('an empty file is none', async () => {
    await expect(readQuestions(await written(''))).rejects.toThrow('holds no question');
  });
});
