/** Every recorded answer of the E-utilities, as NCBI gave it: each is read, or refused with the words that NCBI said. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SearchError } from '../../../search/index.ts';
import { readEfetch } from '../records.ts';
import { parseAnswer } from './answer.ts';
import { readEsearch } from './esearch.ts';
import { readEsummary } from './esummary.ts';
import { readDatabases, readEinfo, readElink, readEpost, readEspell } from './others.ts';

const data = process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../../../../shared/data');
const hasData = existsSync(join(data, 'eutils'));
if (!hasData)
  console.warn(`Recorded E-utilities answers are not read: no ${join(data, 'eutils')} (set QUERENT_DATA).`);

type Reader = (body: string) => unknown;

/** By the beginning of a file's name. */
const READERS: readonly (readonly [name: RegExp, reader: Reader])[] = [
  [/^esearch/, (body) => readEsearch(parseAnswer(body))],
  [/^esummary/, (body) => readEsummary(parseAnswer(body))],
  [/^einfo(?:1|4)?\.(?:json|xml)$/, (body) => readDatabases(parseAnswer(body))],
  [/^einfo/, (body) => readEinfo(parseAnswer(body))],
  [/^epost/, (body) => readEpost(parseAnswer(body))],
  [/^espell/, (body) => readEspell(parseAnswer(body))],
  [/^elink/, (body) => readElink(parseAnswer(body))],
  [/^(?:efetch|pubmed)/, (body) => readEfetch(body)],
];

/** What is refused, and with which words; what of a file that is read is looked at. */
const EXPECTED: Readonly<Record<string, RegExp | ((value: unknown) => void)>> = {
  'json2012/einfo.error.json': /Can not retrieve DbInfo for db=fleegle/,
  'json2012/einfo.error.xml': /Can not retrieve DbInfo for db=fleegle/,
  'json2012/esearch.baderror.json': /Invalid db name specified: fleegle/,
  'json2012/esearch.baderror.xml': /Invalid db name specified: fleegle/,
  'json2012/esummary.error.json': /Invalid db name specified: fleegle/,
  'json2012/esummary.error.xml': /Invalid db name specified: fleegle/,
  // EFetch has never been asked for JSON since: it is no form of citations here.
  'json2012/efetch.pubmed.json': /no citation/,
  'json2012/efetch.pubmedbook.json': /no citation/,
  'json2012/efetch.pubmedexample.json': /no citation/,
  'xml/efetch_pmc.xml': /no citation/,
  'xml/efetch_schemas.xml': /no citation/,
  'xml/elink5.xml': /links of another kind/,
  'xml/elink6.xml': /links of another kind/,
  'xml/elink7.xml': /links of another kind/,
  'xml/elink8.xml': /links of another kind/,
  'xml/elink2.xml': /links of another kind/,
  'xml/epost2.xml': /Invalid db name specified: nothing/,
  'xml/epost3.xml': /Empty ID list; Nothing to store/,
  'xml/esummary8.xml': /Neither query_key nor id specified/,
  'json2012/einfo.json': (value) => expect(value).toContain('pubmed'),
  'xml/einfo1.xml': (value) => expect(value).toContain('mesh'),
  // Cut off on the way.
  'xml/einfo4.xml': /neither JSON nor XML/,
  'json2012/einfo.pubmed.json': (value) =>
    expect(value).toMatchObject({ records: 22_284_197, lastUpdate: '2012/11/22 04:25' }),
  'json2012/einfo.pubmed.xml': (value) => expect(value).toMatchObject({ records: 22_284_197 }),
  'xml/einfo2.xml': (value) => {
    expect(value).toMatchObject({ records: 39_730_388, lastUpdate: '2025/11/27 06:33' });
    const { fields } = value as ReturnType<typeof readEinfo>;
    expect(fields).toHaveLength(50);
    expect(fields.find(({ name }) => name === 'EDAT')).toMatchObject({ isDate: true, isHidden: false });
  },
  'xml/epost1.xml': (value) =>
    expect(value).toEqual({ webEnv: 'MCID_692851c130aec64bed0a8c2a', queryKey: '1' }),
  'xml/espell.xml': (value) => expect(value).toBe('biopython'),
  'xml/elink1.xml': (value) => {
    const similar = (value as ReturnType<typeof readElink>).get('9298984') ?? [];
    expect(similar.slice(0, 2)).toEqual(['8794856', '9700164']);
  },
  'json2012/esearch.pubmed.json': (value) => {
    expect(value).toMatchObject({
      count: 15_169,
      history: { queryKey: '1', webEnv: 'NCID_1_18991374_130.14.18.48_5555_1353814292_87026138' },
      mappings: [
        { from: 'cancer', to: '"neoplasms"[MeSH Terms] OR "neoplasms"[All Fields] OR "cancer"[All Fields]' },
      ],
    });
  },
  'xml/esearch8.xml': (value) =>
    expect(value).toMatchObject({
      count: 0,
      warnings: [
        { code: 'phrase-not-found', subject: 'abcXYZ' },
        { code: 'message', message: 'PubMed says: No items found.' },
      ],
    }),
  'json2012/esummary.pmcerror.json': (value) =>
    expect([...(value as ReturnType<typeof readEsummary>).keys()]).toEqual(['254085', '14900']),
  'xml/esummary1.xml': (value) =>
    expect((value as ReturnType<typeof readEsummary>).get('11850928')).toEqual({
      id: '11850928',
      title: 'Zirconium granuloma following treatment of rhus dermatitis.',
      year: 1965,
      journal: 'Archives of dermatology',
      authors: ['LoPresti PJ', 'Hambrick GW Jr'],
    }),
};

