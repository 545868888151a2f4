import { describe, expect, it } from 'vitest';
import { readSubject } from '../../mapping/index.ts';
import { parseStrategy } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import type { Problem } from '../../text/index.ts';
import { judgeStrategy } from '../index.ts';
import { exampleThesaurus } from '../testing/exampleThesaurus.ts';
import { answeredProblems } from './index.ts';
import { answered } from './testing.ts';
import type { Answer } from './testing.ts';

const thesaurus = exampleThesaurus();

/** What is said of a text whose lines were answered so: by rule, with the place. */
function told(text: string, answers: Readonly<Record<string, Answer>>): string[] {
  return problems(text, answers).map(({ rule, range }) => `${rule}: ${text.slice(range.start, range.end)}`);
}

function problems(text: string, answers: Readonly<Record<string, Answer>>): Problem[] {
  const lines = Object.entries(answers).map(([label, answer]) => answered(label, answer));
  return answeredProblems(parseStrategy(text), lines, { thesaurus }).sort(
    (a, b) => a.range.start - b.range.start,
  );
}

const missing = (subject: string): Answer => ({ warnings: [{ code: 'phrase-not-found', subject }] });

describe('what PubMed speaks of', () => {
  it.each([
    ['"work meaning"[Title/Abstract]', 'work meaning', 'tiab'],
    ['fleegle[MeSH Terms]', 'fleegle', 'mh'],
    ['abcXYZ', 'abcxyz', undefined],
    ['"X-ray"[mh]', 'x ray', 'mh'],
    ['“curly”[ti]', 'curly', 'ti'],
    ['a [11C] b[zzz]', 'a 11c b', undefined],
    ['', '', undefined],
    ['[tiab]', '', 'tiab'],
  ])('%j', (subject, words, field) => expect(readSubject(subject)).toMatchObject({ words, field }));

  it.each<[string, string, string, string[]]>([
    [
      'case, long names, quotes',
      '#1 Work-Meaning[tiab]',
      '"work meaning"[Title/Abstract]',
      ['Work-Meaning[tiab]'],
    ],
    ['no tag of its own', '#1 "abc XYZ"[ti] OR b', 'abc xyz', ['"abc XYZ"[ti]']],
    ['the field that it names', '#1 xyz[tiab] OR xyz[mh]', '"xyz"[MeSH Terms]', ['xyz[mh]']],
    ['untagged for All Fields', '#1 xyz[tiab] OR xyz', 'xyz[All Fields]', ['xyz']],
    ['no field that is another one', '#1 xyz[tiab]', '"xyz"[MeSH Terms]', ['xyz[tiab]']],
    ['curly quotes', '#1 “work meaning”[tiab]', '"work meaning"[tiab]', ['“work meaning”[tiab]']],
    ['a star', '#1 xyzzy*[tiab]', 'xyzzy*[tiab]', ['xyzzy*[tiab]']],
    [
      'the last piece of a heading',
      '#1 Diabetic Retinopathy, Proliferative[Mesh]',
      'Proliferative[Mesh]',
      ['Proliferative'],
    ],
    ['a piece of untagged words', '#1 toothache and plain  Xyzzy frobs', 'xyzzy frobs', ['Xyzzy frobs']],
    ['every place', '#1 xyz[ti] OR (a AND xyz[ti])', 'xyz[ti]', ['xyz[ti]', 'xyz[ti]']],
    ['no place', '#1 abc[ti] OR def', 'xyz[ti]', ['abc[ti] OR def']],
    ['no part of a phrase', '#1 "heart attack"[ti]', 'attack[ti]', ['"heart attack"[ti]']],
    ['no part of a word', '#1 heartless[ti]', 'heart[ti]', ['heartless[ti]']],
  ])('is found: %s', (_, text, subject, places) => {
    const found = told(text, { 1: missing(subject) });
    // What is in another field, or nowhere, is told of the line.
    expect(found).toEqual(places.map((place) => `phrase-not-found: ${place}`));
  });

  it('in the line that is referred to, and once', () => {
    const text = '#1 xyzzy[ti]\n#2 b\n#3 #1 AND #2\n#4 #3 AND c\n';
    const answer = missing('xyzzy[ti]');
    const all: readonly Readonly<Record<string, Answer>>[] = [
      { 1: answer, 3: answer, 4: answer },
      { 3: answer },
      { 4: answer },
    ];
    for (const answers of all) expect(told(text, answers)).toEqual(['phrase-not-found: xyzzy[ti]']);
  });

  it('of what is nowhere, in the first line that says so', () => {
    const text = '#1 a\n#2 b\n#3 #1 AND #2\n';
    const answer = missing('xyzzy[ti]');
    expect(told(text, { 1: answer, 3: answer })).toEqual(['phrase-not-found: a']);
    expect(told(text, { 3: answer })).toEqual(['phrase-not-found: #1 AND #2']);
  });

  it('whatever the lines are', () => {
    expect(told('#1 #2\n#2 #1 OR #9', { 1: missing('x'), 2: missing('y'), 7: missing('z') })).toHaveLength(2);
    expect(told('', { 1: missing('x') })).toEqual([]);
    expect(told('#1', { 1: missing('x') })).toEqual(['phrase-not-found: #1']);
  });

  it('is PubMed, and no library', () =>
    expect(told('#1 xyzzy[ti]', { 1: { ...missing('xyzzy[ti]'), engine: 'library:1' } })).toEqual([]));
});

