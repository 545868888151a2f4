import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../mesh/index.ts';
import { parseQuery } from '../pubmed/index.ts';
import { queryText } from '../pubmed/testQueries.ts';
import { parseStrategy } from '../strategy/index.ts';
import { applyEdits } from '../text/index.ts';
import { judgeStrategy, lintQuery } from './lint.ts';
import { ruleCatalogue as rules } from './catalogue.ts';

const thesaurus = loadThesaurus(
  [
    { ui: 'D1', name: 'Neoplasms', entry: ['Tumors', 'Cancer'], perm: [], tree: ['C04'], pa: [] },
    {
      ui: 'D2',
      name: 'Diabetes Mellitus, Type 2',
      entry: ['Type 2 Diabetes'],
      perm: [],
      tree: ['C18'],
      pa: [],
    },
    { ui: 'D3', name: 'Benzo(a)pyrene', entry: [], perm: [], tree: ['D04'], pa: [] },
  ].map((row) => JSON.stringify(row)),
);
const context = { thesaurus };
/** What these tests are about; every rule is tested on its page's examples, see pages.test.ts. */
const TESTED = new Set(
  `lowercase-operator symbol-operator mixed-operators quoted-query short-truncation star-after-quote pseudo-wildcard duplicate-term
  heading-not-found entry-term unknown-subheading foreign-syntax pasted-text`.split(/\s+/),
);
const quiet = {
  ...context,
  levels: Object.fromEntries(rules.filter(({ id }) => !TESTED.has(id)).map(({ id }) => [id, 'off'] as const)),
};
const lint = (text: string): string[] =>
  lintQuery(parseQuery(text), quiet).map((p) => `${p.rule}:${text.slice(p.range.start, p.range.end)}`);
const fixed = (text: string): string => {
  const fix = lintQuery(parseQuery(text), quiet)[0]?.fixes?.[0];
  return fix === undefined ? 'no fix' : applyEdits(text, fix.edits);
};

describe('finds and fixes', () => {
  it.each([
    ['a or b', ['lowercase-operator:or'], 'a OR b'],
    ['a & b', ['symbol-operator:&'], 'a AND b'],
    ['A&E[tiab]', ['symbol-operator:&'], '"A&E"[tiab]'],
    ['x[ti] AND AT&T hospital[tiab]', ['symbol-operator:&'], 'x[ti] AND "AT&T hospital"[tiab]'],
    ['(a)&b', ['symbol-operator:&'], '(a) AND b'],
    ['a OR b AND c', ['mixed-operators:AND'], '(a OR b) AND c'],
    ['a AND b OR c NOT d', ['mixed-operators:OR'], '((a AND b) OR c) NOT d'],
    ['"cancer OR tumor"', ['quoted-query:"cancer OR tumor"'], 'cancer OR tumor'],
    ['fat*[tiab]', ['short-truncation:fat*'], 'fat[tiab]'],
    ['f*t[tiab]', ['short-truncation:f*'], 'f t[tiab]'],
    ['"breast feed"*[tiab]', ['star-after-quote:"*'], '"breast feed*"[tiab]'],
    ['behavio?r[tiab]', ['pseudo-wildcard:?'], 'behavio*r[tiab]'],
    ['wom?n[tiab]', ['pseudo-wildcard:?'], 'no fix'],
    ['a[ti] OR b OR A[Title]', ['duplicate-term:A[Title]'], 'a[ti] OR b'],
    ['Tumors[mh]', ['entry-term:Tumors'], '"Neoplasms"[mh]'],
    ['"cancer/dt"[Mesh]', ['entry-term:cancer/dt'], '"Neoplasms/dt"[Mesh]'],
    ['"Neoplasm"[mh]', ['entry-term:Neoplasm'], '"Neoplasms"[mh]'],
    ['"Neoplasms/foo"[mh]', ['unknown-subheading:Neoplasms/foo'], 'no fix'],
    ['foo[sh]', ['unknown-subheading:foo'], 'no fix'],
    ['cancer.ti,ab.', ['foreign-syntax:.ti,ab.'], 'cancer[tiab]'],
    ['(a OR b).tw.', ['foreign-syntax:.tw.'], '(a[tw] OR b[tw])'],
    ['exp Neoplasms/', ['foreign-syntax:exp Neoplasms/'], '"Neoplasms"[mh]'],
    ['breast adj3 cancer', ['foreign-syntax:adj3'], '"breast cancer"[tiab:~2]'],
    ['or/1-3', ['foreign-syntax:or/1-3'], 'no fix'],
    ['Search: cancer[ti]', ['pasted-text:Search:'], 'cancer[ti]'],
    ['cancer[ti] AND x Sort by: Most Recent', ['pasted-text:Sort by: Most Recent'], 'cancer[ti] AND x '],
  ])('%j', (text, findings, result) => {
    expect(lint(text)).toEqual(findings);
    expect(fixed(text)).toBe(result);
  });

  it.each([
    '"heart attack"[tiab] OR "Neoplasms/drug therapy"[mh]',
    'benzo a pyrene[mh]',
    '"Diabetes Mellitus, Type 2"[Mesh:NoExp]',
    'a AND b NOT c',
    '"breast feed*"[tiab] OR risk*[mh:noexp]',
    '10.1002/abc.tix.5[aid]',
    'DT[sh]',
    '',
  ])('has nothing to say about %j', (text) => {
    expect(lint(text)).toEqual([]);
  });

  it('names untagged terms and missing operators softly', () => {
    const found = lintQuery(parseQuery('cancer "heart"[ti] AND haskeyword AND 12345678'), context);
    expect(found.map((p) => `${p.rule}:${p.severity}`)).toEqual([
      'missing-tag:information',
      'implicit-and:hint',
    ]);
  });
});

