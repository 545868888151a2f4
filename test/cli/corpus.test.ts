import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { querent, querentJson } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-cli-corpus-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content?: string | Uint8Array): string => {
  const path = join(folder, name);
  if (content !== undefined) writeFileSync(path, content);
  return path;
};
const build = (output: string, ...inputs: string[]) =>
  querent(['corpus', 'build', ...inputs, '--out', output]);
const temporaries = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));

interface Summary {
  readonly records: number;
  readonly rejected: number;
  readonly rejections: { readonly file: string; readonly line: number; readonly reason: string }[];
  readonly seconds: number;
  readonly bytes: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
}

const samples = resolve(import.meta.dirname, '../../samples');

describe('querent corpus', () => {
  const library = file('samples.sqlite');
  beforeAll(async () => {
    const args = ['corpus', 'build', join(samples, 'citations.jsonl'), '--out', library, '--json'];
    const summary = await querentJson<Summary>([...args, '--mesh', join(samples, 'thesaurus.jsonl')]);
    expect(summary).toMatchObject({ records: 320, rejected: 0, added: 320 });
    expect(summary.bytes).toBe(readFileSync(library).length);
    expect(summary.seconds).toBeGreaterThan(0);
  });

  it('info says what the library holds', async () => {
    const info = await querentJson<Record<string, unknown>>(['corpus', 'info', library, '--json']);
    expect(info).toMatchObject({ records: 320, version: 2, bytes: readFileSync(library).length });
    expect(info.years).toEqual([expect.any(Number), expect.any(Number)]);
    expect(info.withAbstract).toBeGreaterThan(0);
    expect(info.meshDescriptors).toBeGreaterThan(0);
    const text = await querent(['corpus', 'info', library]);
    expect(text.stdout).toMatch(/records +320/);
  });

  it('build updates on the second run and never duplicates', async () => {
    const output = file('again.sqlite');
    const first = file('first.jsonl', '{"pmid":1,"title":"a"}\n{"pmid":2,"title":"b"}\n');
    await build(output, first);
    const second = file('second.nbib', 'PMID- 2\nTI  - new\n\nPMID- 3\nTI  - c\n');
    expect(await querentJson(['corpus', 'build', first, second, '--out', output, '--json'])).toMatchObject({
      records: 3,
      added: 1,
      updated: 1,
      unchanged: 2,
    });
    expect((await querent(['search', 'new[ti]', '--corpus', output, '--ids'])).stdout).toBe('2\n');
  });

  it('build imports the good records of half broken files and names the bad ones', async () => {
    const output = file('half.sqlite');
    const bytes = Buffer.concat([
      Buffer.from('{"pmid":1}\nnonsense\n{"pmid":"2","title":"'),
      Buffer.of(0xff),
      Buffer.from('"}\n{"pm'),
    ]);
    const half = file('half.jsonl', bytes);
    const summary = await querentJson<Summary>([
      'corpus',
      'build',
      half,
      file('other.txt', 'Dear all,\n'),
      '--out',
      output,
      '--json',
    ]);
    expect(summary).toMatchObject({ records: 1, rejected: 4 });
    expect(summary.rejections.map(({ line }) => line)).toEqual([2, 3, 4, 0]);
    const told = await build(output, half);
    expect(told.code).toBe(0);
    expect(told.stderr).toMatch(
      /half\.jsonl, line 2: is not valid JSON\n.*line 3: is not valid UTF-8.*\n.*line 4: is cut off/,
    );
  });

  it('build says once what is wrong with a file as a whole', async () => {
    const { stderr, code } = await build(
      file('once.sqlite'),
      file('once.html', '<!doctype html>\n<p>x</p>\n'),
    );
    expect(code).toBe(2);
    expect(stderr.match(/looks like a web page/g)).toHaveLength(1);
  });

  it('build says which library is damaged when it finds out on the way', async () => {
    const output = file('damaged.sqlite');
    const first = file('stored.jsonl', '{"pmid":1,"title":"a","authors":["Unusual Name"]}\n');
    await build(output, first);
    const bytes = readFileSync(output);
    bytes.write('{', bytes.indexOf('["Unusual Name"]'));
    writeFileSync(output, bytes);
    const { stderr, code } = await build(output, file('changed.jsonl', '{"pmid":1,"title":"b"}\n'));
    expect(stderr).toMatch(/damaged\.sqlite is damaged: the record 1 is not what it was.*corpus repair/);
    expect(code).toBe(2);
    expect(readFileSync(output).equals(bytes)).toBe(true);
  });

  it('build keeps what a truncated archive holds', async () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `{"pmid":${i + 1},"title":"${Math.sin(i)}"}\n`,
    ).join('');
    const packed = file('cut.jsonl.gz', gzipSync(lines));
    truncateSync(packed, 200_000);
    const summary = await querentJson<Summary>([
      'corpus',
      'build',
      packed,
      '--out',
      file('cut.sqlite'),
      '--json',
    ]);
    expect(summary.records).toBeGreaterThan(5000);
    expect(summary.records).toBeLessThan(20_000);
    expect(summary.rejections.at(-1)?.reason).toMatch(/cut off; the \d+ records before that are imported/);
  });

  it('build reads standard input', async () => {
    const args = ['corpus', 'build', '-', '--out', file('stdin.sqlite'), '--json'];
    expect(await querentJson(args, { input: gzipSync('{"pmid":1}\n') })).toMatchObject({ records: 1 });
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['empty.jsonl', '', /empty\.jsonl is empty/],
    ['bad.jsonl', '{"pmid":\nx\n', /No good record.*nothing was written.*line 1 is cut off/],
    ['latin1.nbib', Buffer.from('PMID- 1\nTI  - caf\xe9\n', 'latin1'), /line 2 is not valid UTF-8/],
    ['a.html', '<!doctype html>\n', /looks like a web page/],
    ['cut.nbib.gz', gzipSync('PMID- 1\n').subarray(0, 12), /archive is cut off/],
    ['random.jsonl', new Uint8Array(1_000_000).map((_, i) => (i * 7919 + (i >> 5)) % 256), /No good record/],
  ])('build refuses a file without a good record: %s', async (name, content, message) => {
    const output = file(`${name}.sqlite`);
    const result = await build(output, file(name, content));
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(2);
    expect(existsSync(output)).toBe(false);
  });

  it('build refuses outputs and inputs that it cannot use, and touches nothing', async () => {
    const good = file('good.jsonl', '{"pmid":1}\n');
    const letter = file('letter.txt', 'Dear all');
    const old = file('old.sqlite', readFileSync(library));
    const patched = readFileSync(old);
    patched.writeUInt32BE(99, 60);
    writeFileSync(old, patched);
    const cases: [string[], RegExp][] = [
      [[good, '--out', letter], /is there and is not a citation library/],
      [[good, '--out', letter, '--rebuild'], /is not replaced/],
      [[good, '--out', join(folder, 'no/where.sqlite')], /folder .* does not exist/],
      [[good, '--out', folder], /is a folder/],
      [[good, '--out', good], /both an input and the library/],
      [[good, '--out', '/dev/full'], /a device or a pipe, not a file/],
      [[good, '--out', ''], /--out names no file/],
      [[join(folder, 'none.jsonl'), '--out', library], /none\.jsonl cannot be read: there is no such file/],
      [[folder, '--out', library], /is a folder. Name the citation files in it/],
      [[good, '--out', library, '--mesh', good], /holds no MeSH descriptors/],
      [[good, '--out', old], /newer Querent.*format 99.*reads formats 1 to 2.*--rebuild/],
      [['--out', library], /missing required argument/],
      [[good], /required option '--out/],
    ];
    const before = readFileSync(library);
    for (const [args, message] of cases) {
      const result = await querent(['corpus', 'build', ...args]);
      expect(result.stderr).toMatch(message);
      expect(result.code).toBe(2);
    }
    expect(readFileSync(letter, 'utf8')).toBe('Dear all');
    expect(readFileSync(library).equals(before)).toBe(true);
    expect(temporaries()).toEqual([]);
    expect(await querentJson(['corpus', 'build', good, '--out', old, '--rebuild', '--json'])).toMatchObject({
      records: 1,
    });
  }, 60_000);

  it.each<[string, (bytes: Buffer) => Uint8Array, RegExp]>([
    ['cut off', (bytes) => bytes.subarray(0, 50_000), /cut off: it has 50000 of \d+ bytes/],
    ['empty', () => Buffer.alloc(0), /is empty/],
    ['text', () => Buffer.from('hello'), /not a SQLite file/],
    ['garbled', (bytes) => Buffer.from(bytes).fill(0x2a, 4096), /damaged/],
  ])('info, search and count refuse a library that is %s', async (name, damage, message) => {
    const path = file(`${name}.bad.sqlite`, damage(readFileSync(library)));
    const query = file('q.pubmed', 'falls[tiab]');
    for (const args of [
      ['corpus', 'info', path],
      ['search', 'falls', '--corpus', path],
      ['count', query, '--corpus', path],
    ]) {
      const result = await querent(args);
      expect(result.stderr).toMatch(message);
      expect([result.code, result.stdout]).toEqual([2, '']);
    }
  });

  it('an interrupted build leaves the old library as it was', async () => {
    const output = file('interrupted.sqlite');
    await build(output, file('one.jsonl', '{"pmid":1}\n'));
    const before = readFileSync(output);
    const many = file(
      'many.jsonl',
      `nonsense\n${Array.from({ length: 200_000 }, (_, i) => `{"pmid":${i + 2}}\n`).join('')}`,
    );
    const result = await querent(['corpus', 'build', many, '--out', output], { interruptAt: /line 1/ });
    // While it indexes the process simply ends, and says nothing; before its first batch nothing is kept.
    expect(result.stderr).toMatch(
      /line 1: is not valid JSON\n(?:querent: Interrupted(?:; nothing was changed|\. \d+ records are kept in .*interrupted\.sqlite\.part, .*is as it was)\.\n)?$/,
    );
    expect([result.code, result.stdout]).toEqual([130, '']);
    expect(readFileSync(output).equals(before)).toBe(true);
    expect(temporaries()).toEqual([]);
  });
});

