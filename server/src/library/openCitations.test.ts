import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseQuery } from '@querent/core/pubmed';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { afterAll, describe, expect, it } from 'vitest';
import { openCitations } from './openCitations.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-citations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function query(text: string): ResolvedQuery {
  const { root } = parseQuery(text);
  if (root === undefined) throw new Error(`"${text}" is empty.`);
  return { root, references: new Map(), key: text };
}

/** A folder of these files. */
function folderOf(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  return path;
}

/** The ids of all records, and what was rejected as `file: reason`. */
async function contents(path: string) {
  const { engine, rejected } = await openCitations(path);
  const { ids } = await engine.search(query('falls[tiab]'), { limit: 100 });
  const texts = rejected.map(({ file, reason }) => `${file.slice(path.length + 1)}: ${reason}`);
  const titles = (await engine.summaries(ids)).map((one) => one?.title);
  await engine.close();
  return { ids: [...ids].sort(), rejected: texts, titles };
}

const article = (pmid: number, title: string): string =>
  `<PubmedArticle><MedlineCitation><PMID>${pmid}</PMID><Article><ArticleTitle>${title}</ArticleTitle></Article></MedlineCitation></PubmedArticle>`;
const set = (...parts: string[]): string => `<PubmedArticleSet>${parts.join('')}</PubmedArticleSet>`;

describe('a folder of citation files', () => {
  it('is read whatever their formats, and what is no citation file is left alone', async () => {
    const path = folderOf('all', {
      'a.xml.gz': gzipSync(set(article(1, 'falls'))),
      'b.nbib': 'PMID- 2\nTI  - falls\n',
      'c.ris': 'TY  - JOUR\nAN  - PMID: 3\nTI  - falls\nER  - \n',
      'd.csv': 'pmid,title\n4,falls\n',
      'e.tsv.gz': gzipSync('pmid\ttitle\n5\tfalls\n'),
      'f.json': '[\n {"pmid": 6, "title": "falls"}\n]',
      'g.jsonl': '{"pmid":7,"title":"falls"}\n',
      'h.xml':
        '<xml><records><record><titles><title>falls</title></titles><accession-num>PMID: 8</accession-num></record></records></xml>',
      'desc2026.xml': '<DescriptorRecordSet/>',
      'supp2026.xml.gz': gzipSync('<SupplementalRecordSet/>'),
      'falls_search_history.json': '{}',
      'settings.json': '{}',
      'notes.md': 'falls',
    });
    expect(await contents(path)).toMatchObject({
      ids: ['1', '2', '3', '4', '5', '6', '7', '8'],
      rejected: [],
    });
  });

  it('takes revisions and deletions of update files, in the order of their names', async () => {
    const path = folderOf('updates', {
      'pubmed26n0001.xml': set(article(1, 'falls'), article(2, 'falls'), article(3, 'falls')),
      'pubmed26n1300.xml': set(
        article(1, 'falls, corrected'),
        '<DeleteCitation><PMID Version="1">2</PMID><PMID Version="1">3</PMID></DeleteCitation>',
      ),
      'pubmed26n1301.xml': set(article(3, 'falls again')),
    });
    const { ids, titles } = await contents(path);
    expect(ids).toEqual(['1', '3']);
    expect(titles.sort()).toEqual(['falls again', 'falls, corrected']);
  });

  it('tells what of it could not be read', async () => {
    const path = folderOf('faults', {
      'a.csv': 'Titel,Jahr\nfalls,2016\n',
      'b.xml': set(article(1, 'falls'), '<PubmedArticle>'),
    });
    const { ids, rejected } = await contents(path);
    expect(ids).toEqual(['1']);
    expect(rejected).toEqual([
      expect.stringMatching(/^a\.csv: a\.csv has no column that is known as the title/),
      expect.stringMatching(/^b\.xml: /),
    ]);
  });

  it('without one says which files are read', async () => {
    const path = folderOf('none', { 'notes.md': 'falls' });
    await expect(openCitations(path)).rejects.toThrow(
      /holds no citation file \(\.xml, \.nbib, \.ris, \.csv, \.tsv, \.jsonl or \.json, also \.gz\)/,
    );
  });
});
