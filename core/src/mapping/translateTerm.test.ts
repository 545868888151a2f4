import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../mesh/index.ts';
import { parseQuery } from '../pubmed/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import { translateQuery, translateTerm } from './index.ts';
import type { TermTranslation } from './index.ts';

const heading = (ui: string, name: string, tree: string, entry: string[] = [], pa: string[] = []): string =>
  JSON.stringify({ ui, name, entry, perm: [], tree: [tree], pa });

const thesaurus = loadThesaurus(
  [
    heading('D1', 'Neoplasms', 'C04', ['Cancer', 'Tumor', 'Tumors']),
    heading('D2', 'Breast Neoplasms', 'C04.588', ['Breast Cancer']),
    heading('D3', 'Quality of Life', 'I01'),
    heading('D4', 'Genes, BRCA1', 'G05', ['BRCA1 Gene']),
    heading('D5', 'Protein C', 'D08', ['Factor XIV']),
    heading('D6', 'Diabetes Mellitus, Type 2', 'C18', ['Type 2 Diabetes']),
    heading('D7', 'Fibrinolytic Agents', 'D27'),
    heading('D8', 'Aspirin', 'D02', ['Acetylsalicylic Acid'], ['Fibrinolytic Agents']),
    heading('D9', 'Clinical Trial', 'V03'),
    heading('D10', 'Clinical Trials as Topic', 'E05'),
    heading('D11', 'Drug Therapy', 'E02'),
    heading('D12', 'Cell Line', 'A11'),
  ],
  '2024',
);

function term(text: string, facts = { thesaurus }): TermTranslation {
  const { root } = parseQuery(text);
  if (root?.kind !== 'term' && root?.kind !== 'range') throw new Error(`"${text}" is no term`);
  return translateTerm(root, facts);
}

const kinds = (text: string): string[] => term(text).notes.map(({ kind }) => kind);

