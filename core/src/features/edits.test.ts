import { describe, expect, it } from 'vitest';
import { parseStrategy } from '../strategy/index.ts';
import { applyEdits } from '../text/index.ts';
import { codeActions } from './codeActions.ts';
import { collectProblems } from './diagnostics.ts';
import { formatting } from './formatting.ts';
import type { AcceptedProposal } from './proposalEdits.ts';
import { proposalEdits } from './proposalEdits.ts';
import { marked } from './testing.ts';

describe('problems', () => {
  it('come sorted, each once', () => {
    const document = parseStrategy('#1 a OR #9\n#1 "b');
    const found = collectProblems(document);
    const starts = found.map(({ range }) => range.start);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(new Set(found.map((one) => JSON.stringify(one))).size).toBe(found.length);
    for (const rule of ['missing-reference', 'duplicate-label'])
      expect(found.map((one) => one.rule)).toContain(rule);
    expect(found.some(({ range, rule }) => rule.includes('quote') && range.start > 10)).toBe(true);
  });
});

describe('code actions', () => {
  const actions = (source: string) => {
    const { document, selection } = marked(source);
    return codeActions(document, selection, collectProblems(document), { rewrite: 'rewrite' });
  };

  it('offer the fixes of the problems at the cursor, all fixes, and a rewrite', () => {
    const found = actions('#1 a\n#1¦ b\n#1 c');
    const listed = found.map(({ kind, title }) => `${kind}: ${title}`);
    expect(listed.filter((one) => !/Change to|quotes/.test(one))).toEqual([
      'quickfix: Renumber to #2',
      'quickfix: Fix all 2 problems that can be fixed automatically',
      'quickfix: Disable duplicate-label for this line',
      'refactor.rewrite: Rewrite line #2…',
    ]);
    expect(found[0]?.problem?.rule).toBe('duplicate-label');
    expect(found.at(-1)?.command).toEqual({ id: 'rewrite', arguments: ['2'] });
    // A menu is asked for with every move of the cursor: edits of the whole document wait until they are chosen.
    expect(found[1]?.edits).toBeUndefined();
    expect(applyEdits('#1 a\n#1 b\n#1 c', found[1]?.compute?.() ?? [])).toBe('#1 a\n#2 b\n#3 c');
  });

  it.each([
    ['¦a OR b¦ AND c', '(a OR b) AND c'],
    ['#1 x AND ¦a OR b¦', '#1 x AND (a OR b)'],
  ])('put %j in parentheses', (source, expected) => {
    const wrap = actions(source).find(({ title }) => title.includes('parentheses'));
    expect(applyEdits(source.replaceAll('¦', ''), wrap?.compute?.() ?? [])).toBe(expected);
  });

  it.each(['(a ¦OR b) AND¦ c', '"a ¦b"[tiab] OR¦ c', '#¦1 a¦', 'a¦¦', '#1 a¦\n#2 b¦', 'a ¦OR // c\nb¦'])(
    'do not cut %j',
    (source) => expect(actions(source).filter(({ title }) => title.includes('parentheses'))).toEqual([]),
  );

  it.each(['¦', '#1 a\n#2¦', '---\ntitle:¦ x\n---\na'])('offer no rewrite on %j', (source) =>
    expect(actions(source).filter(({ command }) => command)).toEqual([]),
  );
});

describe('formatting', () => {
  it.each([
    ['#1  a or  b [tiab] //  c\n\n2. “x y”[ti]', '#1  a OR b[tiab] //  c\n\n2. "x y"[ti]'],
    ['---\ntitle:   x\n---\n// a  or b\n( a and b )', '---\ntitle:   x\n---\n// a  or b\n(a AND b)'],
    ['#1 a or\r\n   // why\r\n   b', '#1 a OR\r\n   // why\r\n   b'],
    ['', ''],
  ])('%j becomes %j', (text, expected) =>
    expect(applyEdits(text, formatting(parseStrategy(text)))).toBe(expected),
  );

  it('keeps to a range', () => {
    const text = '#1 a or b\n#2 c or d';
    expect(applyEdits(text, formatting(parseStrategy(text), { start: 11, end: 12 }))).toBe(
      '#1 a or b\n#2 c OR d',
    );
  });
});

describe('accepting a proposal', () => {
  const proposal: AcceptedProposal = {
    query: 'new[tiab] OR\n\nnewer[tiab]',
    origin: 'method',
    source: 'deterministic rewriter',
    count: 1204,
    recall: 5 / 6,
    nnr: 240.8,
    measuredIn: 'a.sqlite, 300 records',
    at: '2026-08-14T13:05:59Z',
  };
  const comment =
    '// proposal by the method deterministic rewriter: recall 83 %, 1,204 records, NNR 241 in a.sqlite, 300 records, 2026-08-14';

  it.each<[string, string | undefined, string, string]>([
    ['a\n', undefined, 'new[tiab] OR newer[tiab]\n', '1'],
    [
      '---\ntitle: x\n---\na OR // why\nb',
      undefined,
      '---\ntitle: x\n---\n// why\nnew[tiab] OR newer[tiab]',
      '1',
    ],
    ['#1 a\n#2 #1 OR b', '1', '#1 new[tiab] OR newer[tiab]\n#2 #1 OR b', '1'],
    ['#1 a\n#2 b // keep', '2', '#1 a\n#2 new[tiab] OR newer[tiab] // keep', '2'],
    [
      '#1 a\n#2 #1 OR b\n#3 #2 AND c',
      '2',
      '#1 a\n// before: #1 OR b\n#2 new[tiab] OR newer[tiab]\n#3 #2 AND c',
      '2',
    ],
    [
      '#1 a\n#2 b\n#3 #1 AND #2 // root\n\n',
      undefined,
      `#1 a\n#2 b\n#3 #1 AND #2 // root\n${comment}\n#4 new[tiab] OR newer[tiab]\n\n`,
      '4',
    ],
    [
      '1. a\r\n7. #1 OR b\r\n2. c',
      '7',
      `1. a\r\n// before: #1 OR b\r\n7. new[tiab] OR newer[tiab]\r\n2. c`,
      '7',
    ],
    ['1. a\r\n7. #1 OR b', undefined, `1. a\r\n7. #1 OR b\r\n${comment}\r\n8. new[tiab] OR newer[tiab]`, '8'],
    ['a\n\nb\n\n#1 AND #2', undefined, `a\n\nb\n\n#1 AND #2\n\n${comment}\nnew[tiab] OR newer[tiab]`, '4'],
    ['---\ntitle: x\n---', undefined, `---\ntitle: x\n---\n${comment}\nnew[tiab] OR newer[tiab]\n`, '1'],
  ])('%j, line %s', (text, label, expected, newLabel) => {
    const document = parseStrategy(text);
    const accepted = proposalEdits(document, label, proposal);
    const result = applyEdits(text, accepted?.edits ?? []);
    expect(result).toBe(expected);
    expect(accepted?.label).toBe(newLabel);
    const line = parseStrategy(result).line(newLabel);
    expect(line && result.slice(line.queryRange.start, line.queryRange.end)).toBe('new[tiab] OR newer[tiab]');
    if (label === undefined) expect(parseStrategy(result).root?.label).toBe(newLabel);
  });

  it('knows when there is no such line, or no query', () => {
    expect(proposalEdits(parseStrategy('#1 a'), '7', proposal)).toBeUndefined();
    expect(proposalEdits(parseStrategy('#1 a'), '1', { ...proposal, query: ' \n ' })).toBeUndefined();
  });
});
