import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../../mesh/index.ts';
import { hedges, parseQuery } from '../../pubmed/index.ts';
import { parseStrategy } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import { always, marked, measurement } from '../testing.ts';
import { completion, describeSubject } from './index.ts';
import type { CompletionItem } from './item.ts';

/** A corner of MeSH; scope notes in our own words. */
const thesaurus = loadThesaurus(
  [
    {
      ui: 'D003920',
      name: 'Diabetes Mellitus',
      tree: ['C18.452.394.750'],
      scope: 'Too much glucose.',
      subheadings: ['DT', 'DH', 'SU'],
      established: '1963-01-01',
    },
    {
      ui: 'D003924',
      name: 'Diabetes Mellitus, Type 2',
      entry: ['Type 2 Diabetes', 'Type 2 Diabetes Mellitus', 'NIDDM'],
      tree: ['C18.452.394.750.149'],
    },
    { ui: 'D003919', name: 'Diabetes Insipidus', tree: ['C12.777.419.135'] },
    {
      ui: 'D009203',
      name: 'Myocardial Infarction',
      entry: ['Heart Attack', 'Infarct, Myocardial'],
      tree: ['C14.907.585.500'],
    },
    { ui: 'D006333', name: 'Heart Failure', entry: ['Cardiac Failure'], tree: ['C14.280.434'] },
    { ui: 'D009369', name: 'Neoplasms', entry: ['Cancer', 'Tumors'], tree: ['C04'] },
    { ui: 'D000368', name: 'Aged', entry: ['Elderly'], tree: ['M01.060.116.100'] },
    { ui: 'D050091', name: 'Antidiuretic Agents', tree: ['D27.505.696.560.249'] },
    {
      ui: 'D003894',
      name: 'Deamino Arginine Vasopressin',
      entry: ['Desmopressin', 'DDAVP'],
      tree: ['D12.644.548'],
      pa: ['Antidiuretic Agents'],
    },
    { ui: 'D009857', name: 'Orthopedics', tree: ['H02.403.810.494'] },
  ],
  '2024',
);

const labelOf = ({ label, suffix = '' }: CompletionItem): string => label + suffix;

function at(source: string, context: Parameters<typeof completion>[2] = { thesaurus }) {
  const { document, offset, text } = marked(source);
  return { ...completion(document, offset, context), text, offset };
}

function labels(source: string, context?: Parameters<typeof completion>[2]): string[] {
  return at(source, context).items.map(labelOf);
}

/** The document after choosing an item, the cursor behind what came. */
function chosen(source: string, label: string, mode: 'insert' | 'replace' = 'insert'): string {
  const { items, text } = at(source);
  const item = items.find((one) => labelOf(one) === label);
  if (item === undefined) return `no ${label} in ${items.map(labelOf).join(', ')}`;
  const range = item[mode];
  const edits = [{ range, newText: `${item.newText}¦` }, ...(item.additionalEdits ?? [])];
  return applyEdits(text, edits);
}

