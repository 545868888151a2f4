/** `querent-trainer dataset` as a child process, on small made-up inputs. */
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = resolve(import.meta.dirname, '../../trainer/src/cli/main.ts');
const samples = resolve(import.meta.dirname, '../../samples');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-dataset-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param interruptAt sends SIGINT when stderr shows this */
function dataset(args: readonly string[], interruptAt?: RegExp): Promise<Run> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [main, 'dataset', ...args], { cwd: folder });
    let [stdout, stderr, isInterrupted] = ['', '', false];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (!isInterrupted && interruptAt?.test(stderr) === true) isInterrupted = child.kill('SIGINT');
    });
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

async function rows(name: string, values: readonly unknown[]): Promise<string> {
  await writeFile(join(folder, name), values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  return name;
}
const topics = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({
    id: `t${from + i}`,
    title: `Question number ${from + i}`,
    relevant_pmids: [String(from + i + 1), String(from + i + 5001)],
  }));

describe('querent-trainer dataset', () => {
  it('build, stats and leakage print one JSON document each, and nothing leaks', async () => {
    const file = await rows('reviews.jsonl', topics(50));
    const built = await dataset(['build', file, '--out', 'out', '--json', '--licence', 'CC0']);
    expect(built.stderr).toBe('');
    expect(built.code).toBe(0);
    const card = JSON.parse(built.stdout) as Record<string, unknown>;
    expect(card).toMatchObject({
      out: 'out',
      format: 'querent-dataset/1',
      command: 'querent-trainer dataset build reviews.jsonl --out out --json --licence CC0',
      seed: 1,
      sources: [{ name: 'reviews', kind: 'reviews', rows: 50, kept: 50, excluded: {} }],
      files: { 'train.jsonl': { rows: 40 }, 'validation.jsonl': { rows: 5 }, 'test.jsonl': { rows: 5 } },
      licence: 'CC0',
    });
    expect((await readdir(join(folder, 'out'))).sort()).toEqual([
      'CARD.md',
      'card.json',
      'test.jsonl',
      'train.jsonl',
      'validation.jsonl',
    ]);
    const lines = createInterface({ input: createReadStream(join(folder, 'out/test.jsonl')) });
    for await (const line of lines)
      expect(JSON.parse(line)).toMatchObject({
        data_source: 'publication',
        ability: 'literature_mining',
        reward_model: { style: 'rule' },
        extra_info: { split: 'test', source: 'reviews' },
      });

    const stats = await dataset(['stats', 'out', '--json', '--html', 'page.html']);
    expect(JSON.parse(stats.stdout)).toMatchObject({ all: { topics: 50, relevant: { median: 2 } } });
    expect(await readFile(join(folder, 'page.html'), 'utf8')).toContain('<svg');
    const leakage = await dataset(['leakage', 'out', '--json']);
    expect(leakage.code).toBe(0);
    const { isLeaking, reports } = JSON.parse(leakage.stdout) as { isLeaking: boolean; reports: unknown[] };
    expect([isLeaking, reports.length]).toEqual([false, 3]);
  });

  it('gives the same bytes again for the same seed, and replaces a dataset only with --force', async () => {
    const file = await rows('again.jsonl', topics(30));
    const hashes = (run: Run) => (JSON.parse(run.stdout) as { files: unknown }).files;
    const first = await dataset(['build', file, '--out', 'again', '--json']);
    const refused = await dataset(['build', file, '--out', 'again', '--json']);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/again is there already. --force replaces it/);
    const second = await dataset(['build', file, '--out', 'again', '--force', '--json']);
    expect(hashes(second)).toEqual(hashes(first));
    const other = await dataset(['build', file, '--out', 'again', '--force', '--json', '--seed', '2']);
    expect(hashes(other)).not.toEqual(hashes(first));
  });

  it('leakage exits with 1 and says what was seen', async () => {
    await rows('old.jsonl', topics(10));
    await rows('new.jsonl', [...topics(3, 8), { id: 'x', title: 'Another', relevant_pmids: ['1', '77'] }]);
    const { code, stdout } = await dataset(['leakage', 'old.jsonl', 'new.jsonl']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/topics with a relevant record of train +3 +75.0 %/);
    expect(stdout).toMatch(/topics with an identical set of labels +2 +50.0 %/);
    expect(stdout).toMatch(/Leaking: 3 of 4 topics/);
  });

  it('leaves bad rows out and tells them; --strict writes nothing and exits with 2', async () => {
    const file = await rows('bad.jsonl', [
      ...topics(10),
      { id: 'empty', title: 'x', relevant_pmids: [] },
      { id: 'y' },
    ]);
    const built = await dataset(['build', file, '--out', 'bad']);
    expect(built.code).toBe(0);
    expect(built.stdout).toMatch(/bad \(reviews\): 10 of 12; left out: no-relevant 1, bad-row 1/);
    expect(built.stderr).toMatch(/bad.jsonl, line 12: “title” is missing/);
    const strict = await dataset(['build', file, '--out', 'strict', '--strict']);
    expect([strict.code, strict.stdout]).toEqual([2, '']);
    expect(strict.stderr).toMatch(/2 rows cannot be used, so no dataset was written/);
    expect(await readdir(folder)).not.toContain('strict');
  });

  it('tells what was not told of, which parts stayed empty and why, and what the library does not hold', async () => {
    const file = await rows('much.jsonl', [
      ...topics(3).map((topic, i) => ({
        ...topic,
        relevant_pmids: [90000001 + i, ...topic.relevant_pmids],
      })),
      { id: 'elsewhere', title: 'of another library', relevant_pmids: [1, 2] },
      ...Array.from({ length: 8 }, (_, i) => ({ id: `n${i}`, title: 'x', relevant_pmids: 'none' })),
    ]);
    const library = join(samples, 'citations.jsonl');
    const built = await dataset(['build', file, '--out', 'much', '--split', 'time', '--corpus', library]);
    expect(built.code).toBe(0);
    expect(built.stderr).toMatch(
      /much\.jsonl: 3 more rows cannot be used; card\.json has the first 20, --strict/,
    );
    expect(built.stderr).toMatch(
      /validation and test have no topic: no topic has a date, which --split time/,
    );
    expect(built.stdout).toMatch(/8 relevant records are not in the library/);
    expect(built.stdout).toMatch(/3 of 12; left out: .*few-known-ids 1/);
    const few = await dataset(['build', 'much.jsonl', '--out', 'few']);
    expect(few.stderr).toMatch(/validation and test have no topic: 4 topics are too few for their shares/);
  });

  it('makes topics from a library and from the strategies of a workspace', async () => {
    const built = await dataset([
      ...['build', join(samples, 'citations.jsonl'), '--test', samples],
      ...['--out', 'made', '--relevant', '3,20', '--corpus', join(samples, 'citations.jsonl'), '--json'],
    ]);
    const card = JSON.parse(built.stdout) as {
      files: Record<string, { rows: number }>;
      leakage: { isLeaking: boolean }[];
    };
    expect(card.files['test.jsonl']?.rows).toBeGreaterThan(0);
    expect(card.files['train.jsonl']?.rows).toBeGreaterThan(0);
    expect(card.leakage.some(({ isLeaking }) => isLeaking)).toBe(false);
  });

  it('refuses what it cannot use with exit code 2 and the way out', async () => {
    await rows('questions.jsonl', [{ id: 'q', db: 'shop', question: 'How many?', gold_sql: 'SELECT 1' }]);
    await rows('fine.jsonl', topics(3));
    const cases = [
      [['build', '--out', 'o'], /There is no source/],
      [['build', 'none.jsonl', '--out', 'o'], /There is no file or folder none.jsonl/],
      [['build', 'questions.jsonl', '--out', 'o'], /Name their folder with --databases/],
      [['build', 'fine.jsonl', '--out', 'o', '--shares', '1,2'], /Write three numbers/],
      [['build', 'fine.jsonl', '--out', 'o', '--difficulty', '0.9,0.1'], /the smaller first/],
      [['leakage', 'fine.jsonl'], /is one file. Name a second one/],
      [['build', 'fine.jsonl', './fine.jsonl', '--out', 'o'], /\.\/fine\.jsonl is named twice/],
      [['stats', 'fine.jsonl', '--html', 'no/where.html'], /--html no\/where\.html cannot be written/],
      [['build', 'utf16.jsonl', '--out', 'o'], /utf16\.jsonl holds no JSON object: .*line 1 is not UTF-8/],
    ] as const;
    await writeFile(join(folder, 'utf16.jsonl'), Buffer.from('\uFEFF{"id": "ä"}\n', 'utf16le'));
    for (const [i, run] of (await Promise.all(cases.map(([args]) => dataset(args)))).entries()) {
      expect([cases[i]?.[0], run.code, run.stdout]).toEqual([cases[i]?.[0], 2, '']);
      expect(run.stderr).toMatch(cases[i]?.[1] ?? /./);
    }
    expect(await readdir(folder)).not.toContain('o');
  });

  it('leaves nothing behind when it is interrupted', async () => {
    // Enough rows that the command tells how far it is, which it does after a second.
    await rows('many.jsonl', topics(120_000));
    const run = await dataset(['build', 'many.jsonl', '--out', 'many'], /many: \d+ rows/);
    expect(run.code).toBe(130);
    expect(run.stderr).toMatch(/Interrupted; no dataset was written/);
    expect((await readdir(folder)).filter((name) => /many(?!\.jsonl)|\.part/.test(name))).toEqual([]);
  });
});
