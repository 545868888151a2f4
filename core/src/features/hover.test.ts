import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../mesh/index.ts';
import type { Descriptor, Thesaurus } from '../mesh/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import { hover, queryAt } from './hover.ts';
import { describeHeading } from './hoverHeading.ts';
import type { MeasurementView } from './measurementView.ts';
import { always, marked, measurement } from './testing.ts';

const done: MeasurementView = { kind: 'done', measurement: measurement(1204, ['11', '12'], ['13']) };

function at(source: string, view?: MeasurementView): string {
  const { document, offset } = marked(source);
  return hover(document, offset, view ? { measurements: always(view) } : {})?.markdown ?? '';
}

const heading = (ui: string, name: string, tree: string, entry: string[]): string =>
  JSON.stringify({ ui, name, entry, perm: [], tree: [tree], pa: [] });

describe('hover', () => {
  it.each([
    ['a number', '¦#1 a\n#2 #1', ['Line #1', '`a`']],
    ['the end of a line', '#1 a // x¦', ['Line #1']],
    ['a reference', '#1 aa OR bb\n#2 #1¦ AND c', ['Line #1', '`aa OR bb`']],
    ['a missing reference', '#2 #1¦ AND c', ['#1** does not exist']],
    ['the root line', '#1 a\n#2¦ #1', ['the strategy']],
    ['a tagged term', 'a¦b[tiab]', ['**ab**', 'Title/Abstract']],
    [
      'an untagged term',
      'a¦b',
      ['No field tag', 'search this as: `"ab"[All Fields]`', 'Simulated without MeSH'],
    ],
    ['a quoted untagged term', '"a¦b c"', ['quotes switch', '`"ab c"[All Fields]`']],
    [
      'a truncated term',
      'abcd¦*[tiab]',
      ['star stands for any letters', '`"abcd*"[Title/Abstract]`', '*Simulated offline.*'],
    ],
    ['a stem that is too short', 'ab¦*[tiab]', ['ignores it', '`"ab"[Title/Abstract]`']],
    ['a heading', 'Neo¦plasms[mh]', ['includes narrower headings', '`"neoplasms"[MeSH Terms]`']],
    ['a publication type', 'lett¦er[pt]', ['Publication type **Letter**']],
    ['a retired type', 'retraction of ¦publication[pt]', ['is retired']],
    ['a language', 'g¦er[la]', ['Articles in **German** (ger)', '`"german"[Language]`']],
    ['a filter', 'free full ¦text[sb]', ['Full text is free']],
    ['a presence', 'has¦abstract', ['`hasabstract[All Fields]`']],
    ['a subheading', 'd¦t[sh]', ['The subheading **Drug Therapy** (DT)']],
    ['days ago', '"last ¦90 days"[edat]', ['Counted back from the day of the search']],
    ['no date', '2016/¦13[dp]', ['month']],
    ['nothing to search for', '"¦--"', ['nothing to search for']],
    [
      'a tag',
      'a[ti¦ab]',
      [
        'Title/Abstract',
        '`[tiab]`',
        '`[title/abstract]`',
        'near each other',
        'Example: `"heart attack"[tiab]`',
        'https://pubmed.ncbi.nlm.nih.gov/help/#search-tags',
      ],
    ],
    ['the tag of a heading', 'a[m¦h]', ['`[mh:noexp]`', '`[mesh terms]`']],
    ['the tag of a date', '2010[d¦p]', ['`"last 5 years"[dp]`']],
    ['an unknown tag', 'a[zz¦z]', ['no such field']],
    ['a tag with proximity', '"a b"[tiab:~¦3]', ['at most 3 other words']],
    ['a tag without explosion', 'a[mh:no¦exp]', ['this heading only']],
    ['a range', '2010:¦2015[dp]', ['2010', '2015', 'Publication Date']],
    ['an operator', 'a OR b A¦ND c', ['**AND**', '`(a OR b) AND c`']],
    ['a parenthesis', '¦(a OR b AND c)', ['left to right']],
    ['a key', '---\nun¦til: 2016-01-01\n---\na', ['**until**']],
    ['a value', '---\nuntil: 2016-¦01-01\n---\na', ['**until**']],
    ['seeds', '---\nseeds: [1, ¦2]\n---\na', ['2 seeds']],
  ])('on %s', (_, source, expected) => {
    for (const part of expected) expect(at(source)).toContain(part);
  });

  it.each(['¦', '¦// comment\na', '---\n¦---\na', 'a\n¦\n\nb'])('has nothing to say on %j', (source) =>
    expect(at(source)).toBe(''),
  );

  it('tells the numbers, the seeds by name, where and when', () => {
    const text = at('#1 a¦a[tiab]', done);
    expect(text).toContain(
      '**1,204 records** · **2 of 3 seeds** · recall 67 % · precision at least 0.17 % · number needed to read 602',
    );
    expect(text).toContain('Missed: [13](https://pubmed.ncbi.nlm.nih.gov/13/)');
    expect(text).toContain(
      'Measured in citation library a.sqlite, 300 records, 2026-08-14 13:05 UTC. Counts in a library do not carry over to PubMed.',
    );
  });

  it('does not speak of a library for PubMed itself', () => {
    const live = { ...done.measurement, provenance: { ...done.measurement.provenance, engine: 'pubmed' } };
    expect(at('#1¦ a', { kind: 'done', measurement: live })).not.toContain('carry over');
  });

  it.each<[MeasurementView, string]>([
    [{ kind: 'pending' }, 'Searching…'],
    [{ kind: 'unasked' }, 'Not measured yet'],
    [{ kind: 'none', message: 'No database.' }, 'Not measured: No database.'],
    [
      { kind: 'error', message: 'The <b>library</b> is broken.' },
      '**Not measured:** The &lt;b>library&lt;/b> is broken.',
    ],
  ])('never shows a number that is not known: %j', (view, expected) => {
    const text = at('#1¦ a', view);
    expect(text).toContain(expected);
    expect(text).not.toMatch(/\d+ records/);
  });

  it('says with the line that there is no database, not with each of its words', () => {
    expect(at('#1 asth¦ma', { kind: 'none', message: 'No database.' })).not.toContain('Not measured');
  });

  it('shows warnings, and which seeds the strategy misses', () => {
    const warned = { ...done.measurement, warnings: [{ code: 'x', message: 'phrase not found' }] };
    expect(at('#1¦ a', { kind: 'done', measurement: warned })).toContain('- ⚠ phrase not found');
    expect(at('---\nseeds: [¦11]\n---\na', done)).toContain('Missed by the strategy: [13]');
  });

  it('cannot be made to render the text of a query as markup', () => {
    expect(at('"<img src=x> [a](b) `c`"¦[tiab]')).not.toMatch(/<img|[^\\]\[a\]\(/);
  });

  it('describes headings with entry terms and what is narrower', () => {
    const thesaurus = loadThesaurus(
      [
        heading('D1', 'Neoplasms', 'C04', ['Cancer', 'Tumors']),
        heading('D2', 'Cysts', 'C04.182', []),
        heading('D3', 'Bone Cysts', 'C04.182.089', []),
        heading('D4', 'Clinical Trial', 'V03.1', []),
        heading('D5', 'Clinical Trial, Phase I', 'V03.1.2', []),
      ],
      '2024',
    );
    const over = (source: string): string => {
      const { document, offset } = marked(source);
      return hover(document, offset, { thesaurus })?.markdown ?? '';
    };
    expect(over('Neo¦plasms[mh]')).toContain('MeSH heading [Neoplasms]');
    expect(over('Neo¦plasms[mh]')).toContain('2 narrower headings');
    expect(over('Neo¦plasms[mh]')).toContain('Neoplasms `C04`');
    expect(over('Neo¦plasms[mh]')).toContain('Entry terms: Cancer; Tumors');
    expect(over('can¦cer[mh:noexp]')).toContain('An entry term of the MeSH heading [Neoplasms]');
    expect(over('can¦cer[mh:noexp]')).toContain('left out by :noexp');
    expect(over('can¦cer[mh:noexp]')).toContain('`"neoplasms"[MeSH Terms:noexp]`');
    expect(over('Bone ¦Cysts/surgery[majr]')).toContain('subheading **Surgery**');
    expect(over('Bone ¦Cysts/surgery[majr]')).toContain('no narrower headings');
    expect(over('Bone ¦Cysts/surgery[majr]')).toContain('Neoplasms › Cysts › Bone Cysts `C04.182.089`');
    expect(over('Neoplas¦mz[mh]')).toContain('⚠ MeSH 2024 has no heading "Neoplasmz"');
    expect(over('Neoplas¦mz[mh]')).toContain('Similar headings: Neoplasms');
    expect(over('can¦cer[tiab]')).not.toContain('MeSH heading');
    expect(over('"Bone ¦Cysts"[mh]')).not.toContain('phrase');
    expect(over('"bone ¦cysts"[tiab]')).toContain('Searched as a phrase');
    expect(over('can¦cer')).toContain(
      '`"neoplasms"[MeSH Terms] OR "neoplasms"[All Fields] OR "cancer"[All Fields]`',
    );
    expect(over('can¦cer')).toContain('entry term of the MeSH heading Neoplasms');
    expect(over('can¦cer')).toContain(
      "*Simulated with MeSH 2024; PubMed's own translation is shown after a live search.*",
    );
    expect(over('clinical ¦trial[pt]')).toContain('Includes Clinical Trial, Phase I.');
  });

  it('shows what a heading covers, and since when', () => {
    const thesaurus: Thesaurus = loadThesaurus([heading('D1', 'Neoplasms', 'C04', ['Cancer'])]);
    const [neoplasms] = thesaurus.descriptors;
    const described: Descriptor = {
      ...(neoplasms as Descriptor),
      scopeNote: `New abnormal growth of tissue. ${'More. '.repeat(100)}`,
      introduced: '1999-01-01',
      previousNames: ['Tumors <1998>'],
    };
    const text = describeHeading(described, 'Neoplasms', thesaurus, false);
    expect(text).toContain('New abnormal growth of tissue.');
    expect(text).toContain('In MeSH since 1999; before that Tumors &lt;1998>');
    expect(text.length).toBeLessThan(600);
  });

  it("prefers PubMed's own translation to the simulated one", () => {
    const live = {
      ...done.measurement,
      translation: '"own"[All Fields]',
      provenance: { ...done.measurement.provenance, engine: 'pubmed' },
    };
    expect(at('#1 a¦b', { kind: 'done', measurement: live })).toContain(
      'PubMed searched this as: `"own"[All Fields]`',
    );
    const local = { ...live, provenance: done.measurement.provenance };
    expect(at('#1 a¦b', { kind: 'done', measurement: local })).toContain('PubMed will search this as');
  });

  it('stays readable, and fast, on pasted prose', () => {
    for (const prose of [
      'b '.repeat(100),
      'words that mean nothing '.repeat(2_000),
      `${'1'.repeat(9_000)}:2[dp]`,
    ]) {
      const { document, offset } = marked(`a¦a ${prose}`);
      const started = processorMs();
      for (const at of [offset, document.text.length - 8])
        expect(hover(document, at)?.markdown.length ?? 0).toBeLessThan(3_000);
      expect(processorMs() - started).toBeLessThan(1_000); // 20 ms on an idle machine
    }
  });

  it('says that MeSH is to come, where it matters', () => {
    const over = (source: string): string => {
      const { document, offset } = marked(source);
      return hover(document, offset, { thesaurusLoading: true })?.markdown ?? '';
    };
    expect(over('Neo¦plasms[mh]')).toContain('MeSH is being loaded');
    expect(over('Neo¦plasms')).toContain('MeSH is being loaded');
    expect(over('Neo¦plasms[tiab]')).not.toContain('MeSH is being loaded');
  });

  it.each([
    ['#1 a[tiab]\n#2 #1 AND b¦b[tiab]', 'bb[tiab]'],
    ['#1 a[tiab]\n#2 #¦1 AND b[tiab]', '#1'],
    ['#1 a¦ // x', 'a'],
    ['a OR¦ b', 'a OR b'],
  ])('knows the part of %j that wants measuring', (source, part) => {
    const { document, text, offset } = marked(source);
    const query = queryAt(document, offset);
    expect(query && text.slice(query.root.range.start, query.root.range.end)).toBe(part);
  });

  it.each(['¦', '#1 #¦9', '---\n¦title: x\n---\na'])('wants nothing measured on %j', (source) => {
    const { document, offset } = marked(source);
    expect(queryAt(document, offset)).toBeUndefined();
  });
});
