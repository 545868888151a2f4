import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshFolder, heldOutWith, recalls } from './testing/made.ts';
import { trainedOn } from './trainedOn.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const topic = (id: string, title: string, relevant: readonly string[]): string =>
  `${JSON.stringify({ id, title, relevant_pmids: relevant })}\n`;

beforeAll(async () => {
  folder = await freshFolder();
  const held = [0, 1, 2].map((i) => topic(`t${i}`, `Effect of drug ${'abc'[i] ?? ''}mab on outcome ${i * 7}`, [`1000${i}`, `2000${i}`])); // prettier-ignore
  await writeFile(at('held.jsonl'), held.join(''));
  await writeFile(at('clean.jsonl'), topic('x1', 'Exercise for older women who fell', ['5', '6']));
  await writeFile(at('sameId.jsonl'), topic('t1', 'Something else altogether', ['7']));
  await writeFile(at('sameRecord.jsonl'), topic('x2', 'Nurses and their shoes in winter', ['8', '10002']));
  await writeFile(at('test.jsonl'), topic('t2', 'A file that is called test', ['9']));
  await writeFile(at('empty.jsonl'), '');
  await mkdir(at('none'));
});

const candidate = heldOutWith(recalls(3, 0.5));

describe('what was trained on', () => {
  it.each<[why: string, data: readonly string[] | undefined, topics: string | undefined, leaking: number | undefined, example: RegExp]>([
    ['is not known', undefined, 'held.jsonl', undefined, /./u],
    ['is nothing', [], 'held.jsonl', 0, /^$/u],
    ['shares nothing', ['clean.jsonl'], 'held.jsonl', 0, /^$/u],
    ['shares nothing by ids alone', ['clean.jsonl', 'sameRecord.jsonl'], undefined, 0, /^$/u],
    ['shares a topic by its id', ['clean.jsonl', 'sameId.jsonl'], undefined, 1, /t1 is among them/u],
    ['shares a relevant record', ['clean.jsonl', 'sameRecord.jsonl'], 'held.jsonl', 1, /10002|record/u],
    ['is called test, and was named', ['test.jsonl'], undefined, 1, /t2 is among them/u],
  ])('%s', async (_why, data, topics, leaking, example) => {
    const result = await trainedOn(data?.map(at), candidate, topics === undefined ? undefined : at(topics));
    expect(result?.leaking.length).toBe(leaking);
    if (result !== undefined) expect(result.example).toMatch(example);
  }); // prettier-ignore

  it('must be something that can be read', async () => {
    await expect(trainedOn([at('empty.jsonl')], candidate, undefined)).rejects.toThrow(/empty\.jsonl/u);
    await expect(trainedOn([at('gone.jsonl')], candidate, undefined)).rejects.toThrow(/gone\.jsonl/u);
  });
});
