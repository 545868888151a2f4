import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gathered } from '../testing/topics.ts';
import { findSource, readSource, sourceFiles } from './openSource.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-sources-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}
const lines = (...rows: readonly unknown[]): string =>
  rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n');
const read = async (path: string) => gathered(readSource(await findSource(path), undefined));

const review = { id: 'r1', title: 'Tai chi and falls', relevant_pmids: ['1', '2'] };

describe('review topics', () => {
  it('are read with PICO, date, near-duplicates; ids in the form of engines', async () => {
    const path = await file(
      'reviews.jsonl',
      lines(
        { ...review, relevant_pmids: ['007', 8, '8'], near_duplicate_of: 'r2', until: '2016-09-30' },
        {
          id: 'r2',
          pico: { population: 'older people', target_condition: 'falls', outcome: ' ' },
          relevant_pmids: ['9'],
        },
      ),
    );
    expect((await read(path)).topics).toEqual([
      {
        id: 'r1',
        task: 'publication',
        input: { title: 'Tai chi and falls' },
        target: { relevant: ['7', '8'] },
        until: '2016-09-30',
        flags: [],
        nearDuplicateOf: ['r2'],
        source: 'reviews',
      },
      {
        id: 'r2',
        task: 'publication',
        input: { pico: { population: 'older people', other: { target_condition: 'falls' } } },
        target: { relevant: ['9'] },
        flags: [],
        nearDuplicateOf: [],
        source: 'reviews',
      },
    ]);
  });

  it.each([
    ['{"id": "x", "title": 1, "relevant_pmids": ["1"]}', /line 2: “title” is a number/],
    ['{"title": "t", "relevant_pmids": ["1"]}', /line 2: “id” is missing/],
    ['{"id": "x", "relevant_pmids": ["1"]}', /line 2: “title” is missing, and so is “pico”/],
    ['{"id": "x", "title": "t"}', /line 2: “relevant_pmids” is missing/],
    ['{"id": "x", "title": "t", "relevant_pmids": "1"}', /line 2: “relevant_pmids” is a text/],
    ['{"id": "x", "title": "t", "relevant_pmids": []}', /^no-relevant: .*line 2: “relevant_pmids” is empty/],
    [
      '{"id": "x", "title": "t", "relevant_pmids": ["1", null]}',
      /line 2: entry 2 of “relevant_pmids” is null/,
    ],
    ['{"id": "x", "title": "t", "relevant_pmids": ["1", {"a": [1]}]}', /line 2: entry 2 .* an object/],
    [
      '{"id": "x", "title": "t", "relevant_pmids": ["1"], "until": "soon"}',
      /line 2: “until” is “soon”, no day/,
    ],
    [
      '{"id": "x", "title": "t", "relevant_pmids": ["1"], "until": "2016-02-30"}',
      /line 2: “until” is “2016-02-30”/,
    ],
    ['{"id": "x", "title": "t", "relevant_pmids": ["1"], "pico": ["falls"]}', /line 2: “pico” is a list/],
    [
      '{"id": "x", "title": "t", "relevant_pmids": ["1"], "near_duplicate_of": 3}',
      /line 2: “near_duplicate_of”/,
    ],
    ['["x"]', /line 2 is a list/],
    ['{"id": "x", "title": "t', /line 2 is not JSON/],
    ['['.repeat(200_000), /line 2 is not JSON/],
  ])('leave a bad row out and name file, line and field: %.60s', async (row, message) => {
    const { topics, excluded } = await read(
      await file('bad.jsonl', lines(review, row, { ...review, id: 'r3' })),
    );
    expect(topics.map(({ id }) => id)).toEqual(['r1', 'r3']);
    expect(excluded).toHaveLength(1);
    expect(excluded[0]).toMatch(message);
    expect(excluded[0]).toContain('bad.jsonl, ');
  });

  it('are read with BOM, CRLF, blank lines and without a line break at the end; also gzipped whatever the name', async () => {
    const text = `\uFEFF${JSON.stringify(review)}\r\n\r\n  \r\n${JSON.stringify({ ...review, id: 'r2' })}`;
    for (const content of [text, gzipSync(text)]) {
      const { topics, excluded } = await read(await file('crlf.jsonl', content));
      expect(excluded).toEqual([]);
      expect(topics.map(({ id }) => id)).toEqual(['r1', 'r2']);
    }
  });

  it('lose only the line that is not UTF-8, or too long', async () => {
    const latin1 = Buffer.concat([
      Buffer.from(`${JSON.stringify(review)}\n{"id": "x", "title": "`),
      Buffer.from([0xfc]),
      Buffer.from(`"}\n{"id": "${'y'.repeat(9_000_000)}"}\n${JSON.stringify({ ...review, id: 'r4' })}\n`),
    ]);
    const { topics, excluded } = await read(await file('latin1.jsonl', latin1));
    expect(topics.map(({ id }) => id)).toEqual(['r1', 'r4']);
    expect(excluded).toEqual([
      expect.stringMatching(/latin1.jsonl, line 2 is not UTF-8/),
      expect.stringMatching(/latin1.jsonl, line 3 is longer than 8 MB/),
    ]);
  });

  it('keep what stands before the end of an archive that is cut off, and say that it is', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => ({
      ...review,
      id: `r${i}`,
      title: `Title ${i * 7919}`,
    }));
    const packed = gzipSync(lines(...rows));
    const { topics, excluded } = await read(
      await file('cut.jsonl.gz', packed.subarray(0, packed.length / 2)),
    );
    expect(topics.length).toBeGreaterThan(100);
    expect(topics.length).toBeLessThan(3000);
    expect(excluded).toEqual([expect.stringMatching(/cut.jsonl.gz, line \d+: the gzip archive is cut off/)]);
  });
});

