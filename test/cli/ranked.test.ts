import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { querent, querentJson } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-cli-ranked-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const corpus = join(folder, 'small.jsonl');
/** The commands run in processes that inherit this: no test touches the cache of the person. */
const cache = join(folder, 'cache');

beforeAll(() => {
  process.env.QUERENT_INDEX_CACHE = cache;
  writeFileSync(
    corpus,
    [
      { pmid: 1, title: 'Exercise for falls', abstract: 'older adults', year: 2010, journal: 'J' },
      { pmid: 2, title: 'Falls in hospital', abstract: 'Falls, falls, falls.', year: 2015 },
      { pmid: 3, title: 'Stroke', year: 2020 },
    ]
      .map((record) => `${JSON.stringify(record)}\n`)
      .join(''),
  );
});

interface Ranked {
  count: number;
  hits: { id: string; score: number }[];
  ids: string[];
  translation: string;
  warnings: { code: string }[];
  seconds: number;
}
const ranked = (question: string, ...more: string[]): string[] => ['search', question, '--ranked', '--corpus', corpus, ...more]; // prettier-ignore
const indexes = (): string[] => readdirSync(cache, { recursive: true }).map(String).filter((name) => name.endsWith('.index')); // prettier-ignore

describe('querent search --ranked', () => {
  it('prints JSON, ids, or a list, best first', async () => {
    const answer = await querentJson<Ranked>(ranked('What exercises are good for falls?', '--json'));
    expect(answer).toEqual({
      count: 2,
      hits: [
        { id: '1', score: expect.any(Number) as number },
        { id: '2', score: expect.any(Number) as number },
      ],
      ids: ['1', '2'],
      translation: 'exercis good fall',
      warnings: [{ code: 'word-not-found', message: 'No record has “good”.' }],
      seconds: expect.any(Number) as number,
    });
    expect((await querent(ranked('falls', '--ids'))).stdout).toBe('2\n1\n');
    const list = await querent(ranked('falls', '--limit', '1'));
    expect(list.stdout).toMatch(
      /^2 records have any of the words \(fall\) in .*small\.jsonl.*\n +\d+\.\d\d {2}2 +Falls in hospital \(2015\)\n\.\.\. 1 more that fit less.*\n$/,
    );
  });

  it('requires and excludes words, reads standard input, and warns of a Boolean query', async () => {
    expect((await querentJson<Ranked>(ranked('falls', '--require', 'older', 'adults', '--json'))).ids).toEqual(['1']); // prettier-ignore
    expect((await querentJson<Ranked>(ranked('falls', '--exclude', 'exercise', '--json'))).ids).toEqual(['2']); // prettier-ignore
    const boolean = await querent(ranked('-', '--ids'), { input: 'falls[ti] NOT hospital[tiab]\n' });
    expect(boolean.stdout).toBe('2\n1\n');
    expect(boolean.stderr).toMatch(/warning: This is a Boolean query/);
  });

  it('keeps its index; a damaged one is made anew', async () => {
    const before = await querentJson<Ranked>(ranked('falls', '--json'));
    expect(indexes()).toHaveLength(1);
    const path = join(cache, indexes()[0] ?? '');
    writeFileSync(path, readFileSync(path).subarray(0, 50));
    expect((await querentJson<Ranked>(ranked('falls', '--json'))).hits).toEqual(before.hits);
    expect(readFileSync(path).length).toBeGreaterThan(50);
  });

  it('works where the cache folder cannot be used, and says so', async () => {
    const file = join(folder, 'no-folder');
    writeFileSync(file, '');
    process.env.QUERENT_INDEX_CACHE = file;
    const { code, stdout, stderr } = await querent(ranked('falls', '--ids'), { ownProcess: true });
    process.env.QUERENT_INDEX_CACHE = cache;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '2\n1\n' });
    expect(stderr).toMatch(/could not be kept/);
  });

  it.each([
    [ranked(''), /question is empty/],
    [ranked('what is the'), /only words that say nothing/],
    [ranked('a', '--until', '2016'), /--until is for Boolean queries/],
    [['search', 'a', '--ranked', '--live'], /needs a library/],
    [['search', 'a', '--ranked'], /Say where to search/],
    [['search', 'falls', '--corpus', corpus, '--require', 'x'], /go with --ranked/],
  ])('%j is refused with 2', async (args, message) => {
    const result = await querent(args);
    expect(result.stderr).toMatch(message);
    expect(result).toMatchObject({ code: 2, stdout: '' });
  });

  it('no such words: nothing is found, and that is fine', async () => {
    const { code, stdout, stderr } = await querent(ranked('xylophone'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^0 records have/);
    expect(stderr).toMatch(/No record has any of the words “xylophone”/);
  });
});
