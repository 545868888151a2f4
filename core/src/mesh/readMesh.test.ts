import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { loadThesaurus, meshYear, readMesh, serializeThesaurus } from './index.ts';
import type { Descriptor, DescriptorRejection } from './index.ts';

/** Invented descriptors in the true form of NLM's `desc2026.xml` (DTD nlmdescriptorrecordset). */
const XML = `<?xml version="1.0"?>
<!DOCTYPE DescriptorRecordSet SYSTEM "https://www.nlm.nih.gov/databases/dtd/nlmdescriptorrecordset_20260101.dtd">
<DescriptorRecordSet LanguageCode = "eng">
<DescriptorRecord DescriptorClass = "1">
  <DescriptorUI>D990001</DescriptorUI>
  <DescriptorName>
   <String>Widgets &amp; Gadgets</String>
  </DescriptorName>
  <DateCreated><Year>1990</Year><Month>02</Month><Day>03</Day></DateCreated>
  <DateEstablished>
    <Year>1991</Year>
    <Month>01</Month>
    <Day>01</Day>
  </DateEstablished>
  <AllowableQualifiersList>
   <AllowableQualifier>
    <QualifierReferredTo>
      <QualifierUI>Q000009</QualifierUI>
      <QualifierName><String>adverse effects</String></QualifierName>
    </QualifierReferredTo>
    <Abbreviation>AE</Abbreviation>
   </AllowableQualifier>
   <AllowableQualifier>
    <QualifierReferredTo>
      <QualifierUI>Q000191</QualifierUI>
      <QualifierName><String>economics</String></QualifierName>
    </QualifierReferredTo>
    <Abbreviation>EC</Abbreviation>
   </AllowableQualifier>
  </AllowableQualifiersList>
  <HistoryNote>91(78); was DOODADS 1978-90</HistoryNote>
  <PublicMeSHNote>91; was DOODADS 1978-90 (see under TOOLS 1978-83)</PublicMeSHNote>
  <PharmacologicalActionList>
   <PharmacologicalAction>
    <DescriptorReferredTo>
     <DescriptorUI>D990009</DescriptorUI>
     <DescriptorName><String>Turning Agents</String></DescriptorName>
    </DescriptorReferredTo>
   </PharmacologicalAction>
  </PharmacologicalActionList>
  <TreeNumberList>
   <TreeNumber>Z01.100</TreeNumber>
   <TreeNumber>Z02.100.200</TreeNumber>
  </TreeNumberList>
  <ConceptList>
   <Concept PreferredConceptYN="N">
    <ConceptUI>M2</ConceptUI>
    <ConceptName><String>Gizmos</String></ConceptName>
    <ScopeNote>Of another concept.</ScopeNote>
    <TermList>
     <Term  ConceptPreferredTermYN="Y"  IsPermutedTermYN="N"  LexicalTag="NON"  RecordPreferredTermYN="N">
      <TermUI>T3</TermUI>
      <String>Gizmos</String>
     </Term>
    </TermList>
   </Concept>
   <Concept PreferredConceptYN="Y">
    <ConceptUI>M1</ConceptUI>
    <ConceptName><String>Widgets &amp; Gadgets</String></ConceptName>
    <ScopeNote>Small things of use,
    &lt;1 kg.
    </ScopeNote>
    <TermList>
     <Term  ConceptPreferredTermYN="Y"  IsPermutedTermYN="N"  LexicalTag="NON"  RecordPreferredTermYN="Y">
      <TermUI>T1</TermUI>
      <String>Widgets &amp; Gadgets</String>
     </Term>
     <Term  ConceptPreferredTermYN="N"  IsPermutedTermYN="Y"  LexicalTag="NON"  RecordPreferredTermYN="N">
      <TermUI>T1</TermUI>
      <String>Gadgets &amp; Widgets</String>
     </Term>
     <Term  ConceptPreferredTermYN="N"  IsPermutedTermYN="N"  LexicalTag="NON"  RecordPreferredTermYN="N">
      <TermUI>T2</TermUI>
      <String>Thing&#xE9;s</String>
     </Term>
    </TermList>
   </Concept>
  </ConceptList>
</DescriptorRecord>
<DescriptorRecord DescriptorClass = "3">
  <DescriptorUI>D990002</DescriptorUI>
  <DescriptorName>
   <String>Plain Things</String>
  </DescriptorName>
  <ConceptList>
   <Concept PreferredConceptYN="Y"><TermList>
    <Term RecordPreferredTermYN="Y"><TermUI>T9</TermUI><String>Plain Things</String></Term>
   </TermList></Concept>
  </ConceptList>
</DescriptorRecord>
</DescriptorRecordSet>
`;