describe('term mapping', () => {
  it.each([
    [
      'an entry term of one word',
      'cancer',
      '"neoplasms"[MeSH Terms] OR "neoplasms"[All Fields] OR "cancer"[All Fields]',
    ],
    [
      'a heading of several words',
      'breast neoplasms',
      '"breast neoplasms"[MeSH Terms] OR ("breast"[All Fields] AND "neoplasms"[All Fields]) OR "breast neoplasms"[All Fields]',
    ],
    [
      'stop words in a heading',
      'quality of life',
      '"quality of life"[MeSH Terms] OR ("quality"[All Fields] AND "life"[All Fields]) OR "quality of life"[All Fields]',
    ],
    [
      'an inverted heading',
      'brca1 gene',
      '"genes, brca1"[MeSH Terms] OR ("genes"[All Fields] AND "brca1"[All Fields]) OR "brca1 genes"[All Fields] OR ("brca1"[All Fields] AND "gene"[All Fields]) OR "brca1 gene"[All Fields]',
    ],
    ['a lone letter', 'protein c', '"protein c"[MeSH Terms] OR "protein c"[All Fields]'],
    [
      'a lone number',
      'type 2 diabetes',
      '"diabetes mellitus, type 2"[MeSH Terms] OR "type 2 diabetes mellitus"[All Fields] OR "type 2 diabetes"[All Fields]',
    ],
    [
      'British spelling',
      'tumour',
      '"neoplasms"[MeSH Terms] OR "neoplasms"[All Fields] OR "tumour"[All Fields] OR "tumor"[All Fields]',
    ],
    [
      'the other number',
      'cell lines',
      '"cell line"[MeSH Terms] OR ("cell"[All Fields] AND "line"[All Fields]) OR "cell line"[All Fields] OR ("cell"[All Fields] AND "lines"[All Fields]) OR "cell lines"[All Fields]',
    ],
    [
      'a pharmacological action',
      'fibrinolytic agents',
      '"fibrinolytic agents"[Pharmacological Action] OR "fibrinolytic agents"[MeSH Terms] OR ("fibrinolytic"[All Fields] AND "agents"[All Fields]) OR "fibrinolytic agents"[All Fields]',
    ],
    [
      'a publication type',
      'clinical trial',
      '"clinical trial"[Publication Type] OR "clinical trials as topic"[MeSH Terms] OR "clinical trial"[All Fields]',
    ],
    [
      'a subheading',
      'drug therapy',
      '"drug therapy"[MeSH Subheading] OR ("drug"[All Fields] AND "therapy"[All Fields]) OR "drug therapy"[All Fields] OR "drug therapy"[MeSH Terms]',
    ],
    [
      'a phrase taken apart',
      'aspirin for foo',
      '("aspirin"[MeSH Terms] OR "aspirin"[All Fields]) AND "foo"[All Fields]',
    ],
    [
      'the longest name first',
      'breast cancer foo',
      '("breast neoplasms"[MeSH Terms] OR ("breast"[All Fields] AND "neoplasms"[All Fields]) OR "breast neoplasms"[All Fields] OR ("breast"[All Fields] AND "cancer"[All Fields]) OR "breast cancer"[All Fields]) AND "foo"[All Fields]',
    ],
    ['stop words alone', 'of the', '"of"[All Fields] AND "the"[All Fields]'],
    ['a journal', 'lancet', '"lancet"[Journal] OR "lancet"[All Fields]'],
    ['an author', 'Salvador-Oliván JA', '"salvador oliván ja"[Author]'],
    ['a PMID', '33301246', '33301246[UID]'],
    ['quotes', '"Breast Cancer"', '"Breast Cancer"[All Fields]'],
    ['a star', 'onco*', '"onco*"[All Fields]'],
    ['a star that comes too early', 'job*', '"job"[All Fields]'],
    ['a star that comes too early, tagged', 'job*[tiab]', '"job"[Title/Abstract]'],
    [
      'the all tag',
      'cancer[all]',
      '"neoplasms"[MeSH Terms] OR "neoplasms"[All Fields] OR "cancer"[All Fields]',
    ],
    ['an unknown tag', 'foo[zzz]', '"foo"[All Fields]'],
    ['a presence', 'hasAbstract', 'hasabstract[All Fields]'],
    ['a text word', 'Vigor[tiab]', '"Vigor"[Title/Abstract]'],
    ['a phrase in a field', 'heart attack[ti]', '"heart attack"[Title]'],
    ['proximity', '"heart attack"[tiab:~3]', '"heart attack"[Title/Abstract:~3]'],
    ['proximity with a star', '"heart attack*"[tiab:~3]', '"heart attack*"[Title/Abstract]'],
    ['an entry term as heading', '"Cancer"[mh]', '"neoplasms"[MeSH Terms]'],
    ['a heading as written', '"Breast Neoplasms"[Mesh:NoExp]', '"Breast Neoplasms"[MeSH Terms:noexp]'],
    ['a heading without quotes', 'Breast Neoplasms[majr]', '"breast neoplasms"[MeSH Major Topic]'],
    ['a subheading by code', 'neoplasms/dt[mh]', '"neoplasms/drug therapy"[MeSH Terms]'],
    ['a subheading without a tag', 'cancer/drug therapy', '"neoplasms/drug therapy"[MeSH Terms]'],
    ['a floating subheading', 'dt[sh]', '"drug therapy"[MeSH Subheading]'],
    ['a truncated heading', 'neopl*[mh]', '"neopl*"[MeSH Terms]'],
    ['fragments of an unknown heading', 'Foo Bar, Aspirin[mh:noexp]', '"aspirin"[MeSH Terms:noexp]'],
    ['an unknown heading in quotes', '"Foo Bar"[mh]', '"Foo Bar"[MeSH Terms]'],
    ['a type', 'clinical trial[pt]', '"clinical trial"[Publication Type]'],
    ['a language by code', 'ger[la]', '"german"[Language]'],
    ['a journal by nickname', 'PNAS[ta]', '"proc natl acad sci u s a"[Journal]'],
    ['a year', '2016[dp]', '2016/01/01:2016/12/31[Date - Publication]'],
    ['a month', '2016/02[edat]', '2016/02/01:2016/02/29[Date - Entry]'],
    ['a day', '2016/02/03[crdt]', '2016/02/03[Date - Create]'],
    ['days ago', '"last 90 days"[edat]', '"last 90 days"[Date - Entry]'],
    ['years', '2010:2015[dp]', '2010/01/01:2015/12/31[Date - Publication]'],
  ])('knows %s: %s', (_, text, expected) => expect(term(text).query).toBe(expected));

  it.each([
    ['cancer', ['entry-term', 'word-forms']],
    ['aspirin foo of', ['split', 'all-fields', 'heading', 'stop-words']],
    ['tumour', ['variant', 'word-forms']],
    ['"a b"', ['quoted']],
    ['onco*', ['truncated']],
    ['job*[tiab]', ['star-dropped']],
    ['"heart attack"[tiab]', ['phrase']],
    ['attack[tiab]', []],
    ['"heart attack*"[tiab:~3]', ['proximity', 'truncated']],
    ['"heart"[tiab:~3]', ['proximity']],
    ['"Cancer"[mh]', ['entry-term']],
    ['Foo Aspirin[mh]', ['not-found']],
    ['lancet', ['journal']],
    ['"last 5 years"[dp]', ['date']],
    ['foo[zzz]', ['unknown-field', 'all-fields']],
    [`${'x '.repeat(600)}`, ['too-long']],
  ])('tells about %j: %j', (text, expected) => expect(kinds(text)).toEqual(expected));

  it('says how sure it is', () => {
    expect(term('vigor[tiab]').certainty).toBe('certain');
    expect(term('"heart attack"[tiab]').certainty).toBe('likely');
    expect(term('cancer').certainty).toBe('likely');
    expect(term('cancer', {} as { thesaurus: typeof thesaurus }).certainty).toBe('unknown');
  });

  it('does without MeSH', () => {
    const { root } = parseQuery('heart attack in humans');
    expect(root && translateQuery(root)).toBe(
      '"heart"[All Fields] AND "attack"[All Fields] AND "humans"[All Fields]',
    );
  });

  it('asks for journals that the table does not know', () => {
    const { root } = parseQuery('"Zentralbl Foo"[ta] OR Foo[ta]');
    const journals = { find: (name: string) => (name === 'Foo' ? 'Zentralbl Foo' : undefined) };
    expect(root && translateQuery(root, { journals })).toBe(
      '"Zentralbl Foo"[Journal] OR "zentralbl foo"[Journal]',
    );
  });

  it.each([
    ['a[ti] OR b[ti] AND c[ti]', '("a"[Title] OR "b"[Title]) AND "c"[Title]'],
    ['a[ti] AND b[ti] NOT c[ti]', '"a"[Title] AND "b"[Title] NOT "c"[Title]'],
    ['((a[ti]) OR (b[ti] AND c[ti]))', '"a"[Title] OR ("b"[Title] AND "c"[Title])'],
    ['#1 AND cancer', '#1 AND ("neoplasms"[MeSH Terms] OR "neoplasms"[All Fields] OR "cancer"[All Fields])'],
    ['a[ti] b[ti]', '"a"[Title] AND "b"[Title]'],
  ])('translates the query %s', (query, expected) => {
    const { root } = parseQuery(query);
    expect(root && translateQuery(root, { thesaurus })).toBe(expected);
  });

  it('gives queries that can be parsed, for any text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'cancer',
        'AND',
        'OR',
        'NOT',
        '(',
        ')',
        '"',
        '*',
        '[tiab]',
        '[mh]',
        '[dp]',
        '2010:2012',
        '#1',
        'the',
        'ab*',
        '-',
        '/dt',
        "'s",
        '[zz]',
        '[ti:~2]',
        '“x y”',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const { root } = parseQuery(pieces.join(' '));
        if (root === undefined) return;
        const translated = translateQuery(root, { thesaurus });
        const again = parseQuery(translated);
        if (translated !== '') expect(again.root).toBeDefined();
      }),
    );
  });

  it('is linear in the length of hostile queries', () => {
    for (const text of [
      '('.repeat(100_000),
      'a '.repeat(100_000),
      'cancer OR b AND '.repeat(10_000),
      '"'.repeat(50_001),
    ]) {
      const { root } = parseQuery(text);
      const started = processorMs();
      if (root !== undefined) translateQuery(root, { thesaurus });
      expect(processorMs() - started).toBeLessThan(2000);
    }
  });
});