describe('searches of the Cochrane Library', () => {
  it.each([
    ['MeSH descriptor: [Asthma] explode all trees', '"Asthma"[mh]'],
    ['MeSH descriptor: [Asthma] this term only', '"Asthma"[mh:noexp]'],
    [
      'MeSH descriptor: [Asthma] explode all trees and with qualifier(s): [drug therapy - DT]',
      '"Asthma/DT"[mh]',
    ],
    ['[mh "Child"]', '"Child"[mh]'],
    ['[mh Child]', '"Child"[mh]'],
    ['cough[tiab] OR [mh ^"Infant"]', 'cough[tiab] OR "Infant"[mh:noexp]'],
    ['[mh "Asthma"/DT,TH]', '("Asthma/DT"[mh] OR "Asthma/TH"[mh])'],
    ['[mj "Asthma"]', '"Asthma"[majr]'],
    ['{and #1-#3}', '#1 AND #2 AND #3'],
    ['{or #1-#2, #4} NOT #3', '(#1 OR #2 OR #4) NOT #3'],
    ['{or #4-#1}', undefined],
  ])('%j', (text, result) => {
    const levels = { 'missing-text-word': 'off', 'large-explosion': 'off' } as const;
    const found = judgeStrategy(parseStrategy(`#1 x[ti]\n#2 x[ti]\n#3 x[ti]\n#4 x[ti]\n#5 ${text}`), {
      levels,
    });
    const own = found.filter(
      ({ range, rule }) => range.start > 32 && !/^(?:unused|ambiguous|duplicate)/.test(rule),
    );
    expect(own.map(({ rule }) => rule)).toEqual(['foreign-syntax']);
    const change = own[0]?.fixes?.[0];
    expect(
      change && applyEdits(`#1 x[ti]\n#2 x[ti]\n#3 x[ti]\n#4 x[ti]\n#5 ${text}`, change.edits).slice(39),
    ).toBe(result);
  });

  it.each(['asthma [mh noexp]', 'x[ti] // [mh "Child"]', 'a{b}'])('is not seen in %j', (text) => {
    expect(lint(text)).toEqual([]);
  });
});

