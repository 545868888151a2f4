import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citation } from '../testing/records.ts';
import { cleanText } from './normalise.ts';
import { encode, expectNoOtherError, expectSameHoweverCut, read } from './testing/read.ts';

const HEAD = `<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "pubmed_250101.dtd">
`;

/** An article of which nothing matters but where it is. */
const article = (pmid: number | string, inner = ''): string =>
  `<PubmedArticle><MedlineCitation><PMID Version="1">${pmid}</PMID>${inner}</MedlineCitation></PubmedArticle>`;
const set = (...parts: string[]): string =>
  `${HEAD}<PubmedArticleSet>\n${parts.join('\n')}\n</PubmedArticleSet>\n`;
const day = (name: string, y: number, m: number | string, d: number, attributes = ''): string =>
  `<${name}${attributes}><Year>${y}</Year><Month>${m}</Month><Day>${d}</Day></${name}>`;

const FULL = `<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM">
    <PMID Version="1">00880</PMID>
    ${day('DateCompleted', 2017, '08', 3)}${day('DateRevised', 2018, '04', 17)}
    <Article PubModel="Print-Electronic">
      <Journal><ISSN IssnType="Electronic">1468-3288</ISSN>
        <JournalIssue CitedMedium="Internet"><Volume>66</Volume><Issue>6</Issue><PubDate><Year>2017</Year><Season>Summer</Season></PubDate></JournalIssue>
        <Title>Journal of invented results</Title><ISOAbbreviation>J. Invent.</ISOAbbreviation></Journal>
      <ArticleTitle>[H<sub>2</sub>O &amp; the <i>TERT</i> gene: r<sup>2</sup> &lt; <mml:math><mml:mi>α</mml:mi><mml:annotation>\\alpha</mml:annotation></mml:math>.]</ArticleTitle>
      <Pagination><StartPage>1116</StartPage><EndPage>1122</EndPage><MedlinePgn>1116-22</MedlinePgn></Pagination>
      <ELocationID EIdType="pii" ValidYN="Y">gut-1</ELocationID><ELocationID EIdType="doi" ValidYN="N">10.1000/wrong</ELocationID>
      <ELocationID EIdType="doi" ValidYN="Y">10.1000/J.1</ELocationID>
      <Abstract><AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">We <b>asked</b>.</AbstractText>
        <AbstractText>It answered.</AbstractText><CopyrightInformation>Copyright.</CopyrightInformation></Abstract>
      <AuthorList CompleteYN="Y">
        <Author ValidYN="Y"><LastName>Smith</LastName><ForeName>John A</ForeName><Initials>JA</Initials><Suffix>Jr</Suffix>
          <Identifier Source="ORCID">https://orcid.org/0000-0002-1825-0097</Identifier>
          <AffiliationInfo><Affiliation>Leeds, UK.</Affiliation><Identifier Source="ROR">x</Identifier></AffiliationInfo>
          <AffiliationInfo><Affiliation>York, UK.</Affiliation></AffiliationInfo></Author>
        <Author ValidYN="N"><LastName>Smyth</LastName><Initials>JA</Initials></Author>
        <Author><CollectiveName>The Falls Group</CollectiveName></Author>
        <Author><LastName>Roe</LastName><Initials>B</Initials><AffiliationInfo><Affiliation>Leeds, UK.</Affiliation></AffiliationInfo></Author>
      </AuthorList>
      <Language>ger</Language>
      <DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList><AccessionNumber>NCT00000001</AccessionNumber><AccessionNumber>NCT00000002</AccessionNumber></AccessionNumberList></DataBank>
        <DataBank><DataBankName>GENBANK</DataBankName></DataBank></DataBankList>
      <GrantList><Grant><GrantID>R01 HL1</GrantID><Acronym>HL</Acronym><Agency>NHLBI NIH HHS</Agency><Country>United States</Country></Grant>
        <Grant><Agency>Wellcome Trust</Agency></Grant></GrantList>
      <PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType><PublicationType>Review</PublicationType></PublicationTypeList>
      <VernacularTitle>Wasser und Gene.</VernacularTitle>
      ${day('ArticleDate', 2016, '10', 24, ' DateType="Electronic"')}
    </Article>
    <MedlineJournalInfo><Country>England</Country><MedlineTA>J Invent</MedlineTA><NlmUniqueID>2985108R</NlmUniqueID><ISSNLinking>0017-5749</ISSNLinking></MedlineJournalInfo>
    <ChemicalList><Chemical><RegistryNumber>0</RegistryNumber><NameOfSubstance UI="D1">Hemostatics</NameOfSubstance></Chemical>
      <Chemical><RegistryNumber>EC 2.7.7.49</RegistryNumber><NameOfSubstance>Telomerase</NameOfSubstance></Chemical></ChemicalList>
    <SupplMeshList><SupplMeshName Type="Disease">Rare disease</SupplMeshName></SupplMeshList>
    <CitationSubset>IM</CitationSubset><CitationSubset>AIM</CitationSubset>
    <CommentsCorrectionsList>
      <CommentsCorrections RefType="ErratumIn"><RefSource>x</RefSource><PMID Version="1">9</PMID></CommentsCorrections>
      <CommentsCorrections RefType="ErratumIn"><RefSource>y</RefSource></CommentsCorrections>
      <CommentsCorrections RefType="RetractionIn"><RefSource>x</RefSource></CommentsCorrections>
      <CommentsCorrections RefType="Cites"><RefSource>x</RefSource></CommentsCorrections>
    </CommentsCorrectionsList>
    <MeshHeadingList>
      <MeshHeading><DescriptorName MajorTopicYN="N">Blood Loss, Surgical</DescriptorName><QualifierName MajorTopicYN="Y">prevention &amp; control</QualifierName><QualifierName MajorTopicYN="N">mortality</QualifierName></MeshHeading>
      <MeshHeading><DescriptorName MajorTopicYN="Y">Telomere</DescriptorName></MeshHeading>
      <MeshHeading><DescriptorName MajorTopicYN="N">Humans</DescriptorName></MeshHeading>
    </MeshHeadingList>
    <PersonalNameSubjectList><PersonalNameSubject><LastName>Darwin</LastName><ForeName>Charles</ForeName><Initials>C</Initials></PersonalNameSubject></PersonalNameSubjectList>
    <OtherID Source="NLM">PMC2651957 [Available on 01/01/09]</OtherID><OtherID Source="KIE">31840</OtherID>
    <OtherAbstract Type="Publisher" Language="ger"><AbstractText Label="ZIEL">Wir fragten.</AbstractText></OtherAbstract>
    <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">telomeres</Keyword><Keyword MajorTopicYN="N">telomeres</Keyword></KeywordList>
    <CoiStatement>None <i>declared</i>.</CoiStatement>
    <InvestigatorList><Investigator ValidYN="Y"><LastName>Doe</LastName><ForeName>Jane</ForeName><Initials>J</Initials></Investigator></InvestigatorList>
  </MedlineCitation>
  <PubmedData>
    <History>${day('PubMedPubDate', 2016, 11, 1, ' PubStatus="pubmed"')}${day('PubMedPubDate', 2016, 11, 2, ' PubStatus="entrez"')}
      ${day('PubMedPubDate', 2017, 8, 4, ' PubStatus="medline"')}${day('PubMedPubDate', 2016, 1, 5, ' PubStatus="received"')}</History>
    <PublicationStatus>ppublish</PublicationStatus>
    <ArticleIdList><ArticleId IdType="pubmed">880</ArticleId><ArticleId IdType="doi">10.1000/J.1</ArticleId><ArticleId IdType="pii">gut-1</ArticleId><ArticleId IdType="pmc">PMC5442294</ArticleId></ArticleIdList>
    <ReferenceList><Reference><Citation>Other</Citation><ArticleIdList><ArticleId IdType="pmc">PMC1</ArticleId></ArticleIdList></Reference></ReferenceList>
  </PubmedData>
</PubmedArticle>`;