describe('phrases that are not found', () => {
  it.each<[string, string, Answer, RegExp]>([
    ['a word', 'xyzzy[ti]', missing('xyzzy[ti]'), /does not know “xyzzy” in \[ti\], and found nothing/],
    ['a heading', 'Xyzzies[mh]', missing('Xyzzies[mh]'), /no MeSH heading “Xyzzies”. The term finds nothing/],
    [
      'words apart',
      '"ab cd"[ti]',
      { ...missing('"ab cd"[ti]'), translation: '"ab"[Title] AND "cd"[Title]' },
      /one by one, wherever/,
    ],
    [
      'the whole',
      '"ab cd"[ti]',
      { ...missing('"ab cd"[ti]'), translation: '"ab cd"[Title]' },
      /It finds nothing\. Check/,
    ],
    ['a phrase with a star', '"ab cd*"[ti]', missing('"ab cd*"[ti]'), /one by one\. Check its spelling\.$/],
    [
      'a piece of a name',
      'Smith Xyzzy[au]',
      missing('Xyzzy[au]'),
      /no author “Xyzzy”\. The words of the name were searched apart/,
    ],
    ['who knows', '"ab cd"[ti]', missing('"ab cd"[ti]'), /finds nothing, or its words/],
  ])('say what became of %s', (_, text, answer, message) =>
    expect(problems(text, { 1: answer })[0]?.message).toMatch(message),
  );

  it.each<[string, string, string | undefined]>([
    ['"ab cd"[tiab]', '"ab cd"[tiab]', '"ab cd"[tiab:~0]'],
    ['a OR ab cd[ti]', '"ab cd"[Title]', 'a OR "ab cd"[ti:~0]'],
    ['"ab cd"', '"ab cd"[All Fields]', '"ab cd"[tiab:~0]'],
    ['"ab cd*"[tiab]', '"ab cd*"[tiab]', undefined],
    ['"ab cd"[tiab:~2]', '"ab cd"[tiab:~2]', undefined],
    ['xyzzy[tiab]', 'xyzzy[tiab]', undefined],
    ['"ab cd"[mh]', '"ab cd"[mh]', undefined],
    ['Retinopathy, Xyzzy[mh]', 'Xyzzy[mh]', '"Retinopathy, Xyzzy"[mh]'],
    ['Xyzzy things', 'Xyzzy', undefined],
  ])('of %s: the fix', (text, subject, expected) => {
    const [problem] = problems(text, { 1: missing(subject) });
    const [fix] = problem?.fixes ?? [];
    expect(fix && applyEdits(text, fix.edits)).toBe(expected);
  });

  it('are told once where the text says so', () => {
    const text = 'Xyzzies[mh] OR xyzzy[ti]';
    const found = problems(text, {
      1: { warnings: ['Xyzzies[mh]', 'xyzzy[ti]'].map((subject) => ({ code: 'phrase-not-found', subject })) },
    });
    const rules = judgeStrategy(parseStrategy(text), {
      thesaurus,
      answered: { problems: found, isAll: true },
    })
      .filter(({ rule }) => rule.endsWith('-found'))
      .map(({ rule }) => rule);
    expect(rules).toEqual(['heading-not-found', 'phrase-not-found']);
  });
});

