import { describe, expect, it } from 'vitest';
import { translateQuery } from '../mapping/index.ts';
import { parseQuery } from '../pubmed/index.ts';
import { parseStrategy } from '../strategy/index.ts';
import { groupingHints } from './groupingHints.ts';

function shown(text: string, range?: { start: number; end: number }): string {
  let result = '';
  let done = 0;
  for (const { offset, text: parenthesis } of groupingHints(parseStrategy(text), range)) {
    result += text.slice(done, offset) + parenthesis;
    done = offset;
  }
  return result + text.slice(done);
}

describe('grouping hints', () => {
  it.each([
    ['a OR b AND c', '(a OR b) AND c'],
    ['a AND b OR c NOT d', '((a AND b) OR c) NOT d'],
    ['(a OR b AND c) AND d', '((a OR b) AND c) AND d'],
    ['a[tiab] OR b[mh] c', '(a[tiab] OR b[mh]) c'],
    ['#1 x OR y // why\n  AND z\n#2 #1 OR p', '#1 (x OR y) // why\n  AND z\n#2 #1 OR p'],
  ])('show the order of %j', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each(['a OR b OR c', 'a AND b NOT c', '(a OR b) AND c', 'a', '', '#1 #2 OR #3'])(
    'leave %j alone',
    (text) => expect(shown(text)).toBe(text),
  );

  it('say what the query means already', () => {
    const text = 'a OR b AND c OR (d NOT e OR f) AND g';
    const [before, after] = [parseQuery(text).root, parseQuery(shown(text)).root];
    expect(after && translateQuery(after)).toBe(before && translateQuery(before));
  });

  it('come for a range', () => {
    const text = '#1 a OR b AND c\n#2 d OR e AND f';
    expect(shown(text, { start: 16, end: 31 })).toBe('#1 a OR b AND c\n#2 (d OR e) AND f');
  });

  it('stay away from a strategy that is not for PubMed', () => {
    const ovid = '1 exp Aged/\n2 (falls or slips).ti,ab.\n3 1 or 2 and x\n4 or/1-3';
    expect(groupingHints(parseStrategy(ovid))).toEqual([]);
  });

  it('stay away from chains that nobody could read', () => {
    expect(groupingHints(parseStrategy('a OR b AND '.repeat(100)))).toEqual([]);
  });
});