describe('PubMed XML', () => {
  it('reads every fact of an article', async () => {
    const { records, rejected } = await read('a.xml', set(FULL));
    expect(rejected).toEqual([]);
    expect(records).toEqual([
      {
        id: '880',
        title: '[H2O & the TERT gene: r2 < α.]',
        abstract: 'BACKGROUND: We asked. It answered.',
        mesh: ['Blood Loss, Surgical/*prevention & control/mortality', '*Telomere', 'Humans'],
        date: '2017-07',
        year: 2017,
        journal: 'Journal of invented results',
        journalAbbreviation: 'J Invent',
        authors: ['Smith JA Jr', 'The Falls Group', 'Roe B'],
        affiliations: ['Leeds, UK.', 'York, UK.'],
        substances: ['Hemostatics', 'Telomerase', 'EC 2.7.7.49', 'Rare disease'],
        publicationTypes: ['Journal Article', 'Review'],
        languages: ['ger'],
        keywords: ['telomeres'],
        doi: '10.1000/j.1',
        volume: '66',
        issue: '6',
        pages: '1116-22',
        more: {
          days: {
            epdat: '2016-10-24',
            ppdat: '2017-07',
            edat: '2016-11-01',
            crdt: '2016-11-02',
            mhda: '2017-08-04',
            dcom: '2017-08-03',
            lr: '2018-04-17',
          },
          fullAuthors: ['Smith, John A Jr', 'Roe, B'],
          collectiveAuthors: ['The Falls Group'],
          authorIds: ['0000-0002-1825-0097'],
          investigators: ['Doe, Jane'],
          personalSubjects: ['Darwin, Charles'],
          transliteratedTitles: ['Wasser und Gene.'],
          otherAbstracts: ['ZIEL: Wir fragten.'],
          issns: ['1468-3288', '0017-5749'],
          nlmId: '2985108R',
          place: 'England',
          grants: ['R01 HL1/HL/NHLBI NIH HHS/United States', 'Wellcome Trust'],
          databankIds: ['ClinicalTrials.gov/NCT00000001', 'ClinicalTrials.gov/NCT00000002', 'GENBANK'],
          articleIds: ['gut-1', 'PMC5442294', 'PMC2651957'],
          status: 'MEDLINE',
          subsets: ['IM', 'AIM'],
          links: ['EIN', 'RIN'],
          conflictStatement: 'None declared.',
        },
      },
    ]);
  });

  it('reads books and chapters', async () => {
    const book = (chapter: string): string => `<PubmedBookArticle><BookDocument><PMID>7</PMID>
      <ArticleIdList><ArticleId IdType="bookaccession">NBK1116</ArticleId></ArticleIdList>
      <Book><Publisher><PublisherName>A Press</PublisherName><PublisherLocation>Leeds (UK)</PublisherLocation></Publisher>
        <BookTitle book="gene">Gene <i>Reviews</i></BookTitle><PubDate><Year>1993</Year></PubDate>
        <AuthorList Type="editors"><Author><LastName>Adam</LastName><ForeName>Mary P</ForeName><Initials>MP</Initials></Author></AuthorList><Isbn>9780000000002</Isbn></Book>
      ${chapter}<Language>eng</Language>
      <AuthorList Type="authors"><Author><LastName>Roe</LastName><ForeName>Bea</ForeName><Initials>B</Initials></Author></AuthorList>
      <PublicationType UI="D016454">Review</PublicationType><Abstract><AbstractText>Text.</AbstractText></Abstract>
      <Sections><Section><SectionTitle>No title of it</SectionTitle></Section></Sections></BookDocument>
      <PubmedBookData><History>${day('PubMedPubDate', 2008, 3, 20, ' PubStatus="pubmed"')}</History></PubmedBookData></PubmedBookArticle>`;
    const expected = citation({
      id: '7',
      title: 'A chapter',
      abstract: 'Text.',
      date: '1993',
      year: 1993,
      authors: ['Roe B'],
      publicationTypes: ['Review'],
      languages: ['eng'],
      more: {
        days: { edat: '2008-03-20' },
        fullAuthors: ['Roe, Bea'],
        editors: ['Adam, Mary P'],
        isbns: ['9780000000002'],
        articleIds: ['NBK1116'],
        place: 'Leeds (UK)',
        publisher: 'A Press',
        bookTitle: 'Gene Reviews',
      },
    });
    const { records } = await read('a.xml', set(book('<ArticleTitle>A chapter</ArticleTitle>'), book('')));
    expect(records).toEqual([expected, { ...expected, title: 'Gene Reviews' }]);
  });

  it('says which records an update file takes back', async () => {
    const { ids, rejected } = await read(
      'pubmed26n1300.xml',
      set(
        article(1),
        '<DeleteCitation>\n<PMID Version="1">2</PMID>\n<PMID Version="1">3</PMID></DeleteCitation>',
      ),
    );
    expect(ids).toEqual(['1']);
    expect(rejected).toEqual(['6 deletes 2', '7 deletes 3']);
  });

  it.each([
    ['<Year>2016</Year><Month>Sep</Month><Day>30</Day>', '2016-09-30'],
    ['<Year>2016</Year><Month>09</Month>', '2016-09'],
    ['<Year>2016</Year><Season>Fall</Season>', '2016-10'],
    ['<Year>2016</Year>', '2016'],
    ['<MedlineDate>2000 Spring-Summer</MedlineDate>', '2000-04'],
    ['<MedlineDate>1998 Dec-1999 Jan</MedlineDate>', '1998-12'],
    ['<MedlineDate>2000-2001</MedlineDate>', '2000'],
    ['<MedlineDate>Winter 2009</MedlineDate>', '2009-01'],
    ['<MedlineDate>2000 Dec 23- 30</MedlineDate>', '2000-12-23'],
    ['<MedlineDate>2015 1st Quart</MedlineDate>', '2015'],
    ['<MedlineDate>in press</MedlineDate>', undefined],
  ])('the publication date %s is %s', async (date, expected) => {
    const inner = `<Article><Journal><JournalIssue><PubDate>${date}</PubDate></JournalIssue></Journal></Article>`;
    expect((await read('a.xml', set(article(1, inner)))).records[0]?.date).toBe(expected);
  });

  it('reads documents that follow one another, old sets, and articles without a set', async () => {
    expect((await read('a.xml', `${set(article(1))}\ufeff\n${set(article(2))}${article(3)}`)).ids).toEqual([
      '1',
      '2',
      '3',
    ]);
    const old = '<MedlineCitationSet><MedlineCitation><PMID>4</PMID></MedlineCitation></MedlineCitationSet>';
    expect((await read('a.xml', old)).ids).toEqual(['4']);
  });

  it('reads files in the encoding that they declare', async () => {
    const text = `<?xml version="1.0" encoding="ISO-8859-1"?><PubmedArticleSet>${article(1, '<Article><ArticleTitle>café</ArticleTitle></Article>')}</PubmedArticleSet>`;
    const { records } = await read(
      'a.xml',
      Uint8Array.from(text, (character) => character.charCodeAt(0)),
    );
    expect(records[0]?.title).toBe('café');
    await expect(read('a.xml', text.replace('ISO-8859-1', 'klingon'))).rejects.toThrow(
      /encoded in "klingon"/,
    );
  });
});

