import { expect, it } from 'vitest';
import { fields, findField, similarFields, splitTag } from './fieldTable.ts';
import { stopwords } from './stopwords.ts';
import { splitHeading, subheadings } from './subheadings.ts';
import { hasShortStem } from './truncation.ts';

it('lists the 49 fields, none twice', () => {
  expect(fields).toHaveLength(49);
  expect(new Set(fields.map((f) => f.tag)).size).toBe(49);
});

it.each([
  ['tiab', 'tiab'],
  ['Title/Abstract', 'tiab'],
  ['Mesh', 'mh'],
  ['MeSH Terms:noexp', 'mh'],
  ['Mesh:no exp', 'mh'],
  ['PDAT', 'dp'],
  ['sb', 'filter'],
  ['uid', 'pmid'],
  ['Date - Publication', 'dp'],
  ['Date-Entrez', 'edat'],
  [' text WORD ', 'tw'],
  ['Supplementary Concept', 'nm'],
  ['ptyp', 'pt'],
  ['author - first', '1au'],
  ['all fields', 'all'],
  ['tiab:~3', 'tiab'],
])('knows [%s] as [%s]', (text, tag) => {
  expect(findField(text)?.tag).toBe(tag);
});

it('knows every index of EInfo by its short and its full name', () => {
  const indexes =
    `ALL|All Fields UID|UID FILT|Filter TITL|Title MESH|MeSH Terms MAJR|MeSH Major Topic JOUR|Journal
AFFL|Affiliation ECNO|EC/RN Number SUBS|Supplementary Concept PDAT|Date - Publication EDAT|Date - Entry VOL|Volume
PAGE|Pagination PTYP|Publication Type LANG|Language ISS|Issue SUBH|MeSH Subheading SI|Secondary Source ID
MHDA|Date - MeSH TIAB|Title/Abstract OTRM|Other Term COLN|Author - Corporate CNTY|Place of Publication
PAPX|Pharmacological Action GRNT|Grants and Funding MDAT|Date - Modification CDAT|Date - Completion PID|Publisher ID
FAUT|Author - First FULL|Author FINV|Investigator TT|Transliterated Title LAUT|Author - Last
PPDT|Print Publication Date EPDT|Electronic Publication Date LID|Location ID CRDT|Date - Create BOOK|Book ED|Editor
ISBN|ISBN PUBN|Publisher AUCL|Author Cluster ID EID|Extended PMID DSO|DSO AUID|Author - Identifier
PS|Subject - Personal Name COIS|Conflict of Interest Statements WORD|Text Word P1DAT|P1DAT`
      .split(/\s+(?=[A-Z\d]+\|)/)
      .map((row) => row.split('|'));
  expect(indexes).toHaveLength(50);
  for (const [short = '', full = ''] of indexes) {
    expect(findField(short), short).toBeDefined();
    expect(findField(full), full).toBe(findField(short));
  }
});

it.each(['ab', 'abstract', 'foo', '', 'x'.repeat(1000), '__proto__', 'constructor'])(
  'does not know [%s]',
  (text) => {
    expect(findField(text)).toBeUndefined();
    expect(similarFields(text).fields.length).toBeLessThanOrEqual(3);
  },
);

it.each([
  ['title/abs', ['tiab'], true],
  ['Title/Abstr', ['tiab'], true],
  ['tiab/title', ['tiab'], true],
  ['mh/tiab', ['mh', 'tiab'], false],
  ['Affiliat', ['ad'], true],
  ['ab', ['tiab'], true],
  ['text', ['tw', 'tiab'], false],
  ['tiabs', ['tiab'], true],
  ['asthma', [], false],
])('takes [%s] for %j, clearly: %j', (text, tags, isClear) => {
  const found = similarFields(text);
  expect(found.fields.map(({ tag }) => tag)).toEqual(tags);
  expect(found.isClear).toBe(isClear);
});

it('takes tags apart', () => {
  expect(splitTag('MeSH: No Exp')).toMatchObject({
    noExplode: true,
    distance: undefined,
    unknownModifier: undefined,
  });
  expect(splitTag('ti:~ 12').distance).toBe('12');
  expect(splitTag('ti:bar').unknownModifier).toBe('bar');
});

it.each([
  ['job*', true],
  ['jobs*', false],
  ['breast f*', false],
  ['a b c*', true],
  ['il-6*', false],
  ['😀😀*', true],
  ['x', false],
])('says whether %j has too few characters before its star: %j', (text, isShort) =>
  expect(hasShortStem(text)).toBe(isShort),
);

it('takes heading and subheading apart', () => {
  expect(subheadings).toHaveLength(76);
  expect(splitHeading('Neoplasms/Drug Therapy')).toMatchObject({
    heading: 'Neoplasms',
    subheading: { code: 'DT' },
  });
  expect(splitHeading('Neoplasms/ae').subheading?.name).toBe('Adverse Effects');
  expect(splitHeading('Aspirin/administration & dosage').subheading?.code).toBe('AD');
  expect(splitHeading('Neoplasms/foo')).toEqual({ heading: 'Neoplasms/foo', subheading: undefined });
});

it('lists the stop words', () => {
  expect(stopwords.size).toBe(133);
});
