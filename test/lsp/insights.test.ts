import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edited, startServer, TestFolder, type TestServer } from './harness.ts';
import { place } from './library.ts';

interface LspRange {
  start: { line: number; character: number };
  end: { line: number; character: number };
}
interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly range: LspRange;
  readonly tags?: readonly number[];
  readonly relatedInformation?: readonly { location: { uri: string; range: LspRange }; message: string }[];
}

/** 1,200 invented records: words by what divides their number. Half have a year, a quarter a heading. */
const citations = Array.from({ length: 1200 }, (_, i) =>
  JSON.stringify({
    pmid: String(92_000_000 + i),
    title: [
      'Invented study',
      ...(i % 2 === 0 ? ['walking'] : []),
      ...(i % 4 === 0 ? ['strolling'] : []),
      ...(i % 3 === 0 ? ['children'] : []),
      ...(i % 5 === 0 ? ['teenagers'] : []),
    ].join(' '),
    abstract: 'Nothing was done.',
    ...(i % 2 === 0 ? { year: 2000 + (i % 10) } : {}),
    ...(i % 4 === 0 ? { mesh_terms: ['Walking', 'Humans'] } : {}),
  }),
).join('\n');

const strategy = `---
database: many.jsonl
seeds: [92000006, 92000002, 92000004, 92000015]
---
#1 walking[tiab] OR strolling[tiab] OR wandering[tiab]
#2 children[tiab] OR teenagers[tiab]
#3 #1 AND #2
`;

const folder = new TestFolder();
folder.write('many.jsonl', citations);
const uri = folder.uri('walking.pubmed');
const textDocument = { uri };
const measured = new Set(['adds-nothing', 'finds-nothing', 'block-loses-seeds']);
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ folder: folder.path, settings: {} });
  await server.open(uri, strategy);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

async function problems(
  of: string,
  good: (list: readonly Diagnostic[]) => boolean,
  on: TestServer = server,
): Promise<readonly Diagnostic[]> {
  const answer = await on.until(
    async () =>
      (
        await on.request<{ items: Diagnostic[] }>('textDocument/diagnostic', { textDocument: { uri: of } })
      ).items.filter(({ code }) => measured.has(code)),
    good,
    'Measured problems',
  );
  return answer;
}

async function hover(text: string, after = 1): Promise<string> {
  const { line, character } = place(text, strategy);
  const position = { line, character: character + after };
  const answer = await server.request<{ contents: { value: string } } | null>('textDocument/hover', {
    textDocument,
    position,
  });
  return answer?.contents.value ?? '';
}