describe('fields and ignored terms', () => {
  it.each<[string, string, string[]]>([
    ['a[zzz] OR b[ZZZ:noexp] OR c[ti]', 'zzz', ['field-not-found: [zzz]', 'field-not-found: [ZZZ:noexp]']],
    ['a[z z]', '[zz]', ['field-not-found: [z z]']],
    ['a[zzz]', 'a[zzz]', ['field-not-found: [zzz]']],
    ['a[ti]', 'zzz', ['field-not-found: a[ti]']],
  ])('%j, field %s', (text, subject, expected) =>
    expect(told(text, { 1: { warnings: [{ code: 'field-not-found', subject }] } })).toEqual(expected),
  );

  it.each<[string, string, string[]]>([
    ['with[ti] AND b', 'with[ti]', ['term-ignored: with[ti]']],
    ['children with toothache', 'with', []],
    ['plain xyzzy', 'xyzzy', ['term-ignored: xyzzy']],
  ])('%j, ignored %s', (text, subject, expected) =>
    expect(told(text, { 1: { warnings: [{ code: 'ignored', subject }] } })).toEqual(expected),
  );

  it('remove what is ignored', () => {
    const text = 'a AND with[ti] AND b';
    const [problem] = problems(text, { 1: { warnings: [{ code: 'ignored', subject: 'with[ti]' }] } });
    expect(problem?.fixes?.map(({ edits }) => applyEdits(text, edits))).toEqual(['a AND b']);
  });

  it('leave other warnings to the number', () =>
    expect(
      told('a', { 1: { warnings: [{ code: 'message', subject: 'a' }, { code: 'phrase-not-found' }] } }),
    ).toEqual([]));
});

