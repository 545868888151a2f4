import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { querent, querentJson } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const samples = resolve(import.meta.dirname, '../../samples');
const corpus = file(
  'small.jsonl',
  [
    { pmid: 1, title: 'Exercise for falls', abstract: 'older adults', year: 2010, journal: 'J' },
    { pmid: 2, title: 'Falls in hospital', year: 2015 },
    { pmid: 3, title: 'Stroke', year: 2020 },
  ]
    .map((record) => `${JSON.stringify(record)}\n`)
    .join(''),
);

describe('querent', () => {
  it.each([[[]], [['--help']], [['help']]])('explains itself: %j', async (args) => {
    const result = await querent(args, { ownProcess: true });
    const text = result.stdout + result.stderr;
    expect(text).toMatch(/Exit codes: 0 fine; 1 findings/);
    for (const command of [
      'check',
      'parse',
      'format',
      'count',
      'search',
      'facets',
      'contributions',
      'overlap',
      'rewrite',
      'export',
      'import',
      'corpus',
      'lsp',
    ])
      expect(text).toContain(command);
    expect(result.code).toBe(args.length === 0 ? 2 : 0);
  });

  it.each([
    ['check'],
    ['parse'],
    ['format'],
    ['count'],
    ['search'],
    ['facets'],
    ['contributions'],
    ['overlap'],
    ['rewrite'],
    ['export'],
    ['import'],
    ['corpus', 'build'],
    ['corpus', 'info'],
    ['lsp'],
  ])('%s %s has help with an example', async (...command) => {
    const result = await querent([...command.filter((word) => typeof word === 'string'), '--help']);
    expect(result.stdout).toMatch(/Examples?.*:\n {2}.*querent /);
    expect(result.code).toBe(0);
  });

  it('shows control characters of a record instead of obeying them', async () => {
    const title = 'Falls \u001b]0;taken over\u0007 \u001b[2J and \u009b1m more';
    const evil = file('evil.jsonl', `${JSON.stringify({ pmid: 4, title, year: 2001 })}\n`);
    const { stdout } = await querent(['search', 'falls[ti]', '--corpus', evil]);
    expect(stdout).toContain('taken over');
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });

  it('is a program: exit code, standard input, nothing but JSON on standard output', async () => {
    const options = { ownProcess: true, input: 'falls[ti] AND' };
    const found = await querent(['search', '-', '--corpus', corpus, '--json'], options);
    expect([found.code, JSON.parse(found.stdout)]).toMatchObject([0, { count: 2 }]);
    expect(found.stderr).toMatch(/Nothing stands to the right of AND/);
    const refused = await querent(['check', 'nowhere.pubmed'], { ownProcess: true });
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    const faulty = await querent(['check', '-', '--json'], { ownProcess: true, input: 'a[xyz]' });
    expect([faulty.code, JSON.parse(faulty.stdout)]).toMatchObject([1, [{ file: '<stdin>' }]]);
  });

  it.each([
    [['nonsense'], /unknown command 'nonsense'/],
    [['search'], /missing required argument 'query'/],
    [['search', 'a', '--nonsense'], /unknown option '--nonsense'/],
    [['search', 'a', '--corpus', corpus, '--limit', 'x'], /whole number/],
    [['search', 'a', '--corpus', corpus, '--until', '2016-02-30'], /no such day/],
    [['search', 'a'], /Say where to search/],
    [['search', 'a', '--corpus', corpus, '--live'], /not both/],
    [['search', 'a', '--corpus', 'nowhere.sqlite'], /no file nowhere\.sqlite/],
    [['search', 'a', '--corpus', ''], /Say where to search/],
    [['search', 'a', '--corpus', '/dev/null'], /a device or a pipe/],
    [['search', '  ', '--corpus', corpus], /holds nothing to search for/],
    [['search', '#1 AND a', '--corpus', corpus], /no lines here/],
    [['search', '2016/13[dp]', '--corpus', corpus], /2016\/13\[dp\] was left out\. There is no month 13/],
    [['search', 'free full text[sb]', '--corpus', corpus], /cannot be answered from local records/],
    [['count', 'nowhere.pubmed'], /nowhere\.pubmed cannot be read: there is no such file/],
    [['count', file('empty.pubmed', '')], /holds no query/],
    [['count', file('plain.pubmed', 'a[tiab]')], /names no database/],
    [
      ['count', file('gone.pubmed', '---\ndatabase: gone.sqlite\n---\na[tiab]')],
      /no file "gone\.sqlite".* querent corpus build/,
    ],
    [['count', file('a.pubmed', 'a[tiab]'), '--corpus', corpus, '--seeds', 'x'], /--seeds x/],
    [['check', '--format', 'xml', corpus], /Allowed choices are text, json, sarif, github/],
    [['check', folder], /cannot be read: it is a folder/],
  ])('refuses %j', async (args, message) => {
    const result = await querent(args);
    expect(result.stderr).toMatch(message);
    expect([result.code, result.stdout]).toEqual([2, '']);
  });
});