describe('a fault in PubMed XML costs the record it is in', () => {
  const xml = 'is not sound XML';
  it.each<[what: string, bad: string, reason: RegExp]>([
    [
      'tags that do not match',
      '<PubmedArticle><MedlineCitation><PMID>2</PMID></Medline></PubmedArticle>',
      /unexpected close tag/,
    ],
    ['a sign less than', article(2, '<Article><ArticleTitle>p <0.05</ArticleTitle></Article>'), /./],
    ['an ampersand', article(2, '<Article><ArticleTitle>A & B</ArticleTitle></Article>'), /./],
    [
      'an entity of HTML',
      article(2, '<Article><ArticleTitle>A&nbsp;B</ArticleTitle></Article>'),
      /undefined entity/,
    ],
    ['a quote that is not closed', article(2, '<Article PubModel="Print></Article>'), /./],
    ['a comment that does not end', article(2, '<!-- '), /./],
    ['CDATA that does not end', article(2, '<![CDATA[ '), /./],
    ['an ampersand before much text', article(2, '<Article><ArticleTitle>A &</ArticleTitle></Article>'), /./],
    [
      'an article that does not end',
      '<PubmedArticle><MedlineCitation><PMID>2</PMID>',
      /record within a record|does not end/,
    ],
    [
      'a character that XML does not allow',
      article(2, '<Article><ArticleTitle>\u0007</ArticleTitle></Article>'),
      /does not allow/,
    ],
    ['no PMID', '<PubmedArticle><MedlineCitation/></PubmedArticle>', /begins a record without a PMID/],
    ['a deep nest', article(2, '<i>'.repeat(300)), /256 levels/],
  ])('%s', async (_, bad, reason) => {
    const text = set(article(1), bad, article(3), article(4));
    const { ids, rejected } = await read('a.xml', text);
    expect(ids).toEqual(['1', '3', '4']);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]).toMatch(reason);
    expect(rejected[0]).toMatch(/^(?:[5-7]|8) |line 5 is left out/);
    await expectSameHoweverCut('a.xml', text, 20);
  });

  it('an article without an end tag is not whole, though what is in it was read', async () => {
    const { ids, rejected } = await read(
      'a.xml',
      set(article(1), article(2).replace('</PubmedArticle>', '')),
    );
    expect(ids).toEqual(['1']);
    expect(rejected).toEqual([
      `6 ${xml} (unexpected close tag); the record that begins at line 5 is left out`,
    ]);
  });

  it('tells the line', async () => {
    const { rejected } = await read(
      'a.xml',
      set(article(1), '<PubmedArticle>\n<PMID>2</PMID>\n</b>\n', article(3)),
    );
    expect(rejected).toEqual([
      `7 ${xml} (unexpected close tag); the record that begins at line 5 is left out`,
    ]);
  });

  it('bytes that are no UTF-8', async () => {
    const title = encode('<PubmedArticle><MedlineCitation><PMID>2</PMID><Article><ArticleTitle>caf');
    const { ids, rejected } = await read(
      'a.xml',
      encode(`<PubmedArticleSet>\n${article(1, '<Article><ArticleTitle>\ufffd</ArticleTitle></Article>')}\n`),
      Uint8Array.of(
        ...title,
        0xe9,
        ...encode('</ArticleTitle></Article></MedlineCitation></PubmedArticle>\n'),
      ),
      `${article(3)}</PubmedArticleSet>`,
    );
    expect(ids).toEqual(['1', '3']);
    expect(rejected).toEqual([
      '3 is not valid UTF-8; save the file as UTF-8 and import it again; the record that begins at line 3 is left out',
    ]);
  });

  it('a file that is cut off keeps what came before', async () => {
    const whole = set(article(1), article(2));
    const { ids, rejected } = await read(
      'a.xml',
      whole.slice(0, whole.indexOf('</PMID>', whole.indexOf('>2<'))),
    );
    expect(ids).toEqual(['1']);
    expect(rejected).toEqual(['5 begins a record that is cut off by the end of the file']);
    expect((await read('a.xml', set(article(1)).replace('</PubmedArticleSet>', ''))).rejected).toEqual([
      '6 is where the file ends, though its XML does not: it is cut off',
    ]);
  });

  it('entities of the file are not expanded, nothing outside is read', async () => {
    const lol = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join(
      '\n',
    );
    const head = `<!DOCTYPE PubmedArticleSet [<!ENTITY l0 "lol">${lol}<!ENTITY x SYSTEM "file:///etc/passwd">]>`;
    for (const entity of ['&l9;', '&x;']) {
      const inner = `<Article><ArticleTitle>${entity}</ArticleTitle></Article>`;
      const { ids, rejected } = await read(
        'a.xml',
        `${head}<PubmedArticleSet>${article(1, inner)}${article(2)}</PubmedArticleSet>`,
      );
      expect(ids).toEqual(['2']);
      expect(rejected[0]).toMatch(/undefined entity/);
    }
  });

  it('a text of 20 MB without a tag, and many starts that never end, are got through', async () => {
    const megabyte = encode('x'.repeat(1_000_000));
    const big = await read(
      'a.xml',
      `<PubmedArticleSet>\n<PubmedArticle><PMID>`,
      ...Array<Uint8Array>(20).fill(megabyte),
      `</PMID></PubmedArticle>\n${article(2)}</PubmedArticleSet>`,
    );
    expect(big.ids).toEqual(['2']);
    expect(big.rejected[0]).toMatch(/more than 16 MiB/);
    const starts = '<PubmedArticle><![CDATA['.repeat(2_000);
    const many = await read('a.xml', `<PubmedArticleSet>${starts}`);
    expect(many.ids).toEqual([]);
  });
});