/** The same as NLM's `d2026.bin` has it; ASCII MeSH holds no permuted terms. */
const ASCII = `*NEWRECORD
RECTYPE = D
MH = Widgets & Gadgets
DE = WIDGETS
AQ = AE EC
PRINT ENTRY = Gizmos|T073|NON|REL|NLM (1991)|910101|GIZMOS|abcdefv
ENTRY = Thingés|T073|NON|EQV|NLM (1991)|910101|abcdef
ENTRY = Thingés|T073|NON|EQV|NLM (1992)|910101|abcdef
MN = Z01.100
MN = Z02.100.200
PA = Turning Agents
MH_TH = NLM (1991)
ST = T073
MS = Small things of use, <1 kg.
PM = 91; was DOODADS 1978-90 (see under TOOLS 1978-83)
HN = 91(78); was DOODADS 1978-90
MR = 20200101
DA = 19900203
DC = 1
DX = 19910101
UI = D990001

*NEWRECORD
RECTYPE = D
MH = Plain Things
DC = 3
UI = D990002
`;

const widgets: Descriptor = {
  ui: 'D990001',
  name: 'Widgets & Gadgets',
  entryTerms: ['Gizmos', 'Thingés'],
  permutedTerms: [],
  treeNumbers: ['Z01.100', 'Z02.100.200'],
  pharmacologicalActions: ['Turning Agents'],
  scopeNote: 'Small things of use, <1 kg.',
  introduced: '1991-01-01',
  previousNames: ['DOODADS'],
  allowedSubheadings: ['AE', 'EC'],
};
const plain: Descriptor = {
  ui: 'D990002',
  name: 'Plain Things',
  entryTerms: [],
  permutedTerms: [],
  treeNumbers: [],
  pharmacologicalActions: [],
};

/** `text` as a file is read: in pieces of `size` characters. */
async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function read(text: string, size = 4096): Promise<readonly Descriptor[]> {
  const items = [];
  for await (const item of readMesh(inPieces(text, size))) items.push(item);
  return loadThesaurus(items).descriptors;
}