it('never offers to drop a tag that may be a concept as the fix to make', () => {
  const { problems } = parseQuery('descriptor [Asthma]');
  expect(problems[0]?.fixes).toEqual([expect.objectContaining({ title: 'Remove the tag [Asthma]' })]);
  expect(problems[0]?.fixes?.[0]?.preferred).toBeUndefined();
});

it.each([
  [
    'x[ti] AND neoplasms[mh] Filters: English, Humans',
    'x[ti] AND neoplasms[mh] AND english[la] AND "humans"[mh]',
  ],
  [
    'x[ti] Filters: English, French, Review Sort by: Most Recent',
    'x[ti] AND (english[la] OR french[la]) AND "Review"[pt]',
  ],
  ['x[ti] Filters: Free full text', 'x[ti] '],
])('says of %j that filters are not applied', (text, result) => {
  expect(lint(text).map((finding) => finding.split(':')[0])).toEqual(['pasted-text']);
  expect(fixed(text)).toBe(result);
});

it('speaks of the age at hand', () => {
  const [found] = lintQuery(parseQuery('x[ti] AND adult[mh]'), context).filter(
    ({ rule }) => rule === 'age-limit',
  );
  expect(found?.message).toMatch(/Add text words: adult\[mh\] OR adult\*\[tiab\]\.$/);
});

it('tells a heading that is there twice from a narrower one', () => {
  const messageOf = (text: string): string | undefined =>
    lintQuery(parseQuery(text), context).find(({ rule }) => rule === 'redundant-heading')?.message;
  expect(messageOf('"Neoplasms/drug therapy"[mh] OR neoplasms/dt[mh]')).toMatch(/remove one of them/);
  expect(messageOf('"Neoplasms/drug therapy"[mh] OR neoplasms[mh]')).toMatch(/Remove the narrower one/);
});

it.each([
  ['TITLE-ABS-KEY (x)', ['foreign-syntax:TITLE-ABS-KEY']],
  ['PY=(2010-2020)', ['foreign-syntax:PY=']],
  ['KEY (x)', []],
])('knows the fields of %j', (text, findings) => {
  expect(lint(text)).toEqual(findings);
});

describe('what is left to the person', () => {
  const offered = (text: string, rule: string): string[] =>
    lintQuery(parseQuery(text), context)
      .filter((problem) => problem.rule === rule)
      .flatMap(({ fixes = [] }) =>
        fixes.map(({ edits, preferred }) => `${preferred === true ? '!' : ''}${applyEdits(text, edits)}`),
      );

  it.each([
    ['mixed-operators', 'a OR b AND c OR d', ['((a OR b) AND c) OR d', '(a OR b) AND (c OR d)']],
    [
      'mixed-operators',
      'a AND b OR c NOT d OR e',
      ['(((a AND b) OR c) NOT d) OR e', 'a AND (b OR c) NOT (d OR e)'],
    ],
    ['mixed-operators', 'a OR b AND c', ['(a OR b) AND c']],
    ['mixed-operators', 'a AND b OR c', ['(a AND b) OR c', 'a AND (b OR c)']],
    ['implicit-and', 'a[ti] b[ti]', ['a[ti] AND b[ti]', 'a[ti] OR b[ti]']],
    ['symbol-operator', 'A&E[tiab]', ['"A&E"[tiab]', 'A AND E[tiab]']],
  ])('%s of %j', (rule, text, results) => {
    expect(offered(text, rule)).toEqual(results);
  });
});

