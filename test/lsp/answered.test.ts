import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUnresolvable, parseStrategy, resolveLine } from '@querent/core/strategy';
import { startEutilsService } from '../../server/src/eutilsService/index.ts';
import type { EutilsService } from '../../server/src/eutilsService/index.ts';
import { countHistory } from '../../server/src/live/index.ts';
import { edited, startServer, TestFolder } from './harness.ts';
import type { TestServer } from './harness.ts';
import { citations, place } from './library.ts';

const folder = new TestFolder();
folder.write('citations.jsonl', citations);
const cache = join(folder.path, 'cache');
const history = countHistory(join(cache, 'live/history'));
const uri = folder.uri('strategy.pubmed');
const text = `---
database: pubmed
seeds: [91000001, 91000002, 91000003, 91000008]
---
#1 elderly[tiab] OR "older adults"[tiab] OR exercisse[tiab] OR qqxxqqzz[tiab]
#2 exercis*[tiab] OR "tai chi"[tiab] OR "training balance"[tiab]
#3 #1 AND #2
`;
let service: EutilsService;
let server: TestServer;

beforeAll(async () => {
  service = await startEutilsService({ corpus: join(folder.path, 'citations.jsonl'), rate: 0 });
  const query = resolveLine(parseStrategy(text), '1');
  if (isUnresolvable(query)) throw new Error(query.problem);
  const engine = `pubmed:${service.url.replace(/\/*$/, '/')}`;
  const at = '2026-01-10T00:00:00Z';
  await history.add(uri, [{ label: '1', engine, key: query.key, at, count: 400, seedsFound: 0, seeds: 0 }]);
  server = await startServer({
    folder: folder.path,
    settings: {},
    // Ten requests a second take less time than three.
    environment: {
      QUERENT_EUTILS_URL: service.url,
      QUERENT_INDEX_CACHE: cache,
      NCBI_API_KEY: '0123456789abcdef'.repeat(3).slice(0, 36),
    },
  });
  await server.open(uri, text);
  await server.connection.sendNotification('querent/measureAgain', { uri });
}, 30_000);
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await service.close();
  folder.dispose();
});

interface Item {
  readonly code: string;
  readonly message: string;
  readonly range: { start: { line: number; character: number }; end: { line: number; character: number } };
}
const LIVE = /^(?:phrase-not-found|block-loses-seeds|count-jumped|all-fields-fallback)$/;

async function problems(wanted: RegExp): Promise<string[]> {
  const lines = text.split('\n');
  return server.until(
    async () => {
      const { items } = await server.request<{ items: Item[] }>('textDocument/diagnostic', {
        textDocument: { uri },
      });
      return items
        .filter(({ code }) => LIVE.test(code))
        .map(
          ({ code, range: { start, end } }) =>
            `${code}: ${lines[start.line]?.slice(start.character, end.character) ?? ''}`,
        );
    },
    (found) => found.some((one) => wanted.test(one)),
    `A problem like ${wanted.source}`,
  );
}

interface Action {
  readonly title: string;
  readonly edit?: { documentChanges: { edits: { range: Item['range']; newText: string }[] }[] };
  readonly disabled?: { reason: string };
}
const after = (action: Action | undefined): string =>
  edited(text, action?.edit?.documentChanges[0]?.edits ?? []);
async function actionsAt(words: string): Promise<Action[]> {
  const at = place(words, text);
  return server.request<Action[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: at, end: at },
    context: { diagnostics: [] },
  });
}

describe('what PubMed answers', () => {
  it('becomes problems of the terms, each once, with fixes', async () => {
    const found = await problems(/phrase-not-found/);
    expect(found.filter((one) => one.startsWith('phrase'))).toEqual([
      'phrase-not-found: exercisse[tiab]',
      'phrase-not-found: qqxxqqzz[tiab]',
      'phrase-not-found: "training balance"[tiab]',
    ]);
    const near = (await actionsAt('"training balance"')).find(({ title }) => title.includes(':~0'));
    expect(after(near)).toContain('OR "training balance"[tiab:~0]\n');
  });

  it('is asked for a spelling when that is chosen, and not before', async () => {
    await problems(/phrase-not-found/);
    const asked = (): number => service.requests().filter(({ utility }) => utility === 'espell').length;
    const spellingOf = async (words: string): Promise<Action | undefined> =>
      (await actionsAt(words)).find(({ title }) => title === 'Ask PubMed for its spelling');
    const misspelt = await spellingOf('exercisse');
    const unknown = await spellingOf('qqxxqqzz');
    expect(misspelt?.edit).toBeUndefined();
    expect(asked()).toBe(0);
    expect(after(await server.request<Action>('codeAction/resolve', misspelt))).toContain(
      'OR exercise[tiab] OR',
    );
    expect(asked()).toBe(1);
    const resolved = await server.request<Action>('codeAction/resolve', unknown);
    expect(resolved.edit).toBeUndefined();
    expect(resolved.disabled?.reason).toBe('PubMed knows no better spelling of “qqxxqqzz”.');
  });

  it('says which block loses seeds', async () =>
    expect(await problems(/block-loses-seeds/)).toContain('block-loses-seeds: #1'));

  it('is shown in the hover, as PubMed translated it', async () => {
    await problems(/phrase-not-found/);
    const { contents } = await server.request<{ contents: { value: string } }>('textDocument/hover', {
      textDocument: { uri },
      position: place('#3', text),
    });
    expect(contents.value).toContain('PubMed searched this as: `');
    // That of a term is in the answer to its line.
    const term = await server.request<{ contents: { value: string } }>('textDocument/hover', {
      textDocument: { uri },
      position: place('tai chi', text),
    });
    expect(term.contents.value).toContain('PubMed searched this as: `"tai chi"[Title/Abstract]`');
  });

  it('is what lenses above the strategy and above its lines go on from', async () => {
    await problems(/block-loses-seeds/);
    const lenses = await server.request<{ command?: { title: string; command: string } }[]>(
      'textDocument/codeLens',
      {
        textDocument: { uri },
      },
    );
    const titles = lenses.flatMap(({ command }) => (command === undefined ? [] : command.title));
    expect(titles[0]).toMatch(/^Strategy: \d+ records? · \d of 4 seeds/);
    expect(
      titles.filter((title) => /^Why \d seeds are missed|^Why a seed is missed/.test(title)).length,
    ).toBe(2);
    expect(titles.filter((title) => title === 'Export…')).toHaveLength(2);
  });

  it('is compared with what the same query found before, and noted', async () => {
    expect(await problems(/count-jumped/)).toContain(
      'count-jumped: elderly[tiab] OR "older adults"[tiab] OR exercisse[tiab] OR qqxxqqzz[tiab]',
    );
    expect((await actionsAt('elderly')).map(({ title }) => title)).toContain(
      'Show what the lines found over time',
    );
    const noted = await server.until(
      () => history.read(uri),
      (records) => records.length > 3,
      'The notes',
    );
    expect(noted.map(({ label }) => label)).toEqual(['1', '1', '2', '3']);
  });

  it('is there at once when the document is opened anew, with what was found before', async () => {
    await problems(/count-jumped/);
    const requests = service.requests().length;
    await server.close(uri);
    await server.open(uri, text);
    await problems(/count-jumped/);
    expect(service.requests()).toHaveLength(requests);
  });
});
