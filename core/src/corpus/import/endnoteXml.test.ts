import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citation } from '../testing/records.ts';
import { cleanText } from './normalise.ts';
import { expectNoOtherError, expectSameHoweverCut, read } from './testing/read.ts';

const style = (text: string): string => `<style face="normal" font="default" size="100%">${text}</style>`;
const record = (...parts: string[]): string =>
  `<record><rec-number>5</rec-number><foreign-keys><key app="EN">5</key></foreign-keys>${parts.join('')}</record>`;
const file = (...records: string[]): string =>
  `<?xml version="1.0" encoding="UTF-8" ?><xml><records>${records.join('')}</records></xml>`;
const title = (text: string): string => `<titles><title>${style(text)}</title></titles>`;

const FULL = record(
  '<ref-type name="Journal Article">17</ref-type>',
  `<contributors><authors><author>${style('Smith, John A.')}</author><author>${style('The Group')}</author></authors></contributors>`,
  `<auth-address>${style('Leeds, UK.&#xD;York, UK.')}</auth-address>`,
  `<titles><title>${style('Desmopressin in ')}<style face="italic">vivo</style>${style(' &amp; r')}<style face="superscript">2</style></title><secondary-title>${style('J Invent')}</secondary-title><alt-title>${style('Journal of Invented Results')}</alt-title></titles>`,
  `<periodical><full-title>${style('Journal of Invented Results')}</full-title><abbr-1>${style('J Invent')}</abbr-1></periodical>`,
  `<pages>${style('1116-22')}</pages><volume>${style('66')}</volume><number>${style('6')}</number>`,
  `<keywords><keyword>${style('Aged')}</keyword><keyword>${style('*Falls')}</keyword></keywords>`,
  `<dates><year>${style('2016')}</year><pub-dates><date>${style('Sep 30')}</date></pub-dates></dates>`,
  `<isbn>${style('1468-3288 (Electronic)&#xD;0017-5749 (Linking)')}</isbn>`,
  `<accession-num>${style('28775130')}</accession-num><abstract>${style('We asked.')}</abstract>`,
  `<work-type>${style('Review')}</work-type>`,
  `<urls><related-urls><url>${style('https://www.ncbi.nlm.nih.gov/pubmed/28775130')}</url></related-urls></urls>`,
  `<custom2>${style('PMC5442294')}</custom2><electronic-resource-num>${style('10.1000/J.1')}</electronic-resource-num>`,
  `<remote-database-provider>${style('NLM')}</remote-database-provider><language>${style('eng')}</language>`,
);

describe('EndNote XML', () => {
  it('reads every fact', async () => {
    const { records, rejected } = await read('a.xml', file(FULL));
    expect(rejected).toEqual([]);
    expect(records).toEqual([
      citation({
        id: '28775130',
        title: 'Desmopressin in vivo & r2',
        abstract: 'We asked.',
        date: '2016-09-30',
        year: 2016,
        journal: 'Journal of Invented Results',
        journalAbbreviation: 'J Invent',
        authors: ['Smith, John A.', 'The Group'],
        affiliations: ['Leeds, UK.', 'York, UK.'],
        publicationTypes: ['Review'],
        languages: ['eng'],
        keywords: ['Aged', 'Falls'],
        doi: '10.1000/j.1',
        volume: '66',
        issue: '6',
        pages: '1116-22',
        more: { issns: ['1468-3288', '0017-5749'], articleIds: ['PMC5442294'] },
      }),
    ]);
  });

  it.each<[source: string, parts: string, id: RegExp]>([
    [
      'PubMed',
      '<accession-num>123</accession-num><remote-database-name>Medline</remote-database-name>',
      /^123$/,
    ],
    [
      'Embase',
      '<accession-num>123</accession-num><remote-database-name>Embase</remote-database-name>',
      /^title:/,
    ],
    [
      'an address',
      '<urls><related-urls><url>http://www.ncbi.nlm.nih.gov/entrez/query.fcgi?cmd=Retrieve&amp;db=PubMed&amp;list_uids=123</url></related-urls></urls>',
      /^123$/,
    ],
    ['a custom field', '<custom1>PMID: 123</custom1>', /^123$/],
    [
      'a DOI',
      '<electronic-resource-num>https://doi.org/10.1000/A</electronic-resource-num>',
      /^doi:10\.1000\/a$/,
    ],
    ['nothing', '', /^title:[0-9a-f]{16}$/],
  ])('takes the id from %s', async (_, parts, id) => {
    expect((await read('a.xml', file(record(title('x'), parts)))).ids[0]).toMatch(id);
  });

  it('reads sections of books', async () => {
    const { records } = await read(
      'a.xml',
      file(
        record(
          '<ref-type name="Book Section">5</ref-type>',
          '<contributors><secondary-authors><author>Adam, M</author></secondary-authors></contributors>',
          '<titles><title>A chapter</title><secondary-title>The Book</secondary-title></titles>',
          '<isbn>978-0-000-00000-2</isbn><publisher>A Press</publisher><pub-location>Leeds</pub-location>',
        ),
      ),
    );
    expect(records[0]).toMatchObject({
      title: 'A chapter',
      more: {
        bookTitle: 'The Book',
        editors: ['Adam, M'],
        isbns: ['9780000000002'],
        publisher: 'A Press',
        place: 'Leeds',
      },
    });
  });

  it('a fault costs the record it is in', async () => {
    const parts = [
      record(title('one')),
      '\n<record><titles><title>A & B</title></titles></record>\n',
      record(),
      record(title('four')),
    ];
    const { records, rejected } = await read('a.xml', file(...parts));
    expect(records.map((one) => one.title)).toEqual(['one', 'four']);
    expect(rejected).toEqual([
      '2 begins a record that does not end, or has an & or < in it that should be &amp; or &lt;',
      '3 begins a record that has neither a PMID nor a DOI nor a title',
    ]);
    const cut = file(FULL, record(title('two')));
    expect((await read('a.xml', cut.slice(0, cut.lastIndexOf('</titles>')))).rejected).toEqual([
      '1 begins a record that is cut off by the end of the file',
    ]);
  });

  it('is read the same however it is cut into chunks', async () => {
    await expectSameHoweverCut('a.xml', file(FULL, record(title('é😀')), '<record><<', FULL), 30);
  });

  it('gives back what was written', async () => {
    const escape = (text: string): string => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
    const text = fc
      .string({ unit: 'grapheme-ascii' })
      .map(cleanText)
      .filter((one) => one !== '');
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    const source = fc.record({
      title: text,
      abstract: text,
      authors: fc.array(word),
      keywords: fc.uniqueArray(word),
      volume: word,
    });
    await fc.assert(
      fc.asyncProperty(source, async (row) => {
        const list = (name: string, values: readonly string[]): string =>
          values.map((value) => `<${name}>${style(value)}</${name}>`).join('');
        const { records } = await read(
          'a.xml',
          file(
            record(
              title(escape(row.title)),
              `<accession-num>PMID: 7</accession-num><contributors><authors>${list('author', row.authors)}</authors></contributors><keywords>${list('keyword', row.keywords)}</keywords><abstract>${style(escape(row.abstract))}</abstract><volume>${row.volume}</volume>`,
            ),
          ),
        );
        expect(records).toEqual([citation({ ...row, id: '7' })]);
      }),
    );
  });

  it('throws nothing but its own error', async () => {
    await expectNoOtherError('a.xml', file(FULL, FULL), [
      '<record>',
      '</record>',
      '</xml>',
      '<xml>',
      '<',
      '&',
      '<style>',
      '<![CDATA[',
    ]);
  });
});