describe('term mapping', () => {
  const copd = {
    from: 'COPD',
    to: '"pulmonary disease, chronic obstructive"[MeSH Terms] OR "copd"[All Fields]',
  };
  it.each<[string, string, { from: string; to: string }, string[]]>([
    ['an acronym', 'COPD AND b', copd, ['acronym-mapped: COPD']],
    ['in a line below', '#1 x\n#2 COPD OR b\n#3 #1 AND #2', copd, ['acronym-mapped: COPD']],
    ['an acronym with a tag', 'COPD[tiab]', copd, []],
    ['an acronym in quotes', '"COPD"', copd, []],
    ['in lower case it is a word', 'copd', copd, []],
    ['its own name', 'HIV', { from: 'HIV', to: '"hiv"[MeSH Terms] OR "hiv"[All Fields]' }, []],
    ['in its name', 'DNA', { from: 'DNA', to: '"dna, viral"[MeSH Terms]' }, []],
    ['a plural', 'RCTs', { from: 'RCTs', to: '"rct"[All Fields] OR "rcts"[All Fields]' }, []],
    [
      'spelt out',
      'RCTs',
      { from: 'RCTs', to: '"rcts"[All Fields] OR "random colour test"[All Fields]' },
      ['acronym-mapped: RCTs'],
    ],
    ['an entry term', 'cancer', { from: 'cancer', to: '"neoplasms"[MeSH Terms]' }, []],
    ['a word in common', 'lung growth', { from: 'lung growth', to: '"lung neoplasms"[MeSH Terms]' }, []],
    ['a stem in common', 'nursing', { from: 'nursing', to: '"nurses"[MeSH Terms]' }, []],
    [
      'a word in common with an entry term',
      'cancerous',
      { from: 'cancerous', to: '"neoplasms"[MeSH Terms]' },
      [],
    ],
    [
      'nothing in common',
      'crab',
      { from: 'crab', to: '"neoplasms"[MeSH Terms]' },
      ['surprising-mapping: crab'],
    ],
    ['a heading that MeSH here does not have', 'crab', { from: 'crab', to: '"zodiac"[MeSH Terms]' }, []],
    [
      'a journal',
      'gut feeling',
      { from: 'gut', to: '"Gut"[Journal] OR "gut"[All Fields]' },
      ['surprising-mapping: gut'],
    ],
    [
      'a journal that is meant',
      'PNAS[ta]',
      { from: 'PNAS[ta]', to: '"Proc Natl Acad Sci U S A"[Journal:__jid7505876]' },
      [],
    ],
    [
      'All Fields by name',
      'gut[all]',
      { from: 'gut[All Fields]', to: '"Gut"[Journal]' },
      ['surprising-mapping: gut[all]'],
    ],
    ['a heading by name', 'crab[mh]', { from: 'crab[MeSH Terms]', to: '"neoplasms"[MeSH Terms]' }, []],
  ])('%s: %s', (_, text, mapping, expected) => {
    const label = String(text.split('\n').length);
    expect(told(text, { [label]: { mappings: [mapping] } })).toEqual(expected);
  });

  it('says nothing of headings without MeSH', () => {
    const lines = [answered('1', { mappings: [{ from: 'crab', to: '"neoplasms"[MeSH Terms]' }] })];
    expect(answeredProblems(parseStrategy('crab'), lines)).toEqual([]);
  });

  it('offers the field, the heading, the quotes', () => {
    const fixed = (text: string, mapping: { from: string; to: string }): string[] =>
      (problems(text, { 1: { mappings: [mapping] } })[0]?.fixes ?? []).map(({ edits }) =>
        applyEdits(text, edits),
      );
    expect(fixed('COPD AND b', { from: 'COPD', to: '"lung neoplasms"[MeSH Terms]' })).toEqual([
      'COPD[tiab] AND b',
      '"Lung Neoplasms"[mh] AND b',
    ]);
    expect(fixed('old crab', { from: 'old crab', to: '"neoplasms"[MeSH Terms]' })).toEqual([
      '"old crab"[tiab]',
      '"old crab"',
    ]);
    // Of a piece it is not known what becomes of the rest.
    expect(fixed('old crab', { from: 'crab', to: '"neoplasms"[MeSH Terms]' })).toEqual([]);
  });
});

describe('translations', () => {
  it.each<[string, string, string[]]>([
    ['physician*[tiab]', '"physician"[Title/Abstract]', ['truncation-dropped: physician*[tiab]']],
    ['physician*[tiab]', '"physician*"[Title/Abstract]', []],
    ['"breast-feed*"[tiab]', '"breast feed*"[Title/Abstract]', []],
    ['"breast-feed*"[tiab]', '"breast feed"[Title/Abstract]', ['truncation-dropped: "breast-feed*"[tiab]']],
    ['physician*', '"physician*"[All Fields]', []],
    [
      'physician*[tiab] OR physician[tiab]',
      '"physician*"[Title/Abstract] OR "physician"[Title/Abstract]',
      [],
    ],
    ['physician*[ti] OR physician[mh]', '"physician"[MeSH Terms]', []],
    ['toothach[ti]', '"toothach"[All Fields]', ['all-fields-fallback: toothach[ti]']],
    ['toothach[ti] OR b', '"toothach"[Title] OR "toothach"[All Fields] OR "b"[All Fields]', []],
    ['toothach[ti] OR toothach', '"toothach"[All Fields]', []],
    ['toothach[ti] OR bad toothach', '"toothach"[All Fields]', []],
    ['hasabstract AND toothach[tiab]', 'hasabstract[All Fields] AND "toothach"[Title/Abstract]', []],
    ['hasabstract[filter]', 'hasabstract[All Fields]', []],
    ['heart attack[ti]', '"heart"[Title] AND "attack"[Title]', []],
    ['humans[filter]', '"humans"[MeSH Terms]', []],
    ['a[zzz]', '"a"[All Fields]', []],
    ['2020/01/01:2020/12/31[edat]', '2020/01/01:2020/12/31[Date - Entry]', []],
    ['anything', '', []],
  ])('of %s: %s', (text, translation, expected) =>
    expect(told(text, { 1: { translation } })).toEqual(expected),
  );

  it('is not deceived by what mapping adds', () => {
    const mappings = [{ from: 'cancer', to: '"neoplasms"[MeSH Terms] OR "neoplasms"[All Fields]' }];
    const translation = '"neoplasms"[All Fields] AND "cancer"[All Fields]';
    expect(told('neoplasms[ti] AND cancer', { 1: { translation, mappings } })).toEqual([]);
  });

  it('tells of a line below what that was not asked itself', () => {
    const text = '#1 physician*[tiab]\n#2 #1 AND b[ti]';
    const translation = '"physician"[Title/Abstract] AND "b"[Title]';
    expect(told(text, { 2: { translation } })).toEqual(['truncation-dropped: physician*[tiab]']);
    expect(told(text, { 1: { translation: '"physician*"[Title/Abstract]' }, 2: { translation } })).toEqual(
      [],
    );
  });
});