describe('PICO rows', () => {
  it("are read as published and as DeepRetrieval's own, January 1 flagged, dates of a year or month at their end", async () => {
    const pico = { P: 'adults', I: 'aspirin', C: 'placebo', O: 'stroke' };
    const path = await file(
      'pico.jsonl',
      lines(
        { id: 'a', pico: { population: 'adults' }, relevant: ['1'], until: '2003-01-01' },
        { id: 'MLSEP1', pico, publication_pmids: ['2'], pub_date: '2012/05/07', origin: { pmid: '9' } },
        { id: 'MLSET1', pico, trial_nctids: ['nct00000001'], pub_date: '2012' },
        { id: 'b', pico, relevant: ['3'], until: '2012-02' },
        { id: 'c', pico, relevant: ['3', 'NCT00000001'], until: '2012-02' },
        { id: 'd', pico: {}, relevant: ['3'] },
      ),
    );
    const { topics, excluded } = await read(path);
    expect(topics.map(({ id, task, until, flags }) => [id, task, until, flags?.join()])).toEqual([
      ['a', 'publication', '2003-01-01', 'january-1'],
      ['MLSEP1', 'publication', '2012-05-07', ''],
      ['MLSET1', 'trials', '2012-12-31', 'year-only'],
      ['b', 'publication', '2012-02-29', ''],
    ]);
    expect(topics[1]?.input).toEqual({
      pico: { population: 'adults', intervention: 'aspirin', comparison: 'placebo', outcome: 'stroke' },
    });
    expect(topics[2]?.target).toEqual({ relevant: ['NCT00000001'] });
    expect(excluded).toEqual([
      expect.stringMatching(/line 5: “relevant” mixes PMIDs and NCT ids/),
      expect.stringMatching(/line 6: “pico” is missing or has no text/),
    ]);
  });
});

describe('questions with answers', () => {
  it('are read with one answer or several; without ids by their lines', async () => {
    const path = await file(
      'qa.jsonl',
      lines(
        { question: 'Who?', answers: ['Ada', ' Ada ', ''] },
        { id: 7, question: 'When?', answer: '1843' },
        { question: 'Where?', answers: [] },
        { question: '', answers: ['x'] },
      ),
    );
    const { topics, excluded } = await read(path);
    expect(topics).toMatchObject([
      { id: 'line-1', task: 'qa', target: { answers: ['Ada'], question: 'Who?' } },
      { id: '7', target: { answers: ['1843'] } },
    ]);
    expect(excluded).toEqual([
      expect.stringMatching(/^no-relevant: .*line 3/),
      expect.stringMatching(/line 4: “question” is an empty text/),
    ]);
  });
});