describe('PubMed XML of any content', () => {
  it('is read the same however it is cut into chunks', async () => {
    await expectSameHoweverCut(
      'a.xml',
      `\ufeff${set(FULL, article('2', '<Article><ArticleTitle>é😀\r\n</ArticleTitle></Article>'), '<a><b>', article(3)).replaceAll('\n', '\r\n')}${set(article(4))}`,
      30,
    );
  });

  it('gives back what was written', async () => {
    const escape = (text: string): string =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(']]>', ']]&gt;');
    const isXml = (text: string): boolean =>
      !/[\u0000-\u001f\ufffe\uffff]|[\ud800-\udfff]/.test(
        text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''),
      );
    const text = fc.string({ unit: 'grapheme' }).map(cleanText).filter(isXml);
    const some = text.filter((one) => one !== '');
    const source = fc.record({
      id: fc.integer({ min: 1, max: 99999999 }).map(String),
      title: text,
      abstract: text,
      keywords: fc.uniqueArray(some.filter((one) => !one.startsWith('*'))),
      publicationTypes: fc.uniqueArray(some),
      languages: fc.uniqueArray(some),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(source, { minLength: 1, maxLength: 5 }), async (rows) => {
        const list = (name: string, values: readonly string[]): string =>
          values.map((value) => `<${name}>${escape(value)}</${name}>`).join('');
        const articles = rows.map((row) =>
          article(
            row.id,
            `<Article><ArticleTitle>${escape(row.title)}</ArticleTitle><Abstract><AbstractText>${escape(row.abstract)}</AbstractText></Abstract>${list('Language', row.languages)}<PublicationTypeList>${list('PublicationType', row.publicationTypes)}</PublicationTypeList></Article><KeywordList>${list('Keyword', row.keywords)}</KeywordList>`,
          ),
        );
        expect(await read('a.xml', set(...articles))).toMatchObject({
          records: rows.map((row) => citation(row)),
          rejected: [],
        });
      }),
    );
  });

  it('throws nothing but its own error', async () => {
    await expectNoOtherError('a.xml', set(FULL, article(2)), [
      '<',
      '>',
      '&',
      '&#0;',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '"',
      '<PubmedArticle>',
      '</PubmedArticle>',
      '</PubmedArticleSet>',
      '<!DOCTYPE x [',
      '<?xml ',
      '?>',
      '\r',
      '\ud83d',
      '\ufffe',
    ]);
  });
});

