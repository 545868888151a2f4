import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TrialsRegistry } from '../../core/src/connectors/testing/trialsRegistry.ts';
import { hintText, startServer, TestFolder, type TestServer } from './harness.ts';

const nct = (number: number): string => `NCT${String(number).padStart(8, '0')}`;

const folder = new TestFolder();
const uri = folder.uri('asthma.ctgov');
const textDocument = { uri };
const text = `---
database: ctgov
until: 2015-12-31
seeds: [${nct(1)}, ${nct(2)}, ${nct(9_000_000)}, 17]
---
#1 asthma OR wheezing // population
#2 AREA[TitleSearch]budesonide
#3 #1 AND (
#4 #1 AND #2
`;

let registry: TrialsRegistry;
let server: TestServer;
beforeAll(async () => {
  registry = await TrialsRegistry.start(
    Array.from({ length: 60 }, (_, index) => ({
      id: nct(index + 1),
      title: `${index % 2 === 0 ? 'Budesonide' : 'Exercise'} for ${index < 40 ? 'asthma' : 'eczema'} ${index}`,
      posted: `${index < 50 ? 2010 : 2020}-01-${String(1 + (index % 28)).padStart(2, '0')}`,
    })),
  );
});
afterEach(async () => {
  expect(await server.stop()).toBe(0);
  registry.reset();
});
afterAll(async () => {
  await registry.close();
  folder.dispose();
});

let starts = 0;
async function start(content = text, { trusted = true, settings = {} } = {}): Promise<void> {
  server = await startServer({
    folder: folder.path,
    settings,
    trusted,
    environment: {
      QUERENT_CTGOV_URL: registry.url,
      // Answers of today are kept: every test has its own.
      QUERENT_INDEX_CACHE: join(folder.path, `cache${++starts}`),
    },
  });
  await server.open(uri, content, 'ctgov');
}

const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
async function hints(): Promise<string[]> {
  const found = await server.request<{ label: unknown }[]>('textDocument/inlayHint', { textDocument, range });
  return found.map(hintText);
}
const measured = (): Promise<string[]> =>
  server.until(
    hints,
    (all) => all.length > 0 && all.every((hint) => !/…|not measured yet/.test(hint)),
    'Numbers',
  );

async function hover(line: number, character: number): Promise<string> {
  const found = await server.request<{ contents: { value: string } } | null>('textDocument/hover', {
    textDocument,
    position: { line, character },
  });
  return found?.contents.value ?? '';
}

async function lenses(): Promise<string[]> {
  const found = await server.request<{ command?: { title: string } }[]>('textDocument/codeLens', {
    textDocument,
  });
  return Promise.all(
    found.map(async (lens) => {
      const { command } =
        lens.command === undefined ? await server.request<typeof lens>('codeLens/resolve', lens) : lens;
      return command?.title ?? '';
    }),
  );
}