interface Checked {
  readonly file: string;
  readonly problems: {
    readonly rule: string;
    readonly severity: string;
    readonly range: { readonly start: { readonly line: number; readonly character: number } };
  }[];
}

describe('querent check', () => {
  const broken = file('broken.pubmed', '\ufeff#1 "falls[tiab]\r\n#2 #2 OR a[xyz]\r\n');

  it('reports in JSON, with places as editors count them', async () => {
    const fine = file('fine.pubmed', '#1 falls[tiab]\n');
    const [first, second] = await querentJson<Checked[]>(['check', broken, fine, '--json'], { code: 1 });
    expect(first?.file).toBe(broken);
    expect(
      first?.problems.some(({ severity, range }) => severity === 'error' && range.start.line === 0),
    ).toBe(true);
    expect(first?.problems.some(({ range }) => range.start.line === 1)).toBe(true);
    expect(second).toEqual({ file: fine, problems: [] });
  });

  it('reports as text, for GitHub and as SARIF', async () => {
    const text = await querent(['check', broken]);
    expect([text.code, text.stdout]).toEqual([
      1,
      expect.stringMatching(/broken\.pubmed:1:\d+ error .+ \([a-z-]+\)\n/) as string,
    ]);
    const github = await querent(['check', broken, '--format', 'github']);
    expect(github.stdout).toMatch(
      /^::error file=.*broken\.pubmed,line=1,endLine=\d+,col=\d+,endColumn=\d+,title=[a-z-]+::/,
    );
    const sarif = await querentJson<{
      version: string;
      runs: { results: unknown[]; tool: { driver: { rules: Record<string, unknown>[] } } }[];
    }>(['check', broken, '--format', 'sarif'], { code: 1 });
    expect(sarif.version).toBe('2.1.0');
    expect(sarif.runs[0]?.results.length).toBeGreaterThan(1);
    // Each rule explains itself, with its page, since a log is read far from the program.
    for (const { id, ...rule } of sarif.runs[0]?.tool.driver.rules ?? [])
      expect(rule).toMatchObject({
        fullDescription: { text: expect.stringMatching(/\w/) as string },
        help: { markdown: expect.stringContaining(`# ${String(id)}\n`) as string },
      });
  });

  it.each([
    ['an empty file', '', 0],
    ['curly quotes, emoji, right-to-left', '“falls”[tiab] OR 😀 OR שלום[tiab]', 0],
    ['YAML that does not parse', '---\ntitle: [\n---\na[tiab]', 1],
    ['seeds that are no ids', '---\nseeds: [x1]\n---\na[tiab]', 1],
    ['random bytes', new Uint8Array(1_000_000).map((_, i) => (i * 7919 + (i >> 5)) % 256), 1],
  ])('has an answer to %s', async (_, content, code) => {
    const result = await querent(['check', '-', '--json'], { input: content });
    expect(result.code).toBe(code);
    expect(JSON.parse(result.stdout)).toEqual([
      { file: '<stdin>', problems: expect.any(Array) as unknown[] },
    ]);
  });
});

describe('querent parse', () => {
  it.each([
    'falls[tiab] AND "older adults"[mh:noexp]',
    '---\ntitle: x\n---\n// c\n#1 a // d\n\n2. b AND (\n#3 #1 OR #2',
    '\ufeffa\r\n\r\nb 😀 “c',
    '',
    ')))((("[',
  ])('covers every character with one token: %j', async (text) => {
    const { tokens } = await querentJson<{ tokens: { start: number; end: number }[] }>(
      ['parse', '-', '--json'],
      { input: text },
    );
    let at = 0;
    for (const { start, end } of tokens) {
      expect(start).toBe(at);
      expect(end).toBeGreaterThan(start);
      at = end;
    }
    expect(at).toBe(text.length);
  });

  it('gives the tree and the problems', async () => {
    const json = await querentJson<{ tree: { kind: string }; problems: unknown[] }>(
      ['parse', '-', '--json'],
      { input: 'a AND "b' },
    );
    expect(json.tree.kind).toBe('chain');
    expect(json.problems).toHaveLength(1);
  });
});