describe.skipIf(!hasData)('recorded answers', () => {
  const files = hasData
    ? ['json2012', 'xml'].flatMap((folder) =>
        readdirSync(join(data, 'eutils', folder)).map((name) => `${folder}/${name}`),
      )
    : [];

  it('are all there', () => {
    expect(files).toHaveLength(63);
    expect(Object.keys(EXPECTED).filter((name) => !files.includes(name))).toEqual([]);
  });

  it.each(files)('%s', async (file) => {
    const name = file.split('/')[1] ?? '';
    const reader = READERS.find(([pattern]) => pattern.test(name))?.[1];
    if (reader === undefined) throw new Error(`${file}: nothing reads it`);
    const body = readFileSync(join(data, 'eutils', file), 'utf8');
    const outcome: unknown = await Promise.resolve()
      .then(() => reader(body))
      .catch((error: unknown) => error);
    const expected = EXPECTED[file];
    if (expected instanceof RegExp) {
      expect(outcome).toBeInstanceOf(SearchError);
      expect((outcome as SearchError).message).toMatch(expected);
      return;
    }
    if (outcome instanceof Error) throw outcome;
    expected?.(outcome);
    // Nothing that is read is empty where the answer is not.
    if (outcome instanceof Map) expect(outcome.size).toBeGreaterThan(0);
  });

  it('say the same in JSON and XML', () => {
    const read = (name: string): string => readFileSync(join(data, 'eutils/json2012', name), 'utf8');
    for (const [base, reader] of [
      ['esearch.pubmed', readEsearch],
      ['esearch.error', readEsearch],
      ['esummary.pubmed', readEsummary],
      ['esummary.pubmedhealth', readEsummary],
      ['einfo.pubmed', readEinfo],
      ['einfo', readDatabases],
    ] as const)
      expect(reader(parseAnswer(read(`${base}.xml`))), base).toEqual(
        reader(parseAnswer(read(`${base}.json`))),
      );
  });

  it('what Biopython read of ESearch, this reads too', () => {
    const rows = JSON.parse(
      readFileSync(join(data, 'pubmed/recorded_esearch_biopython.json'), 'utf8'),
    ) as readonly {
      readonly file: string;
      readonly count: string;
      readonly querytranslation: string;
      readonly translationset: readonly { readonly frm: string; readonly to: string }[];
    }[];
    expect(rows).toHaveLength(7);
    for (const row of rows) {
      const body = readFileSync(join(data, 'eutils/xml', row.file.replace('Tests/Entrez/', '')), 'utf8');
      expect(readEsearch(parseAnswer(body)), row.file).toMatchObject({
        count: Number(row.count),
        translation: row.querytranslation,
        mappings: row.translationset.map(({ frm, to }) => ({ from: frm, to })),
      });
    }
  });

  it('EInfo as it was taken down field by field', () => {
    const told = JSON.parse(readFileSync(join(data, 'pubmed/einfo_pubmed_2025-11-27.json'), 'utf8')) as {
      readonly fields: readonly { readonly Name: string; readonly FullName: string }[];
    };
    const { fields } = readEinfo(parseAnswer(readFileSync(join(data, 'eutils/xml/einfo2.xml'), 'utf8')));
    expect(fields.map(({ name, fullName }) => [name, fullName])).toEqual(
      told.fields.map(({ Name, FullName }) => [Name, FullName]),
    );
  });
});