describe('completion: the document after choosing', () => {
  it.each([
    // Tags
    ['cancer[¦]', 'tiab', 'cancer[tiab]¦'],
    ['cancer[¦', 'tiab', 'cancer[tiab]¦'],
    ['cancer[¦ OR tumor[ti]', 'tiab', 'cancer[tiab]¦ OR tumor[ti]'],
    ['cancer[t¦]', 'tiab', 'cancer[tiab]¦'],
    ['cancer[t¦iab]', 'ti', 'cancer[ti]¦'],
    ['cancer[¦tiab]', 'tw', 'cancer[tw]¦'],
    ['cancer[ti¦ab OR x[ti]', 'tw', 'no tw in ti, tiab, ta, tt'],
    ['cancer[text¦]', 'tw', 'cancer[tw]¦'],
    ['cancer[Title/A¦]', 'tiab', 'cancer[tiab]¦'],
    ['cancer[mh¦]', 'mh:noexp', 'cancer[mh:noexp]¦'],
    ['cancer[mh:¦]', 'noexp', 'cancer[mh:noexp]¦'],
    ['cancer[mh:no¦exp]', 'noexp', 'cancer[mh:noexp]¦'],
    ['"a b"[tiab:¦]', '~3', '"a b"[tiab:~3]¦'],
    ['"a b"[tiab:~1¦]', '~10', '"a b"[tiab:~10]¦'],
    ['"a b"[tiab¦]', 'tiab:~2', '"a b"[tiab:~2]¦'],
    ['(cancer[¦)', 'tiab', '(cancer[tiab]¦)'],
    ['#1 cancer[¦]\n#2 #1', 'mh', '#1 cancer[mh]¦\n#2 #1'],
    // Headings
    ['diab¦', 'Diabetes Mellitus [mh]', '"Diabetes Mellitus"[mh]¦'],
    ['"diab¦"', 'Diabetes Mellitus [mh]', '"Diabetes Mellitus"[mh]¦'],
    ['"diab¦', 'Diabetes Mellitus [mh]', '"Diabetes Mellitus"[mh]¦'],
    ['"diab¦ OR x[ti]', 'Diabetes Mellitus [mh]', '"Diabetes Mellitus"[mh]¦ OR x[ti]'],
    ['“diab¦”', 'Diabetes Mellitus [mh]', '"Diabetes Mellitus"[mh]¦'],
    ['"diab¦etes"', 'Diabetes Insipidus [mh]', '"Diabetes Insipidus"[mh]¦'],
    ['"diab¦"[mh]', 'Diabetes Mellitus [mh]', '"Diabetes Mellitus¦"[mh]'],
    ['"diab¦"[majr:noexp]', 'Diabetes Mellitus [mh]', '"Diabetes Mellitus¦"[majr:noexp]'],
    ['"diab¦[mh]', 'Diabetes Mellitus [mh]', '"Diabetes Mellitus"¦[mh]'],
    ['diab¦[mh]', 'Diabetes Mellitus [mh]', '"Diabetes Mellitus"¦[mh]'],
    ['diab¦ [mh]', 'Diabetes Mellitus [mh]', '"Diabetes Mellitus"¦ [mh]'],
    ['heart att¦', 'Heart Attack [mh]', '"Myocardial Infarction"[mh]¦'],
    ['heart att¦', 'heart attack [tiab]', '"heart attack"[tiab]¦'],
    ['hart atack¦', 'Heart Attack [mh]', '"Myocardial Infarction"[mh]¦'],
    ['elderly heart fail¦', 'Heart Failure [mh]', 'elderly "Heart Failure"[mh]¦'],
    ['x[ti] AND canc¦', 'Cancer [mh]', 'x[ti] AND "Neoplasms"[mh]¦'],
    ['canc¦', 'cancer [tiab]', 'cancer[tiab]¦'],
    ['(canc¦)', 'Cancer [mh]', '("Neoplasms"[mh]¦)'],
    ['canc¦ OR x[ti]', 'Cancer [mh]', '"Neoplasms"[mh]¦ OR x[ti]'],
    ['type 2 diabetes¦', 'type 2 diabetes [tiab]', '"type 2 diabetes"[tiab]¦'],
    ['type 2 diabetes¦[tiab]', 'type 2 diabetes', '"type 2 diabetes"¦[tiab]'],
    ['"heart att¦"[ti]', 'heart attack', '"heart attack¦"[ti]'],
    ['canc¦[tiab]', 'cancer', 'cancer¦[tiab]'],
    ['"antid¦"[pa]', 'Antidiuretic Agents [mh]', '"Antidiuretic Agents¦"[pa]'],
    ['#1 a[ti]\n#2 canc¦', 'Cancer [mh]', '#1 a[ti]\n#2 "Neoplasms"[mh]¦'],
    ['"x"[ti] OR\n   canc¦', 'Cancer [mh]', '"x"[ti] OR\n   "Neoplasms"[mh]¦'],
    // Subheadings
    ['"Neoplasms/¦"[mh]', 'drug therapy', '"Neoplasms/drug therapy¦"[mh]'],
    ['"Neoplasms/dr¦"[mh]', 'drug therapy', '"Neoplasms/drug therapy¦"[mh]'],
    ['Neoplasms/dt¦[mh]', 'drug therapy', 'Neoplasms/drug therapy¦[mh]'],
    ['"Neoplasms"/su¦', 'surgery', '"Neoplasms"/surgery¦'],
    ['"Neoplasms/su¦"', 'surgery', '"Neoplasms/surgery¦"'],
    ['Neoplasms/su¦', 'surgery', 'Neoplasms/surgery¦'],
    ['"drug th¦"[sh]', 'drug therapy', '"drug therapy¦"[sh]'],
    ['drug th¦', 'drug therapy [sh]', '"drug therapy"[sh]¦'],
    ['"canc¦/drug therapy"[mh]', 'Cancer [mh]', '"Neoplasms¦/drug therapy"[mh]'],
    // Values of fields
    ['random¦', 'Randomized Controlled Trial [pt]', '"Randomized Controlled Trial"[pt]¦'],
    ['"random¦"[pt]', 'Randomized Controlled Trial', '"Randomized Controlled Trial¦"[pt]'],
    ['rev¦[pt]', 'Review', '"Review"¦[pt]'],
    ['germ¦', 'german [la]', 'german[la]¦'],
    ['ger¦[la]', 'german', 'german¦[la]'],
    ['syst¦', 'systematic [sb]', 'systematic[sb]¦'],
    ['syst¦[sb]', 'systematic', 'systematic¦[sb]'],
    ['free f¦', 'free full text [sb]', '"free full text"[sb]¦'],
    ['x[ti] AND hasab¦', 'hasabstract', 'x[ti] AND hasabstract¦'],
    ['last 5¦', 'last 5 years [dp]', '"last 5 years"[dp]¦'],
    ['"last¦"', 'last 5 years [dp]', '"last 5 years"[dp]¦'],
    ['"last 9¦"[edat]', 'last 90 days', '"last 90 days¦"[edat]'],
    // Lines
    ['#1 a\n#2 b\n#3 #¦', '#1', '#1 a\n#2 b\n#3 #1¦'],
    ['#1 a\n#2 b\n#3 #1 AND #¦', '#2', '#1 a\n#2 b\n#3 #1 AND #2¦'],
    ['#1 a\n#12 b\n#3 #1¦', '#12', '#1 a\n#12 b\n#3 #12¦'],
    ['#1 a\n#2 b\n#3 #1 AND ¦', '#2', '#1 a\n#2 b\n#3 #1 AND #2¦'],
    ['#1 a\n#2 b\n#¦', '#3', '#1 a\n#2 b\n#3 ¦'],
    ['#¦', '#1', '#1 ¦'],
    // Operators
    ['x[ti] ¦', 'AND', 'x[ti] AND ¦'],
    ['x[ti] a¦', 'AND', 'x[ti] AND ¦'],
    ['x[ti] or¦', 'OR', 'x[ti] OR ¦'],
    ['x[ti] ¦ y[ti]', 'OR', 'x[ti] OR¦ y[ti]'],
    ['a[ti] or b[ti] ¦', 'or', 'a[ti] or b[ti] or ¦'],
    ['#1 a\n#2 b\n#3 #1 an¦', 'AND', '#1 a\n#2 b\n#3 #1 AND ¦'],
    // Front matter
    ['---\nti¦\n---\nx', 'title', '---\ntitle: ¦\n---\nx'],
    ['---\n¦\n---\nx', 'seeds', '---\nseeds: ¦\n---\nx'],
    ['---\npico:\n  pop¦\n---\nx', 'population', '---\npico:\n  population: ¦\n---\nx'],
    ['---\nun¦: 2016-01-01\n---\nx', 'until', '---\nuntil¦: 2016-01-01\n---\nx'],
    ['---\ndatabase: ¦\n---\nx', 'pubmed', '---\ndatabase: pubmed¦\n---\nx'],
    ['---\ndatabase: c¦\n---\nx', 'ctgov', '---\ndatabase: ctgov¦\n---\nx'],
  ])('%s, %s', (source, label, expected) => expect(chosen(source, label)).toBe(expected));

  it.each([
    ['"diab¦etes ins"[mh]', 'Diabetes Mellitus [mh]', '"Diabetes Mellitus¦"[mh]'],
    ['diab¦etes OR x', 'Diabetes Mellitus [mh]', '"Diabetes Mellitus"[mh]¦ OR x'],
    ['"Neoplasms/dr¦xyz"[mh]', 'drug therapy', '"Neoplasms/drug therapy¦"[mh]'],
    ['#1 a\n#12 b\n#3 #1¦2', '#12', '#1 a\n#12 b\n#3 #12¦'],
  ])('%s, %s, replacing', (source, label, expected) =>
    expect(chosen(source, label, 'replace')).toBe(expected),
  );

  it('a validated filter comes whole, and a comment says whose it is', () => {
    const [hedge] = hedges.filter(({ combine, group }) => combine === 'AND' && group === 'Randomized trials');
    if (hedge === undefined) throw new Error('no filter of randomized trials');
    const after = chosen('#1 a[ti]\n#2 #1 filt¦', hedge.label ?? hedge.name).replace('¦', '');
    const [first, comment, second] = after.split('\n');
    expect(first).toBe('#1 a[ti]');
    expect(comment).toContain(`// ${hedge.name}. ${hedge.source}`);
    expect(second).toMatch(/^#2 #1 AND \(/);
    const parsed = parseStrategy(after);
    expect(parsed.lines.map(({ label }) => label)).toEqual(['1', '2']);
    expect(
      parsed.lines.flatMap(({ query }) => query.problems.filter(({ severity }) => severity === 'error')),
    ).toEqual([]);
    // At the start of a line there is no room for a second edit: the comment comes with the text.
    expect(chosen('filt¦', hedge.label ?? hedge.name)).toMatch(/^\/\/ .*\n\(/);
  });
});

describe('completion: what is offered', () => {
  it.each([
    ['a known heading', '"Neoplasms"[¦]', ['mh', 'mh:noexp', 'majr', 'majr:noexp', 'tiab']],
    ['a subheading', '"drug therapy"[¦]', ['sh']],
    ['a publication type', '"Systematic Review"[¦]', ['pt']],
    ['a language', 'german[¦]', ['la', 'filter']],
    ['a date', '2016:2020[¦]', ['dp', 'edat', 'crdt']],
    ['PMIDs', '12345678[¦]', ['pmid']],
    ['a registry number', 'NCT01234567[¦]', ['si']],
    ['truncated words', 'diabet*[¦]', ['tiab', 'ti']],
    ['a phrase', '"tai chi"[¦]', ['tiab', 'tiab:~0', 'tiab:~2', 'tiab:~5', 'ti']],
    ['other words', 'walking[¦]', ['tiab']],
  ])('the tags that fit come first behind %s', (_, source, first) =>
    expect(labels(source).slice(0, first.length)).toEqual(first),
  );

  it.each([
    ['in a comment', '#1 a // diab¦'],
    ['in a comment on a line of its own', '// [¦'],
    ['in the number of a line', '#1¦ a'],
    ['in front of a word', 'a OR ¦b'],
    ['right behind a closed term', '"a"¦'],
    ['right behind a tag', 'a[ti]¦'],
    ['right behind a parenthesis', '(a)¦'],
    ['in brackets of a name', '"[11C¦]PIB"'],
    ['in a phrase with other words behind', '"heart¦ attack"'],
    ['behind the slash of what is no heading', 'and/o¦'],
    ['behind the slash of a date', '2016/0¦'],
    ['behind the colon of a range', '2016:¦'],
    ['behind a colon in a tag that takes nothing', 'a[au:¦]'],
    ['in an author', 'Smith J¦[au]'],
    ['behind an unknown tag', 'canc¦[xyz]'],
    ['at the end of the front matter', '---\n---¦\nx'],
    ['in the title', '---\ntitle: can¦\n---\nx'],
    ['in the word of a heading with a hash', 'C#¦'],
  ])('nothing %s', (_, source) => expect(labels(source)).toEqual([]));

  it('names the heading of an entry term, and where a list goes on it says so', () => {
    const { items, isIncomplete } = at('heart att¦');
    expect(items[0]).toMatchObject({
      label: 'Heart Attack',
      description: 'Myocardial Infarction',
      detail: 'Heart Attack → Myocardial Infarction',
    });
    expect(isIncomplete).toBe(true);
    expect(items.map(({ sortText }) => sortText)).toEqual(items.map(({ sortText }) => sortText).toSorted());
  });

  it('only allowed subheadings where MeSH tells which', () => {
    expect(labels('"Diabetes Mellitus/¦"[mh]')).toEqual(['diet therapy', 'drug therapy', 'surgery']);
    expect(labels('"Diabetes Mellitus/d¦"[mh]')).toEqual(['diet therapy', 'drug therapy']);
    expect(at('"Neoplasms/¦"[mh]')).toMatchObject({ isIncomplete: true });
  });

  it('an operator only behind an operand, and words that begin like one stay words', () => {
    expect(labels('or¦')).not.toContain('OR');
    expect(labels('or¦')).toContain('Orthopedics [mh]');
    expect(labels('x[ti] or¦').slice(0, 2)).toEqual(['OR', 'Orthopedics [mh]']);
    expect(labels('x[ti] AND ¦')).not.toContain('AND');
  });

  it('lines that nothing uses first, and none that would go in circles', () => {
    expect(labels('#1 a\n#2 b OR #1\n#3 c\n#4 #¦')).toEqual(['#2', '#3', '#1']);
    expect(labels('#1 a OR #¦\n#2 #1\n#3 c')).toEqual(['#3']);
    expect(labels('a\n\nb\n\n#¦')).toEqual(['#1', '#2']);
  });

  it('keys that are there already are not offered again', () => {
    const offered = labels('---\ntitle: x\n¦\n---\nx');
    expect(offered).toEqual(expect.arrayContaining(['pico', 'database', 'until', 'seeds']));
    expect(offered).not.toContain('title');
    expect(labels('---\npico:\n  population: x\n  ¦\n---\nx')).toEqual([
      'intervention',
      'comparison',
      'outcome',
    ]);
  });

  it('publication types are no headings, though MeSH lists them', () => {
    const types = loadThesaurus([
      { ui: 'D016449', name: 'Randomized Controlled Trial', tree: ['V03.175.250.500.500'] },
      { ui: 'D016032', name: 'Randomized Controlled Trials as Topic', tree: ['E05.318.372.250.250.365.500'] },
    ]);
    expect(labels('randomized contr¦', { thesaurus: types }).slice(0, 2)).toEqual([
      'Randomized Controlled Trials as Topic [mh]',
      'Randomized Controlled Trial [pt]',
    ]);
    expect(labels('"randomized¦"[mh]', { thesaurus: types })).toEqual([
      'Randomized Controlled Trials as Topic [mh]',
    ]);
  });

  it('once several words fit, the last alone is not looked for; filters and dates come first for their words', () => {
    expect(labels('heart fail¦')).toEqual(['Heart Failure [mh]', 'heart failure [tiab]']);
    expect(labels('last¦')[0]).toBe('last 5 years [dp]');
    expect(labels('x[ti] filt¦')[0]).toBe(hedges[0]?.name);
  });

  it('retired publication types are not', () => expect(labels('"retraction¦"[pt]')).toEqual([]));

  it('works without MeSH, and asks again when MeSH is to come', () => {
    expect(labels('diab¦', {})).toEqual([]);
    expect(at('diab¦', {}).isIncomplete).toBe(false);
    expect(at('diab¦', { thesaurusLoading: true }).isIncomplete).toBe(true);
    expect(labels('"Neoplasms/dr¦"[mh]', {})).toContain('drug therapy');
    expect(labels('"Neoplasms"[¦]', {})[0]).toBe('tiab');
  });

  it('every item starts where the others of its kind do, holds the cursor, and stays on its line', () => {
    for (const source of [
      'diab¦',
      '"diab¦etes"',
      'x heart att¦ack',
      'a[t¦iab]',
      '#1 a\n#2 #¦1',
      'x[ti] fil¦',
      '"Neoplasms/d¦"[mh]',
    ]) {
      const { items, text, offset } = at(source);
      expect(items.length, source).toBeGreaterThan(0);
      for (const { insert, replace, filterText } of items) {
        expect(insert.start, source).toBe(replace.start);
        expect(insert.start <= offset && offset <= insert.end && insert.end <= replace.end, source).toBe(
          true,
        );
        expect(text.slice(replace.start, replace.end), source).not.toMatch(/[\r\n]/);
        expect(filterText.toLowerCase(), source).toContain(
          text.slice(insert.start, offset).trim().toLowerCase().slice(0, 1),
        );
      }
    }
  });

  it.each(hedges.map((hedge) => [hedge.id, hedge]))(
    'the filter %s can be read and is searched as one',
    (_, hedge) => {
      const { root, problems } = parseQuery(hedge.query);
      expect(root).toBeDefined();
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );
});

describe('what is told of an item', () => {
  const document = parseStrategy('#1 aa[ti]\n#2 bb');
  const measurements = always({ kind: 'done', measurement: measurement(1204) });
  it('a heading: scope, place in the trees, size, entry terms, since when', () => {
    const text = describeSubject(document, { kind: 'heading', ui: 'D003920' }, { thesaurus }) ?? '';
    for (const part of ['Diabetes Mellitus', 'Too much glucose.', '1 narrower heading', '1963'])
      expect(text).toContain(part);
  });
  it('a line: its text and its number', () =>
    expect(describeSubject(document, { kind: 'line', label: '1' }, { measurements })).toMatch(
      /`aa\[ti\]`[^]*1,204 records/,
    ));
  it('a filter: its source and text', () =>
    expect(describeSubject(document, { kind: 'hedge', id: hedges[0]?.id ?? '' }, {})).toContain(
      'sensitivity',
    ));
  it('nothing of what is gone', () => {
    expect(describeSubject(document, { kind: 'line', label: '9' }, {})).toBeUndefined();
    expect(describeSubject(document, { kind: 'heading', ui: 'D1' }, { thesaurus })).toBeUndefined();
    expect(describeSubject(document, { kind: 'heading', ui: 'D003920' }, {})).toBeUndefined();
    expect(describeSubject(document, { kind: 'hedge', id: 'x' }, {})).toBeUndefined();
  });
});