describe('querent format', () => {
  it('formats files in place, standard input to standard output, and checks', async () => {
    const path = file('messy.pubmed', '#1 a[tiab]   or  b[tiab]\n');
    const check = await querent(['format', path, '--check']);
    expect([check.code, check.stderr]).toEqual([1, expect.stringContaining('would be changed') as string]);
    expect(readFileSync(path, 'utf8')).toContain('   or');
    expect((await querent(['format', path])).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('#1 a[tiab] OR b[tiab]\n');
    expect((await querent(['format', path, '--check'])).code).toBe(0);
    expect((await querent(['format', '-'], { input: 'a   and b' })).stdout).toBe('a AND b');
    expect((await querent(['format', '-'], { input: Buffer.of(0xff) })).code).toBe(2);
  });

  it('keeps a byte order mark and Windows line ends', async () => {
    const path = file('windows.pubmed', '\ufeff#1 a[tiab]   or  b[tiab]\r\n#2 #1\r\n');
    expect((await querent(['format', path])).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('\ufeff#1 a[tiab] OR b[tiab]\r\n#2 #1\r\n');
  });
});

describe('querent search', () => {
  it('prints ids, JSON, or a list', async () => {
    expect(
      (await querent(['search', 'falls[tiab]', '--corpus', corpus, '--ids'])).stdout.split('\n').sort(),
    ).toEqual(['', '1', '2']);
    const json = await querentJson<Record<string, unknown>>(
      ['search', '-', '--corpus', corpus, '--json', '--limit', '1'],
      { input: 'falls[ti]\n' },
    );
    expect(json).toEqual({
      count: 2,
      ids: [expect.stringMatching(/^[12]$/) as string],
      translation: expect.any(String) as string,
      warnings: expect.any(Array) as unknown[],
      engine: 'citation file small.jsonl, 3 records',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      offline: null,
      seconds: expect.any(Number) as number,
    });
    const text = await querent(['search', 'exercise', '--corpus', corpus]);
    expect(text.stdout).toMatch(/^1 record in .*\n1 +Exercise for falls \(J 2010\)\n$/);
    expect(
      await querentJson(['search', 'falls', '--corpus', corpus, '--until', '2012', '--json']),
    ).toMatchObject({ count: 1, ids: ['1'] });
  });

  it.each([
    ['exp Falls/ adj3 hip.ti,ab.', /query:1:\d+ (?:error|warning) /],
    ['falls[__proto__]', /query:1:6 error PubMed has no field \[__proto__\]/],
    ['falls[tiab', /query:1:6 error .* is not closed/],
  ])('says what is wrong with %s and answers all the same', async (text, message) => {
    const result = await querent(['search', text, '--corpus', corpus, '--json']);
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({ count: expect.any(Number) as number });
  });

  it('prints nothing but zero for nothing', async () => {
    expect(await querentJson(['search', 'zebra', '--corpus', corpus, '--json'])).toMatchObject({
      count: 0,
      ids: [],
    });
    expect((await querent(['search', 'zebra', '--corpus', corpus, '--ids'])).stdout).toBe('');
  });
});

interface Counted {
  readonly lines: {
    label: string;
    count: number | null;
    seedsFound: number | null;
    seedsTotal: number;
    error: string | null;
  }[];
  readonly strategy: { label: string; count: number | null; recall: number | null };
}

describe('--headings-as-text', () => {
  const folderWithMesh = mkdtempSync(join(folder, 'mesh-'));
  writeFileSync(
    join(folderWithMesh, 'mesh.jsonl'),
    `${JSON.stringify({ ui: 'D1', name: 'Accidental Falls', entry: ['Falls'], tree: ['N06.850.135'] })}\n`,
  );
  const records = join(folderWithMesh, 'records.jsonl');
  writeFileSync(records, readFileSync(corpus));

  it.each([
    [[], 0, undefined],
    [['--headings-as-text'], 2, '2 of the 2 records are found by that only'],
  ])('search with %j', async (args, count, note) => {
    const query = '"Accidental Falls"[mh]';
    const found = await querentJson<{ count: number; warnings: { code: string; message: string }[] }>([
      'search',
      query,
      '--corpus',
      records,
      '--json',
      ...args,
    ]);
    expect(found.count).toBe(count);
    const warning = found.warnings.find(({ code }) => code === 'headings-as-text');
    if (note === undefined) expect(warning).toBeUndefined();
    else expect(warning?.message).toContain(note);
  });

  it('counts with it, and not in PubMed', async () => {
    const path = file('headings.pubmed', '"Accidental Falls"[mh]');
    const counted = await querentJson<Counted>([
      'count',
      path,
      '--corpus',
      records,
      '--headings-as-text',
      '--json',
    ]);
    expect(counted.lines.map(({ count }) => count)).toEqual([2]);
    const refused = await querent(['count', path, '--live', '--headings-as-text']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--headings-as-text goes with --corpus');
  });
});

describe('querent count', () => {
  it('counts every line and the seeds in the database of the front matter', async () => {
    const counted = await querentJson<Counted>(['count', join(samples, 'falls.pubmed'), '--json']);
    expect(counted.lines.map(({ label }) => label)).toEqual(['1', '2', '3', '4']);
    for (const line of counted.lines) expect([line.error, line.seedsTotal]).toEqual([null, 12]);
    expect(counted.strategy.label).toBe('4');
    expect(counted.strategy.count).toBeGreaterThan(0);
  });

  it('says why a line cannot be searched, and never 0', async () => {
    const path = file('lines.pubmed', '#1 falls[tiab]\n#2 #2 AND a\n#3 #9 OR b\n#4 #1\n');
    const counted = await querentJson<Counted>(
      ['count', path, '--corpus', corpus, '--seeds', '1,3', '--json'],
      { code: 1 },
    );
    expect(counted.lines[0]).toMatchObject({ count: 2, seedsFound: 1, seedsTotal: 2, error: null });
    expect(counted.lines[1]).toMatchObject({
      count: null,
      seedsFound: null,
      error: expect.any(String) as string,
    });
    expect(counted.lines[2]).toMatchObject({ count: null, error: expect.stringContaining('9') as string });
    const front = file('front.pubmed', '---\nuntil: soon\nseeds: [x1, 1]\n---\nfalls[tiab]\n');
    const told = await querent(['count', front, '--corpus', corpus, '--json']);
    expect(told.stderr).toMatch(/front\.pubmed:2:8 error "soon" is not a day/);
    expect(told.stderr).toMatch(/front\.pubmed:3:9 error "x1" is no PMID/);
    const text = await querent(['count', path, '--corpus', corpus]);
    expect(text.stdout).toMatch(/^#2 +error {2}\S/m);
    const headings = file('headings.pubmed', '#1 aged[mh]\n#2 humans[mh]\n');
    const { stderr } = await querent(['count', headings, '--corpus', corpus]);
    expect(stderr.match(/MeSH is not loaded/g)).toHaveLength(1);
  });
});

it('is ended by Ctrl-C while it computes', async () => {
  const many = file(
    'many.jsonl',
    Array.from({ length: 30_000 }, (_, i) => `{"pmid":${i + 1},"title":"w${i} walks"}\n`).join(''),
  );
  const text = file(
    'long.pubmed',
    Array.from({ length: 4000 }, (_, i) => `"walk* *${i}* *a*"[ti]`).join(' OR ') + ' AND x]',
  );
  const started = performance.now();
  const result = await querent(['search', '-', '--corpus', many], {
    input: readFileSync(text),
    interruptAt: /closes no field tag/,
  });
  expect([result.code, result.stdout]).toEqual([130, '']);
  expect(performance.now() - started).toBeLessThan(15_000);
});

describe('querent lsp', () => {
  it.each([[['lsp', '--stdio']], [['lsp']]])('serves the language server protocol: %j', async (args) => {
    const message = (method: string, id?: number) => {
      const body = JSON.stringify({
        jsonrpc: '2.0',
        method,
        params: { processId: null, rootUri: null, capabilities: {} },
        ...(id === undefined ? {} : { id }),
      });
      return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    };
    const input = message('initialize', 1) + message('initialized') + message('shutdown', 2);
    const result = await querent(args, { input, then: { after: /"id":2/, input: message('exit') } });
    expect(result.stdout).toMatch(/"hoverProvider"/);
    expect(result.stdout).toMatch(/"id":2,"result":null/);
    expect(result.code).toBe(0);
  });
});

describe('the launcher', () => {
  it('is a program that Node 20 can read', async () => {
    const text = readFileSync(resolve(import.meta.dirname, '../../server/bin/querent.mjs'), 'utf8');
    expect(text.startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect(text).toContain('npm run build');
  });
});