describe('queries with qrels', () => {
  it('in the layout of BEIR give parts by their files; unknown queries, bad lines and grades of 0 are told', async () => {
    await file(
      'beir/queries.jsonl',
      lines({ _id: 'q1', text: 'zinc' }, { _id: 'q2', text: 'iron' }, { _id: 'q3' }),
    );
    await file('beir/qrels/train.tsv', 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td3\t0\n');
    await file('beir/qrels/dev.tsv', 'query-id\tcorpus-id\tscore\r\nq2\td4\t1\r\nq9\td5\t1\r\nq2\td6\n');
    const { topics, excluded } = await read(join(folder, 'beir'));
    expect(topics).toEqual([
      {
        id: 'q2',
        task: 'ir',
        input: { question: 'iron' },
        target: { relevant: { d4: 1 }, question: 'iron' },
        source: 'beir',
        split: 'validation',
      },
      {
        id: 'q1',
        task: 'ir',
        input: { question: 'zinc' },
        target: { relevant: { d1: 2 }, question: 'zinc' },
        source: 'beir',
        split: 'train',
      },
    ]);
    expect(excluded).toEqual([
      expect.stringMatching(/queries.jsonl, line 3: “text” is missing/),
      expect.stringMatching(/dev.tsv, line 4 is no judgement/),
      expect.stringMatching(/qrels\/dev.tsv, query q9: is judged, but there is no query/),
      expect.stringMatching(/^no-relevant: qrels\/train.tsv, query q2/),
    ]);
    expect((await sourceFiles(await findSource(join(folder, 'beir')))).map(({ name }) => name)).toEqual([
      'qrels/dev.tsv',
      'qrels/train.tsv',
      'queries.jsonl',
    ]);
  });

  it.each([
    [
      'sgml',
      '<top>\n<num> Number: 301\n<title> International &amp; crime\n<desc> Description:\nIdentify\n</top>\n',
    ],
    ['xml', '<topics><topic number="301" type="x"><query>International &amp; crime</query></topic></topics>'],
    ['tsv', '301\tInternational & crime\n'],
  ])('in the layout of TREC are read from %s', async (kind, topicsText) => {
    await file(`trec-${kind}/topics.${kind === 'tsv' ? 'tsv' : 'txt'}`, topicsText);
    await file(`trec-${kind}/qrels.txt`, '301 0 FBIS-1 1\n301 0 FBIS-2 0\n301 0 constructor 2\n');
    const { topics, excluded } = await read(join(folder, `trec-${kind}`));
    expect(excluded).toEqual([]);
    expect(topics).toMatchObject([
      {
        id: '301',
        input: { question: 'International & crime' },
        target: { relevant: { 'FBIS-1': 1, constructor: 2 } },
      },
    ]);
  });
});

describe('a workspace', () => {
  it('gives a topic for every strategy with a question and seeds', async () => {
    const head = (...more: readonly string[]): string =>
      ['---', ...more, '---', 'falls[tiab]', ''].join('\n');
    await file('ws/a.pubmed', head('title: Falls', 'until: 2016-09-30', 'seeds: [11, 012]'));
    await file('ws/below/b.pubmed', head('pico:', '  population: adults', 'seeds: seeds.txt'));
    await file('ws/below/seeds.txt', '21\n22\n');
    await file('ws/c.ctgov', head('title: Trials', 'seeds: [NCT00000001]'));
    await file('ws/none.pubmed', head('title: No seeds'));
    await file('ws/untold.pubmed', 'falls[tiab]');
    await file('ws/wrong.ctgov', head('title: Trials', 'seeds: [11]'));
    await file('ws/outside.pubmed', head('title: Outside', 'seeds: ../seeds.txt'));
    await file('ws/.hidden/d.pubmed', head('title: Hidden', 'seeds: [1]'));
    const { topics, excluded } = await read(join(folder, 'ws'));
    expect(topics).toEqual([
      {
        id: 'a',
        task: 'publication',
        input: { title: 'Falls' },
        target: { relevant: ['11', '12'] },
        until: '2016-09-30',
        source: 'ws',
      },
      {
        id: 'below/b',
        task: 'publication',
        input: { pico: { population: 'adults' } },
        target: { relevant: ['21', '22'] },
        source: 'ws',
      },
      {
        id: 'c',
        task: 'trials',
        input: { title: 'Trials' },
        target: { relevant: ['NCT00000001'] },
        source: 'ws',
      },
    ]);
    expect(excluded).toEqual([
      expect.stringMatching(/^no-relevant: none.pubmed: the front matter has no “seeds”/),
      expect.stringMatching(/outside.pubmed: “seeds” names ..\/seeds.txt, outside/),
      expect.stringMatching(/untold.pubmed: the front matter has neither “title” nor “pico”/),
      expect.stringMatching(/wrong.ctgov: “seeds” are PMIDs/),
    ]);
    const files = await sourceFiles(await findSource(join(folder, 'ws')));
    expect(files.map(({ name }) => name)).toEqual([
      ...['a.pubmed', 'below/b.pubmed', 'below/seeds.txt', 'c.ctgov', 'none.pubmed'],
      ...['outside.pubmed', 'untold.pubmed', 'wrong.ctgov'],
    ]);
  });
});

describe('what is no source', () => {
  it.each([
    ['empty.jsonl', '', /holds no JSON object/],
    ['other.jsonl', '{"a": 1}', /line 1: nothing tells what this is/],
    ['text.jsonl', 'hello', /holds no JSON object/],
  ])('is refused with the way out: %s', async (name, content, message) => {
    await expect(findSource(await file(name, content))).rejects.toThrow(message);
    await expect(findSource(join(folder, 'not-there'))).rejects.toThrow(/There is no file or folder/);
  });

  it('can be named: kind=path', async () => {
    const path = await file('named.jsonl', '{"a": 1}\n');
    expect(await findSource(`reviews=${path}`, 'test')).toEqual({
      kind: 'reviews',
      path,
      name: 'named',
      split: 'test',
    });
  });
});