describe('counts that jump', () => {
  it.each<[string, number, number, string, boolean]>([
    ['a little growth', 1000, 1040, '2026-10-30', false],
    ['much growth', 1000, 1400, '2026-10-30', true],
    ['much growth in a long time', 1000, 1400, '2024-06-01', false],
    ['twice as many of a few', 10, 20, '2026-11-29', false],
    ['a merged duplicate', 1000, 998, '2026-11-29', false],
    ['a fall', 290, 145, '2024-11-30', true],
    ['a fall to nothing', 40, 0, '2026-11-29', true],
    ['a fall of a few', 9, 0, '2026-11-29', false],
    ['the same', 5, 5, '2026-11-29', false],
    ['from nothing', 0, 30, '2026-11-29', true],
    ['in no time', 10, 1000, '2026-11-30', true],
    ['a clock that went back', 10, 1000, '2027-11-30', false],
    ['no time', 10, 1000, 'nonsense', false],
  ])('%s: %i, then %i', (_, before, now, day, expected) => {
    const previous = { count: before, at: day === 'nonsense' ? day : `${day}T07:00:00Z` };
    const found = problems('#1 a', { 1: { count: now, previous } });
    expect(found.map(({ rule }) => rule)).toEqual(expected ? ['count-jumped'] : []);
  });

  it('are told of ClinicalTrials.gov, too, and nothing else is', () => {
    const text = '---\ndatabase: ctgov\n---\n#1 AREA[Phase]PHASE3\n#2 xyzzy';
    const previous = { count: 10, at: '2026-11-01T00:00:00Z' };
    const answer = { engine: 'ctgov', count: 1000, previous, ...missing('xyzzy') };
    const found = problems(text, { 1: answer, 2: { ...answer, count: 11 } });
    expect(found.map(({ rule }) => rule)).toEqual(['count-jumped']);
    const judged = judgeStrategy(parseStrategy(text), { answered: { problems: found, isAll: true } });
    expect(judged.map(({ rule }) => rule)).toContain('count-jumped');
  });

  it('are told where they come from', () => {
    const text = '#1 a\n#2 b\n#3 #1 AND #2';
    const up = { count: 1000, previous: { count: 100, at: '2026-11-01T00:00:00Z' } };
    const down = { count: 100, previous: { count: 1000, at: '2026-11-01T00:00:00Z' } };
    expect(told(text, { 1: up, 2: { count: 5 }, 3: up })).toEqual(['count-jumped: a']);
    expect(told(text, { 1: up, 3: down })).toEqual(['count-jumped: a', 'count-jumped: #1 AND #2']);
    expect(problems(text, { 1: up })[0]?.message).toBe(
      'This line finds 1,000 records, 900 more than on 2026-11-01, when the same query found 100. Measure again, and compare what PubMed made of it; if it stays, report both numbers with their dates.',
    );
  });
});