describe('database: ctgov', () => {
  it('is asked when the person wants it: hints, lenses and hovers have the numbers and the seeds', async () => {
    await start();
    await server.until(lenses, (all) => all[0]?.includes('not measured yet') === true, 'The lens');
    expect(await hover(5, 4)).toMatch(/not measured yet/i);
    expect(registry.seen).toEqual([]);
    await server.connection.sendNotification('querent/measureAgain', { uri });
    expect(await measured()).toEqual([
      '40 records · 2/3 seeds',
      '25 records · 1/3 seeds',
      '⚠ not measured',
      '20 records · 1/3 seeds',
    ]);
    expect(
      registry.seen.every(({ parameters }) => parameters.get('filter.advanced')?.includes('2015-12-31')),
    ).toBe(true);
    // Counts of three lines bring their ids along; nothing more was asked.
    expect(registry.seen).toHaveLength(3);
    const line = await hover(8, 1);
    expect(line).toContain('**20 records** · **1 of 3 seeds**');
    expect(line).toContain(`Missed: [${nct(2)}]`);
    expect(line).toContain(
      `ClinicalTrials.gov (live, ${registry.url.replace(/\/*$/, '/')})`.replace(/[_~]/g, String.raw`\$&`),
    );
    expect(await hover(7, 1)).toContain('has an error: This "(" is never closed');
    const { items } = await server.request<{ items: { message: string }[] }>('textDocument/diagnostic', {
      textDocument,
    });
    expect(items.map(({ message }) => message).join('\n')).toContain('1 of 4 seeds is no NCT number (17)');
  });

  it('tells of the strategy in its lens, without what only PubMed has', async () => {
    await start(text.replace('#3 #1 AND (\n', ''));
    await server.connection.sendNotification('querent/measureAgain', { uri });
    await measured();
    const titles = await lenses();
    expect(titles[0]).toBe('Strategy: 20 records · 1 of 3 seeds · NNR 20');
    expect(titles).toContain('Show records');
    expect(titles.join('\n')).toContain('Measured in ClinicalTrials.gov');
    expect(titles.filter((title) => /Rewrite|Explain|Catch|Narrow|Describe/.test(title))).toEqual([]);
  });

  it('is measured as a whole, remembered over time, and exported', async () => {
    await start();
    expect(await server.request('querent/measureStrategy', { uri })).toMatchObject({
      lines: 4,
      measured: 3,
      failed: [{ label: '3', message: expect.stringContaining('never closed') }],
    });
    // What was answered is noted when it is judged, as an editor has it judged whenever numbers come.
    await server.request('textDocument/diagnostic', { textDocument });
    const { markdown } = await server.until(
      () => server.request<{ markdown: string }>('querent/countHistory', { uri }),
      (report) => report.markdown.includes('40'),
      'The history',
    );
    expect(markdown).toContain('20');
    const path = join(folder.path, 'asthma.ris');
    const done = await server.request('querent/exportRecords', {
      uri,
      label: '4',
      format: 'ris',
      path,
      replace: true,
    });
    expect(done).toMatchObject({ records: 20, path });
    expect(readFileSync(path, 'utf8').match(/^TY {2}- /gm)).toHaveLength(20);
    await expect(server.request('querent/missedSeeds', { uri })).rejects.toThrow(/PubMed/);
  });

  it('measures the part under the cursor while typing, where that is wanted', async () => {
    await start(text, { settings: { live: { measureWhileTyping: true } } });
    await measured();
    const term = await hover(6, 25);
    expect(term).toContain('**budesonide**');
    expect(term).toContain('**25 records**');
    expect(registry.seen.map(({ parameters }) => parameters.get('query.term'))).toContain(
      'AREA[TitleSearch](budesonide)',
    );
  });

  it('lists records page by page, with the seeds that are found and missed', async () => {
    await start();
    interface Page {
      readonly items: { id: string; title: string; url: string; isSeed: boolean }[];
      readonly missedSeeds: { id: string; title: string; inLibrary: boolean }[];
      readonly foundSeeds: { id: string }[];
      readonly measurement: { count: number };
    }
    const page = (offset: number): Promise<Page> =>
      server.request('querent/records', { uri, label: '4', offset, limit: 15 });
    const first = await page(0);
    expect(first.measurement.count).toBe(20);
    expect(first.items).toHaveLength(15);
    expect(first.items[0]).toMatchObject({
      url: expect.stringContaining('https://clinicaltrials.gov/study/NCT'),
    });
    expect(first.foundSeeds.map(({ id }) => id)).toEqual([nct(1)]);
    expect(first.missedSeeds).toMatchObject([
      { id: nct(2), title: 'Exercise for asthma 1', inLibrary: true },
      { id: nct(9_000_000), inLibrary: false },
    ]);
    const rest = await page(15);
    expect(new Set([...first.items, ...rest.items].map(({ id }) => id)).size).toBe(20);
    await expect(server.request('querent/records', { uri, label: '3', offset: 0, limit: 5 })).rejects.toThrow(
      /never closed/,
    );
  });

  it('says what the registry says of an expression, and what is wrong with the registry, and never 0', async () => {
    registry.interfere = (response, { parameters }) => {
      if (parameters.get('query.term')?.includes('budesonide') !== true) return false;
      response
        .writeHead(400, { 'Content-Type': 'text/plain' })
        .end('Error parsing query in Other terms: Unknown area name: TitleSearch');
      return true;
    };
    await start();
    await server.connection.sendNotification('querent/measureAgain', { uri });
    expect(await measured()).toEqual([
      '40 records · 2/3 seeds',
      '⚠ not measured',
      '⚠ not measured',
      '⚠ not measured',
    ]);
    expect(await hover(6, 1)).toContain('did not take the expression: Unknown area name: TitleSearch');
  });

  it('is never asked by a workspace that is not trusted', async () => {
    await start(text, { trusted: false, settings: { live: { measureWhileTyping: true } } });
    await server.connection.sendNotification('querent/measureAgain', { uri });
    await server.until(
      hints,
      (all) => all.length === 4 && all.every((hint) => hint.includes('not measured')),
      'The refusal',
    );
    expect(await hover(5, 1)).toContain('ClinicalTrials.gov is not asked in Restricted Mode');
    expect(registry.seen).toEqual([]);
  });
});

describe('a library of trial records', () => {
  it('is counted in as far as it can tell, and says what it cannot', async () => {
    const library = join(folder.path, 'trials.jsonl');
    const record = (id: string, title: string): string => JSON.stringify({ id, title, abstract: '' });
    writeFileSync(
      library,
      [record(nct(1), 'Budesonide for asthma'), record(nct(2), 'Exercise for asthma')].join('\n'),
    );
    await start(
      `---\ndatabase: trials.jsonl\nseeds: [${nct(1)}]\n---\n#1 AREA[ConditionSearch]asthma\n#2 #1 AND NOT exercise\n#3 #2 AND AREA[StdAge]CHILD\n`,
    );
    expect(await measured()).toEqual(['2 records · 1/1 seeds', '1 record · 1/1 seeds', '⚠ not measured']);
    expect(await hover(4, 1)).toContain('registrations in a library do not tell areas apart');
    expect(await hover(6, 1)).toContain('cannot be searched in a library of trial records');
    expect(registry.seen).toEqual([]);
  });

  it('is not the one of the settings, which holds citations', async () => {
    await start('#1 asthma\n#2 wheezing\n', { settings: { library: { path: 'trials.jsonl' } } });
    expect(await hints()).toEqual([]);
    expect(await hover(0, 1)).toContain('add "database: ctgov"');
    expect((await lenses())[0]).toContain('no database is named');
  });
});