const folder = join(
  process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data'),
  'eutils',
);
const hasData = existsSync(folder);
if (!hasData) console.warn(`Skipped: real PubMed XML needs ${folder} (set QUERENT_DATA).`);

describe.skipIf(!hasData)('real EFetch answers', () => {
  const files = ['xml', 'json2012'].flatMap((part) =>
    readdirSync(join(folder, part))
      .filter((name) => /^(?:efetch\.)?pubmed.*\.xml$/.test(name))
      .map((name) => join(folder, part, name)),
  );

  it.each(files)('%s is read in full', async (path) => {
    const text = readFileSync(path, 'utf8');
    const { records, rejected } = await read(path, text);
    expect(rejected).toEqual([]);
    expect(records).toHaveLength(text.match(/<(?:PubmedArticle|PubmedBookArticle)>/g)?.length ?? 0);
    for (const record of records) {
      expect(record.title).not.toBe('');
      expect(record.date).toMatch(/^\d{4}/);
      expect(record.languages).not.toEqual([]);
      expect(JSON.stringify(record)).not.toMatch(/<\/?[a-z]+>/);
      expect(record.more?.days?.edat).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
    // Every heading, author and abstract text of the file is in a record.
    const count = (name: string): number => text.match(new RegExp(`<${name}[ >]`, 'g'))?.length ?? 0;
    expect(records.flatMap((record) => record.mesh)).toHaveLength(count('DescriptorName'));
    const people = records.flatMap((r) => [...r.authors, ...(r.more?.editors ?? [])]);
    expect(people).toHaveLength(count('Author'));
  });
});