describe('seeds that blocks lose in PubMed', () => {
  const seeds = ['1', '2', '3', '4'];
  const finds = (...found: string[]): Answer => ({
    found,
    missed: seeds.filter((seed) => !found.includes(seed)),
  });
  it.each<[string, string, Readonly<Record<string, Answer>>, string[]]>([
    [
      'the one that loses',
      '#1 a\n#2 b\n#3 #1 AND #2',
      { 1: finds('1', '2'), 2: finds('1', '2', '3'), 3: finds('1', '2') },
      ['#1: 3'],
    ],
    [
      'none of two that lose it',
      '#1 a\n#2 b\n#3 #1 AND #2',
      { 1: finds('1'), 2: finds('1'), 3: finds('1') },
      [],
    ],
    [
      'another way leads to it',
      '#1 a\n#2 b\n#3 #1 AND #2\n#4 c\n#5 #3 OR #4',
      { 1: finds('1'), 2: finds('1', '2', '3'), 3: finds('1'), 4: finds('2'), 5: finds('1', '2') },
      ['#1: 3'],
    ],
    [
      'what NOT takes away',
      '#1 a\n#2 b\n#3 #1 NOT #2',
      { 1: finds('1', '2'), 2: finds('2', '3'), 3: finds('1') },
      ['#2: 2'],
    ],
    [
      'the innermost',
      '#1 a\n#2 b\n#3 #1 AND #2\n#4 c\n#5 #3 AND #4',
      { 1: finds('1'), 2: finds('1', '2'), 3: finds('1'), 4: finds('1', '2', '4'), 5: finds('1') },
      ['#1: 2', '#3: 4'],
    ],
    ['beside words', '#1 a\n#2 #1 AND humans[mh]', { 1: finds('1', '2'), 2: finds('1') }, ['humans[mh]: 2']],
    ['but not among words alone', '#1 a AND b', { 1: finds('1') }, []],
    [
      'a part in parentheses',
      '#1 a\n#2 b\n#3 #1 AND (#2 OR c[ti])',
      { 1: finds('1', '2'), 2: finds('1'), 3: finds('1') },
      ['(#2 OR c[ti]): 2'],
    ],
    ['nothing of lines that are not known', '#1 a\n#2 b\n#3 #1 AND #2', { 1: finds('1'), 3: finds('1') }, []],
    ['nothing without seeds', '#1 a\n#2 b\n#3 #1 AND #2', { 1: {}, 2: {}, 3: {} }, []],
    ['nothing of circles', '#1 a\n#2 #4\n#3 #1 AND #2\n#4 #3', { 1: finds('1'), 3: finds('1') }, []],
  ])('%s: %s', (_, text, answers, expected) => {
    const found = problems(text, answers).map(
      ({ range, message }) =>
        `${text.slice(range.start, range.end)}: ${/: (.*)\.$/.exec(message)?.[1] ?? ''}`,
    );
    expect(found).toEqual(expected);
  });
});

describe('comments and levels', () => {
  const text = '#1 xyzzy[ti]\n#2 #1 AND b[ti]';
  const judge = (source: string, isAll = true, levels = {}): string[] => {
    const found = problems(source, { 1: missing('xyzzy[ti]') });
    const { length } = judgeStrategy(parseStrategy(source), { levels });
    const all = judgeStrategy(parseStrategy(source), { levels, answered: { problems: found, isAll } });
    return all.length === length ? [] : all.map(({ rule, severity }) => `${rule} ${severity}`);
  };
  it('hold for answers', () => {
    expect(judge(text)).toContain('phrase-not-found warning');
    expect(judge(text, true, { 'phrase-not-found': 'hint' })).toContain('phrase-not-found hint');
    expect(judge(text, true, { 'phrase-not-found': 'off' })).toEqual([]);
    expect(judge(text.replace('\n', ' // querent-disable-line phrase-not-found\n'))).toEqual([]);
  });
  it('a comment is needless when all is answered, and not before', () => {
    const commented = '#1 pain[ti] // querent-disable-line phrase-not-found';
    const needless = ['unneeded-suppression'];
    const rules = (isAll: boolean): string[] =>
      judgeStrategy(parseStrategy(commented), { answered: { problems: [], isAll } }).map(({ rule }) => rule);
    expect(rules(true)).toEqual(needless);
    expect(rules(false)).toEqual([]);
    expect(judgeStrategy(parseStrategy(commented)).map(({ rule }) => rule)).toEqual([]);
  });
});
