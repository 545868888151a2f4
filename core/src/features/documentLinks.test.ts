import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../mesh/index.ts';
import { parseStrategy } from '../strategy/index.ts';
import { documentLinks } from './documentLinks.ts';
import { FULL_STRATEGY } from './testing.ts';

const mesh = loadThesaurus([{ ui: 'D000058', name: 'Accidental Falls', entry: ['Falls'] }]);

function links(text: string, thesaurus?: typeof mesh): string[] {
  return documentLinks(parseStrategy(text), thesaurus).map(({ range, target }) => {
    const written = text.slice(range.start, range.end);
    return `${written} > ${target.kind === 'url' ? target.url : `file ${target.path}`}`;
  });
}

describe('links', () => {
  it.each([
    [
      '"accidental falls/prevention & control"[majr:noexp]',
      ['accidental falls/prevention & control > https://meshb.nlm.nih.gov/record/ui?ui=D000058'],
    ],
    ['falls[mh] OR falls[tiab] OR x[sh]', ['falls > https://meshb.nlm.nih.gov/record/ui?ui=D000058']],
    ['"no such heading"[mh]', []],
    [
      '123[pmid] OR 08466062[uid] OR 8466062',
      ['123 > https://pubmed.ncbi.nlm.nih.gov/123/', '08466062 > https://pubmed.ncbi.nlm.nih.gov/08466062/'],
    ],
    ['8466062', ['8466062 > https://pubmed.ncbi.nlm.nih.gov/8466062/']],
    [
      'a AND 8466062 1538063',
      [
        '8466062 > https://pubmed.ncbi.nlm.nih.gov/8466062/',
        '1538063 > https://pubmed.ncbi.nlm.nih.gov/1538063/',
      ],
    ],
    ['2010', []],
    [
      'nct01234567[si] // see PMID: 99 and NCT7',
      [
        'nct01234567 > https://clinicaltrials.gov/study/NCT01234567',
        '99 > https://pubmed.ncbi.nlm.nih.gov/99/',
      ],
    ],
  ])('of %s', (text, expected) => expect(links(text, mesh)).toEqual(expected));

  it('of the front matter', () => {
    expect(links('---\ndatabase: "my lib.sqlite"\nseeds: [8466062, nct00000001, x]\n---\na')).toEqual([
      'my lib.sqlite > file my lib.sqlite',
      '8466062 > https://pubmed.ncbi.nlm.nih.gov/8466062/',
      'nct00000001 > https://clinicaltrials.gov/study/NCT00000001',
    ]);
    expect(links('---\ndatabase: PubMed\nseeds: seeds/known.nbib\n---\na')).toEqual([
      'seeds/known.nbib > file seeds/known.nbib',
    ]);
  });

  it('of headings lead to the search for them where MeSH is not known', () => {
    expect(links('"A & B"[mh]')).toEqual([
      'A & B > https://www.ncbi.nlm.nih.gov/mesh/?term=%22A%20%26%20B%22%5BMeSH%20Terms%5D',
    ]);
  });

  it('do not overlap, and stand halves of characters', () => {
    const found = documentLinks(parseStrategy(`${FULL_STRATEGY}\n#5 "\ud800 x"[mh]`));
    found.forEach(({ range }, index) =>
      expect(range.start).toBeGreaterThanOrEqual(found[index - 1]?.range.end ?? 0),
    );
    expect(found.length).toBeGreaterThan(3);
  });
});
