/** What EFetch writes is read back as the record that it was written from. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importCitations } from '@querent/core/corpus';
import type { CitationRecord } from '@querent/core/corpus';
import { detailedRecords } from '../../../../core/src/corpus/testing/detailedRecords.ts';
import { citation } from '../../../../core/src/corpus/testing/records.ts';
import { xmlAnswer } from '../answers.ts';
import { abstractParts } from './abstractParts.ts';
import { articleXml } from './articleXml.ts';

async function read(text: string): Promise<readonly CitationRecord[]> {
  const records: CitationRecord[] = [];
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(text);
  }
  for await (const item of importCitations(bytes(), 'a.xml')) {
    if (item.kind !== 'record') throw new Error(`${JSON.stringify(item)} in ${text}`);
    records.push(item.record);
  }
  return records;
}

function written(records: readonly CitationRecord[]): string {
  return xmlAnswer(
    'PubmedArticleSet',
    records.map((record) => articleXml(record, undefined)),
  ).body;
}

/** Stars go before what they mark, as PubMed has them. */
function asWritten(record: CitationRecord): CitationRecord {
  const inFront = (part: string): string => part.replace(/^(.+)\*$/, '*$1');
  return { ...record, mesh: record.mesh.map((heading) => heading.split('/').map(inFront).join('/')) };
}

describe('a record in PubMed XML', () => {
  const folder = join(process.env['QUERENT_DATA'] ?? '../shared/data', 'eutils');
  const files = existsSync(folder)
    ? ['xml', 'json2012'].flatMap((part) =>
        readdirSync(join(folder, part))
          .filter((name) => /^(?:efetch\.)?pubmed\w*\.xml$/.test(name))
          .map((name) => join(folder, part, name)),
      )
    : [];
  if (files.length === 0) console.warn(`Skipped: real EFetch answers need ${folder} (set QUERENT_DATA).`);

  it.skipIf(files.length === 0).each(files)('of %s comes back as it was recorded', async (path) => {
    const records = await read(readFileSync(path, 'utf8'));
    expect(records.length).toBeGreaterThan(0);
    expect(await read(written(records))).toEqual(records);
  });

  it('comes back with every rare fact', async () => {
    const article = detailedRecords.find(({ id }) => id === '201');
    if (article === undefined) throw new Error('There is no record 201.');
    // Only books have editors in PubMed's XML.
    const { editors, ...more } = article.more ?? {};
    expect(editors).toHaveLength(1);
    expect(await read(written([article]))).toEqual([asWritten({ ...article, year: 2020, more })]);
  });

  it('comes back whatever its texts hold', async () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .map((one) => one.replace(/[\p{C}\p{Z}\s*]+/gu, ' ').trim())
      .filter((one) => one !== '');
    const texts = fc.uniqueArray(text, { maxLength: 3 });
    const facts = fc.record({
      id: fc.integer({ min: 1, max: 99_999_999 }).map(String),
      title: text,
      abstract: fc.oneof(
        text,
        fc.constant(''),
        fc.tuple(text, text).map(([a, b]) => `AIMS: ${a}. WAY OUT: ${b}`),
      ),
      keywords: texts,
      publicationTypes: texts,
      languages: texts,
      volume: text,
      journal: text,
      date: fc.constantFrom('2016', '2016-09', '2016-09-30'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(facts, { minLength: 1, maxLength: 4 }), async (rows) => {
        const records = rows.map((row) => asWritten(citation({ ...row, year: 2016 })));
        expect(await read(written(records))).toEqual(records);
      }),
      { numRuns: 60 },
    );
  });
});

describe('parts of an abstract', () => {
  it.each([
    ['Plain text: it goes on.', [['', 'Plain text: it goes on.']]],
    ['AIM: We asked. METHODS: By post.', [['AIM', 'We asked.'], ['METHODS', 'By post.']]],
    ['Before. METHODS AND MATERIALS: By post.', [['', 'Before.'], ['METHODS AND MATERIALS', 'By post.']]],
    ['The NHS: an account.', [['', 'The NHS: an account.']]],
    ['', [['', '']]],
  ])('%s', (text, parts) => {
    expect(abstractParts(text).map(({ label, text: own }) => [label, own])).toEqual(parts);
  }); // prettier-ignore

  it('are the abstract when they are put together again', () => {
    const word = fc.constantFrom('AIM: ', 'METHODS: ', 'We asked. ', 'x ', 'NHS ', ': ', 'RESULTS: 5. ');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const text = words.join('').trim();
        const again = abstractParts(text).map((part) =>
          part.label === '' ? part.text : `${part.label}: ${part.text}`,
        );
        expect(again.join(' ')).toBe(text);
      }),
    );
  });
});