describe('what is measured of terms and blocks', () => {
  it('becomes problems some time after a document is opened, and the client is asked to ask again', async () => {
    const found = await problems(uri, (list) => list.length >= 4);
    // Independent of the engine: which numbers divide the seeds 6, 2, 4 and 15.
    expect(found.map(({ code, message }) => [code, message])).toEqual([
      [
        'adds-nothing',
        expect.stringContaining(
          'all 300 records that strolling[tiab] finds in this library of 1,200 records',
        ),
      ],
      [
        'finds-nothing',
        expect.stringMatching(/^wandering\[tiab\] finds nothing in this library of 1,200 records/),
      ],
      ['block-loses-seeds', 'This block loses 1 seed that the other blocks find: 92000015.'],
      ['block-loses-seeds', 'This block loses 2 seeds that the other blocks find: 92000002, 92000004.'],
    ]);
    expect(found[0]?.tags).toEqual([1]);
    expect(found[3]?.relatedInformation).toEqual([
      {
        location: { uri, range: { start: { line: 5, character: 3 }, end: { line: 5, character: 36 } } },
        message: 'Line #2, which loses them',
      },
    ]);
    await server.message(({ method }) => method === 'workspace/diagnostic/refresh');
  });

  it('has a fix that removes the term, and a command that shows the records', async () => {
    const [adds, , , loses] = await problems(uri, (list) => list.length >= 4);
    const actionsAt = (range: LspRange | undefined) =>
      server.request<
        {
          title: string;
          command?: { command: string; arguments: unknown[] };
          edit?: { documentChanges: { edits: { range: LspRange; newText: string }[] }[] };
        }[]
      >('textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } });
    const remove = (await actionsAt(adds?.range)).find(({ title }) => title === 'Remove strolling[tiab]');
    const after = edited(strategy, remove?.edit?.documentChanges[0]?.edits ?? []);
    expect(after).toContain('#1 walking[tiab] OR wandering[tiab]\n');
    const show = (await actionsAt(loses?.range)).find(
      ({ title }) => title === 'Show the records that line #3 misses',
    );
    expect(show?.command).toMatchObject({ command: 'querent.showRecords', arguments: [uri, '3'] });
  });

  it('stands in the hover of a term, a block and a line', async () => {
    expect(await hover('teenagers')).toMatch(
      /Adds \*\*160 records\*\* that nothing else in #2 finds\. The strategy would lose 80 records without it\./,
    );
    expect(await hover('strolling')).toMatch(/Adds nothing: other terms of #1 find all of its records/);
    const line = await hover('#2 children');
    expect(line).toMatch(
      /Without it, #3 would find \*\*320 records\*\* more\. It loses \*\*2 seeds\*\* that all other blocks find/,
    );
    expect(line).toMatch(/[▁▂▃▄▅▆▇█]{5} 2000–2008/);
    expect(await hover('AND #2', 2)).toMatch(/Typical headings: Humans 100 %, Walking 100 %/);
    expect(line).toMatch(/Measured in citation file many\.jsonl, 1,200 records/);
  });

  it('follows changes of the text, and stays where the line did not change', async () => {
    const other = folder.uri('changing.pubmed');
    await server.open(other, strategy);
    await problems(other, (list) => list.length === 4);
    await server.change(other, [
      {
        range: { start: { line: 5, character: 0 }, end: { line: 5, character: 3 } },
        text: '// people\n#2 (study[tiab] NOT zzz[tiab]) OR ',
      },
    ]);
    // At once, before anything can have been measured again.
    const now = await problems(other, () => true);
    expect(now.map(({ code }) => code).filter((code) => code !== 'block-loses-seeds')).toEqual([
      'adds-nothing',
      'finds-nothing',
    ]);
    const then = await problems(other, (list) => list.some(({ message }) => message.includes('children')));
    expect(then.filter(({ code }) => code === 'block-loses-seeds').map(({ message }) => message)).toEqual([
      'This block loses 1 seed that the other blocks find: 92000015.',
    ]);
    await server.close(other);
  });

  it('is switched off by levels and comments', async () => {
    const settings = { lint: { 'adds-nothing': 'off', 'finds-nothing': 'error' } };
    const second = await startServer({ folder: folder.path, settings });
    const text = strategy.replace('#3 #1', '// querent-disable-next-line block-loses-seeds\n#3 #1');
    await second.open(uri, text);
    const found = await problems(uri, (list) => list.length > 0, second);
    expect(found.map(({ code }) => code)).toEqual(['finds-nothing']);
    expect(await second.stop()).toBe(0);
  });
});

describe('reports', () => {
  const report = (method: string, params: object) =>
    server.request<{ title: string; markdown: string }>(method, { uri, ...params });

  it('describe the records of a line', async () => {
    const { title, markdown } = await report('querent/describeRecords', { label: '1' });
    expect(title).toBe('Records of line #1');
    expect(markdown).toContain('**600 records** of 1,200 (50 %)');
    expect(markdown).toMatch(/2000 {2}120 {2}█{40}\n2001 {4}0\n/);
    expect(markdown).toContain('| Walking | 300 | 100 % | 0 | 300 | 1.0 |');
    expect((await report('querent/describeRecords', {})).title).toBe('Records of line #3, the strategy');
  });

  it('compare lines', async () => {
    const { markdown } = await report('querent/compareLines', { labels: ['1', '2'] });
    expect(markdown).toMatch(/only #1 +320 .*\nonly #2 +280 .*\nboth #1 and #2 +280 /);
  });

  it('list the lines to choose from, with names and numbers', async () => {
    const named = folder.uri('named.pubmed');
    await server.open(named, '---\ndatabase: many.jsonl\n---\n// people\n#1 children[tiab]\n#2 #1\n#3\n');
    const ask = () =>
      server.request<{
        lines: { label: string; name?: string; measurement?: { count: number } }[];
        current?: string;
      }>('querent/lines', { uri: named, position: { line: 5, character: 4 } });
    const { lines, current } = await server.until(
      ask,
      (answer) => answer.lines.every(({ measurement }) => measurement !== undefined),
      'Numbers of lines',
    );
    expect(current).toBe('2');
    expect(lines.map(({ label, name, measurement }) => [label, name, measurement?.count])).toEqual([
      ['1', 'people', 400],
      ['2', undefined, 400],
    ]);
    await server.close(named);
  });

  it.each([
    ['querent/describeRecords', { label: '9' }, /no line #9/],
    ['querent/compareLines', { labels: ['1'] }, /Two to 4/],
    ['querent/compareLines', { labels: null }, /Two to 4/],
    ['querent/describeRecords', { uri: 'file:///nowhere.pubmed' }, /not open/],
  ])('refuse %s %j in words', async (method, params, says) => {
    await expect(report(method, params)).rejects.toThrow(says);
  });

  it('say that a live database cannot tell', async () => {
    const live = folder.uri('live.pubmed');
    await server.open(live, '---\ndatabase: pubmed\n---\n#1 walking[tiab]\n');
    await expect(report('querent/describeRecords', { uri: live })).rejects.toThrow(
      /Search in a citation library/,
    );
    await server.close(live);
  });
});