describe('files of MeSH', () => {
  it.each([
    ['XML', XML, [{ ...widgets, permutedTerms: ['Gadgets & Widgets'] }, plain]],
    ['ASCII', ASCII, [widgets, plain]],
    [
      'XML with Windows line ends and a mark',
      `\ufeff${XML.replaceAll('\n', '\r\n')}`,
      [{ ...widgets, permutedTerms: ['Gadgets & Widgets'] }, plain],
    ],
    ['ASCII with Windows line ends', ASCII.replaceAll('\n', '\r\n'), [widgets, plain]],
    [
      'JSON lines',
      [
        ...serializeThesaurus(
          loadThesaurus([
            {
              ui: 'D1',
              name: 'A',
              scope: 'Of a.',
              established: '1999-01-01',
              previous: ['B'],
              subheadings: ['DT'],
            },
          ]),
        ),
      ].join('\n'),
      [
        {
          ...plain,
          ui: 'D1',
          name: 'A',
          scopeNote: 'Of a.',
          introduced: '1999-01-01',
          previousNames: ['B'],
          allowedSubheadings: ['DT'],
        },
      ],
    ],
    ['nothing', '', []],
  ])('%s are read', async (_, text, expected) => expect(await read(text)).toEqual(expected));

  it('are the same in pieces of any size', async () => {
    const whole = { xml: await read(XML), ascii: await read(ASCII) };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5000 }), async (size) => {
        expect(await read(XML, size)).toEqual(whole.xml);
        expect(await read(ASCII, size)).toEqual(whole.ascii);
      }),
      { numRuns: 30 },
    );
  });

  it('survive any damage: a descriptor less, a message, never a crash', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(XML, ASCII),
        fc.nat(XML.length),
        fc.nat(200),
        fc.string(),
        async (text, at, length, put) => {
          const damaged = text.slice(0, at) + put + text.slice(at + length);
          const read1 = await read(damaged).catch((error: Error) => error.name);
          if (typeof read1 === 'string') expect(read1).toBe('MeshFormatError');
          else expect(read1.length).toBeLessThanOrEqual(2);
        },
      ),
    );
  });

  it.each([
    ['cut off within a descriptor', XML.slice(0, XML.indexOf('TermList')), 'cut off'],
    ['cut off between descriptors', XML.slice(0, XML.lastIndexOf('<DescriptorRecord ')), 'cut off'],
    ['ASCII cut off', ASCII.slice(0, ASCII.lastIndexOf('DC = ')), 'cut off'],
    ['a zip archive', 'PK\u0003\u0004\u0014\u0000desc2026.xml', 'unpack it'],
    [
      'supplementary concepts',
      '<?xml version="1.0"?>\n<!DOCTYPE SupplementalRecordSet SYSTEM "x.dtd">\n<SupplementalRecordSet>',
      'supplementary concepts',
    ],
    ['subheadings', '<?xml version="1.0"?>\n<!DOCTYPE QualifierRecordSet SYSTEM "x.dtd">\n', 'subheadings'],
    ['ASCII of subheadings', '*NEWRECORD\nRECTYPE = Q\nSH = surgery\nUI = Q000601\n', 'not headings'],
    [
      'pharmacological actions',
      '<!DOCTYPE PharmacologicalActionSet SYSTEM "x.dtd">',
      'pharmacological actions',
    ],
    ['tree numbers', 'Body Regions;A01\nAnatomic Landmarks;A01.111\n', 'tree numbers'],
    ['RDF', '<http://id.nlm.nih.gov/mesh/2026/D000001> <http://x> "y" .', 'RDF'],
    ['a web page', '<!DOCTYPE html>\n<html><body>Not found</body></html>', 'web page'],
    ['other XML', '<?xml version="1.0"?>\n<PubmedArticleSet></PubmedArticleSet>', 'XML'],
  ])('%s: it is said what is wrong', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
    await expect(read(text)).rejects.toMatchObject({ name: 'MeshFormatError' });
  });

  it('know their year', () => {
    expect(meshYear(XML)).toBe('2026');
    expect(meshYear(ASCII)).toBeUndefined();
  });

  it('that hold a descriptor without a name tell of it', () => {
    const rejected: DescriptorRejection[] = [];
    loadThesaurus([{ ui: 'D1', name: '' }], undefined, (one) => rejected.push(one));
    expect(rejected).toEqual([{ line: 1, reason: 'descriptor D1 has no "name"' }]);
  });

  it('are read in linear time: 20 MB of one record that never ends', async () => {
    async function* endless(): AsyncGenerator<string> {
      yield '<!DOCTYPE DescriptorRecordSet>\n<DescriptorRecordSet>\n<DescriptorRecord DescriptorClass="1">';
      for (let i = 0; i < 80; i++) yield '<Term>x'.repeat(36_000);
    }
    const start = processorMs();
    await expect(async () => {
      for await (const item of readMesh(endless())) expect(item).toBeUndefined();
    }).rejects.toThrow('cut off');
    expect(processorMs() - start).toBeLessThan(5_000); // 0.1 s on an idle machine
  });
});