describe('levels and comments', () => {
  it('takes levels from the settings', () => {
    const levels = { ...quiet.levels, 'lowercase-operator': 'error', 'no-such-rule': 'error' } as const;
    expect(lintQuery(parseQuery('a or b'), { levels }).map((p) => p.severity)).toEqual(['error']);
  });

  it('is switched off by comments, by line and by rule', () => {
    const text = [
      '#1 asthma or cough // querent-disable-line lowercase-operator, missing-tag',
      '// querent-disable-next-line',
      '#2 fever or pain',
      '#3 #1 and #2',
      '#4 ears[ti] or eyes[ti] // querent-disable-line missing-tag',
    ].join('\n');
    const levels = { ...quiet.levels, 'missing-tag': 'information', 'unneeded-suppression': 'hint' } as const;
    const found = judgeStrategy(parseStrategy(text), { levels });
    expect(found.map((p) => text.slice(p.range.start - 3, p.range.end))).toEqual([
      '#1 and',
      'i] or',
      'ne missing-tag',
    ]);
    expect(lintQuery(parseQuery('ears[ti] or // querent-disable-line\n eyes[ti]', 50))).toEqual([]);
  });

  it('says of a strategy of Ovid what it is, not what PubMed would make of each word', () => {
    const ovid = '1 exp Aged/\n2 (falls or slips).ti,ab.\n3 or/1-2\n4 limit 3 to english language';
    const found = judgeStrategy(parseStrategy(`---\nuntil: never\n---\n${ovid}`)).map(({ rule }) => rule);
    expect([...new Set(found)].sort()).toEqual(['foreign-syntax', 'front-matter-date', 'ovid-strategy']);
    expect(judgeStrategy(parseStrategy('exp Aged/')).map(({ rule }) => rule)).toContain('foreign-syntax');
  });

  it('judges other search languages by their own rules only', () => {
    const found = judgeStrategy(parseStrategy('---\ndatabase: ctgov\n---\na or b')).map(({ rule }) => rule);
    expect(found).toEqual(['trials-operator-case']);
  });
});

it('lists each rule once, with a reason', () => {
  expect(new Set(rules.map((r) => r.id)).size).toBe(rules.length);
  for (const rule of rules) expect(rule.reason).toMatch(/\.$/);
});

it('keeps findings inside the text, and each fix removes its finding when it is the only one', () => {
  fc.assert(
    fc.property(queryText, (text) => {
      const parsed = parseQuery(text);
      const found = lintQuery(parsed, quiet);
      for (const problem of found) {
        expect(problem.range.start).toBeGreaterThanOrEqual(0);
        expect(problem.range.end).toBeLessThanOrEqual(text.length);
        for (const { edits, title } of problem.fixes ?? []) {
          const after = applyEdits(text, edits);
          if (found.length > 1 || parsed.problems.some((p) => p.severity === 'error')) continue;
          // Another finding of the same rule may come to light; it says something else.
          const messages = lintQuery(parseQuery(after), quiet).map((p) => p.message);
          expect(messages, `${title}: ${JSON.stringify(text)} -> ${JSON.stringify(after)}`).not.toContain(
            problem.message,
          );
        }
      }
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ...[
    'a?',
    'a or ',
    'Sort by: ',
    '.ti,',
    'x[mh] OR ',
    '"a"* ',
    'exp X/ ',
    'a[pt] ',
    '&quot;a',
    'a\u2013',
    '\uff08',
  ],
  ...['a (b) ', 'a[la] OR ', 'TI (', 'adj3 (', '2010:2009[dp] ', 'a NOT ', '(a AND 2010[dp]) OR '],
])('lints a megabyte of %j in time', (piece) => {
  const query = parseQuery(piece.repeat(1_000_000 / piece.length));
  // Time of the processor, since other programs share the machine.
  const start = process.cpuUsage();
  expect(lintQuery(query, context).length).toBeLessThanOrEqual(1000);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(4000);
});

it.each([
  '// querent-disable-line x\n',
  '// querent-disable-file a, b\n',
  'a[ti] // querent-disable-line missing-tag\n',
])('judges a megabyte of %j in time', (piece) => {
  const document = parseStrategy(piece.repeat(1_000_000 / piece.length));
  const start = process.cpuUsage();
  judgeStrategy(document, context);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(4000);
});
