import { describe, expect, it } from 'vitest';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import { isUnresolvable, parseStrategy, resolveLine, resolveText } from '../../strategy/index.ts';
import { armsOf } from './arms.ts';

function query(text: string): ResolvedQuery {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}

function lastLine(text: string): ResolvedQuery {
  const document = parseStrategy(text);
  const resolved = resolveLine(document, document.lines.at(-1)?.label ?? '');
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}

describe('the arms of a query', () => {
  it.each<[what: string, text: string, headings: string, textWords: string]>([
    [
      'the alternatives of each block',
      '(stroke[mh] OR stroke[tiab] OR cva[ti]) AND (aspirin[mh:noexp] OR aspirin*[tiab])',
      '((stroke[mh])) AND ((aspirin[mh:noexp]))',
      '((stroke[tiab]) OR (cva[ti])) AND ((aspirin*[tiab]))',
    ],
    [
      'limits and NOT hold for both',
      '(stroke[mh] OR stroke[tiab]) AND 2010:2020[dp] AND english[la] NOT (animals[mh] NOT humans[mh])',
      '((stroke[mh])) AND (2010:2020[dp]) AND (english[la]) NOT (animals[mh] NOT humans[mh])',
      '((stroke[tiab])) AND (2010:2020[dp]) AND (english[la]) NOT (animals[mh] NOT humans[mh])',
    ],
    [
      'what joins words of one kind stays joined',
      'stroke[mh] OR (brain[tiab] AND (attack[tiab] OR insult[tiab]))',
      '((stroke[mh]))',
      '(((brain[tiab]) AND ((attack[tiab]) OR (insult[tiab]))))',
    ],
    [
      'a block of one kind stands in both',
      '(stroke[mh] OR stroke[tiab]) AND "quality of life"[mh]',
      '((stroke[mh])) AND ("quality of life"[mh])',
      '((stroke[tiab])) AND ("quality of life"[mh])',
    ],
  ])('%s', (_, text, headings, textWords) => {
    const arms = armsOf(query(text));
    expect(arms).toMatchObject({ headings, textWords });
  });

  it('follow references, and name the blocks with their lines', () => {
    const arms = armsOf(
      lastLine(
        '#1 stroke[mh]\n#2 stroke[tiab] OR cva[tiab]\n#3 #1 OR #2\n#4 aspirin[mh] OR aspirin[tiab]\n#5 rats[ti]\n#6 #3 AND #4 AND 2010:2020[dp] NOT #5',
      ),
    );
    if (typeof arms === 'string') throw new Error(arms);
    expect(arms.headings).toBe('((stroke[mh])) AND ((aspirin[mh])) AND (2010:2020[dp]) NOT (rats[ti])');
    expect(arms.textWords).toContain('cva[tiab]');
    expect(arms.textWords).not.toMatch(/#|\[mh/);
    expect(arms.blocks).toEqual([
      { name: 'stroke', label: '3', part: 'split' },
      { name: 'aspirin', label: '4', part: 'split' },
      { name: '2010:2020[dp]', part: 'limit' },
    ]);
    expect(arms.excludes).toBe(true);
  });

  it('leave out what searches both at once or joins the two, and say so', () => {
    const arms = armsOf(
      query('stroke[mh] OR stroke[tiab] OR apoplexy OR cva[tw] OR (brain[mh] AND attack[tiab])'),
    );
    if (typeof arms === 'string') throw new Error(arms);
    expect(arms.leftOut).toEqual(['apoplexy', 'cva[tw]', 'brain[mh] AND attack[tiab]']);
    expect(arms.textWords).toBe('((stroke[tiab]))');
  });

  it.each([
    ['stroke AND aspirin', /no tag/],
    ['stroke[tw]', /\[tw\]/],
    ['stroke[mh] AND aspirin[mh]', /headings only/],
    ['stroke[tiab]', /text words only/],
    ['2010:2020[dp]', /limits only/],
    ['stroke[mh] AND aspirin[tiab]', /cannot be split/],
  ])('of %s there are none, and a sentence says why', (text, why) => {
    expect(armsOf(query(text))).toMatch(why);
  });

  it('are queries themselves', () => {
    const arms = armsOf(query('(a[mh] OR b[tiab] OR (c[tiab] NOT d[tiab])) AND (e[majr] OR f[ot])'));
    if (typeof arms === 'string') throw new Error(arms);
    for (const text of [arms.headings, arms.textWords]) expect(isUnresolvable(resolveText(text))).toBe(false);
  });
});