const data = resolve(process.env.QUERENT_DATA ?? '../shared/data');
const absent = !existsSync(join(data, 'corpus/citations.jsonl.gz'));
if (absent) console.warn(`The full import is not tested: ${data} is absent (set QUERENT_DATA)`);

describe.skipIf(absent)('the full corpus', () => {
  it('is imported in one go with MeSH', { timeout: 300_000 }, async () => {
    const output = file('full.sqlite');
    const mesh = join(data, 'mesh/mesh2024_descriptors.jsonl.gz');
    const args = ['corpus', 'build', join(data, 'corpus/citations.jsonl.gz'), '--mesh', mesh];
    const summary = await querentJson<Summary>([...args, '--out', output, '--json'], { ownProcess: true });
    console.log(`full import: ${summary.seconds.toFixed(1)} s, ${(summary.bytes / 1e6).toFixed(0)} MB`);
    expect(summary).toMatchObject({ records: 61_281, rejected: 0 });
    expect(summary.seconds).toBeLessThan(180); // 90 s on an idle machine
    expect(await querentJson(['corpus', 'info', output, '--json'])).toMatchObject({
      records: 61_281,
      withAbstract: 56_645,
      withMesh: 16_518,
      meshDescriptors: 30_764,
      meshVersion: '2024',
    });
  });
});
