import { describe, expect, it } from 'vitest';
import { printResolved, parseStrategy } from '../../strategy/index.ts';
import { applyEdits } from '../../text/index.ts';
import { marked, show } from '../testing.ts';
import { blockAt, blockChanges, blockEdits, replaceBlock, wholeWith } from './index.ts';
import { diffEdits } from './diffEdits.ts';

describe('the block at a place', () => {
  it.each([
    ['parentheses with alternatives', 'x[ti] AND (a[ti] OR ¦b[ti])', 'x[ti] AND ⟦(a[ti] OR b[ti])⟧'],
    ['one term in parentheses', 'x[ti] AND (¦a[ti])', 'x[ti] AND ⟦(a[ti])⟧'],
    [
      'the inner one of two',
      '((a[ti] OR ¦b[ti]) AND c[ti]) OR d[ti]',
      '(⟦(a[ti] OR b[ti])⟧ AND c[ti]) OR d[ti]',
    ],
    ['no ANDs in parentheses', '(¦a[ti] AND b[ti]) OR d[ti]', '⟦(a[ti] AND b[ti]) OR d[ti]⟧'],
    ['what PubMed reads as one', 'a[ti] OR ¦b[ti] AND c[ti]', '⟦a[ti] OR b[ti]⟧ AND c[ti]'],
    ['the line', 'a[ti] AND ¦b[ti]', '⟦a[ti] AND b[ti]⟧'],
    ['the line, from its number', '#1¦2 a[ti] OR b[ti] // why', '#12 ⟦a[ti] OR b[ti]⟧ // why'],
    ['the line, behind it', '#1 a[ti]\n#2 b[ti] OR c[ti] ¦ // why', '#1 a[ti]\n#2 ⟦b[ti] OR c[ti]⟧  // why'],
    ['parentheses that are open', 'x[ti] AND (a[ti] OR ¦b[ti]', 'x[ti] AND ⟦(a[ti] OR b[ti]⟧'],
  ])('is %s', (_, text, shown) => {
    const { document, offset, text: clean } = marked(text);
    const block = blockAt(document, offset);
    expect(show(clean, block === undefined ? [] : [block.range])).toBe(shown);
  });

  it.each(['¦', '---\ntitle: ¦x\n---\n#1 a[ti]', '#1 a[ti]\n\n¦\n\n#2 b[ti]'])('is none in %j', (text) => {
    const { document, offset } = marked(text);
    expect(blockAt(document, offset)).toBeUndefined();
  });
});

describe('replacing a block', () => {
  it.each([
    ['x[ti] AND (a[ti] OR ¦b[ti]) NOT c[ti]', 'd[ti] OR e[ti]', 'x[ti] AND (d[ti] OR e[ti]) NOT c[ti]'],
    ['x[ti] AND(a[ti] OR ¦b[ti])NOT c[ti]', 'd[ti]', 'x[ti] AND d[ti] NOT c[ti]'],
    ['#1 a[ti] OR ¦b[ti] AND c[ti]', '\n d[ti] OR\n\n e[ti] ', '#1 (d[ti] OR e[ti]) AND c[ti]'],
    ['#1 a[ti] OR ¦b[ti]', 'd[ti] OR e[ti]', '#1 d[ti] OR e[ti]'],
    [
      '// title\n#1 x[ti] AND (a[ti] // one\n OR ¦b[ti] // two\n) // three',
      'd[ti] OR e[ti]',
      '// title\n// one\n// two\n#1 x[ti] AND (d[ti] OR e[ti]) // three',
    ],
    ['a[ti] // one\r\nOR ¦b[ti]\r\n\r\nc[ti]', 'd[ti]', '// one\r\nd[ti]\r\n\r\nc[ti]'],
    ['#1 a[ti] OR ¦b[ti]', '  ', '#1 a[ti] OR b[ti]'],
  ])('%j by %j', (text, query, expected) => {
    const { document, offset } = marked(text);
    const block = blockAt(document, offset);
    if (block === undefined) throw new Error('There is no block.');
    expect(applyEdits(document.text, replaceBlock(document, block, query))).toBe(expected);
  });

  it('tells what the whole strategy would be', () => {
    const { document, offset } = marked('#1 a[ti] OR ¦b[ti]\n#2 c[ti]\n#3 #1 AND #2\n#4 d[ti]\n#5 #3 NOT #4');
    const block = blockAt(document, offset);
    if (block === undefined) throw new Error('There is no block.');
    const whole = wholeWith(document, block, 'z[ti]');
    expect(whole && printResolved(whole)).toBe('(z[ti] AND c[ti]) NOT d[ti]');
    // Line 4 does not use the block.
    expect(wholeWith(document, block, 'z[ti]', '4')).toBeUndefined();
    expect(wholeWith(document, block, '')).toBeUndefined();
  });
});

const three =
  '// population\n#1 old[ti] OR aged[mh]\n// intervention\n#2 walk*[ti]\n// all\n#3 #1 AND #2 // end\n';

describe('taking over blocks of a proposal', () => {
  const take = (text: string, queries: readonly string[], chosen = queries.map((_, i) => i)): string => {
    const document = parseStrategy(text);
    const blocks = queries.map((query, i) => ({ name: `block ${i}`, query }));
    const edits = blockEdits(document, undefined, blocks, chosen);
    if (edits === undefined) throw new Error('Refused.');
    return applyEdits(text, edits);
  };

  it('adds what is missing, and leaves what is written as it is written', () => {
    expect(take(three, ['aged[mh] OR Old[ti] OR elder*[ti]'])).toBe(
      three.replace('aged[mh]', 'aged[mh] OR elder*[ti]'),
    );
    expect(take('(a[ti] // why\n OR b[ti]) AND c[ti]', ['b[ti] OR a[ti] OR d[ti]'])).toBe(
      '(a[ti] // why\n OR b[ti] OR d[ti]) AND c[ti]',
    );
    expect(take('#1 a[ti]\n#2 b[ti]\n#3 #1 OR #2\n#4 #3 AND x[ti]', ['a[ti] OR b[ti] OR c[ti]'])).toBe(
      '#1 a[ti]\n#2 b[ti]\n#3 #1 OR #2 OR c[ti]\n#4 #3 AND x[ti]',
    );
  });

  it('replaces a block that loses terms, and keeps its comments and references', () => {
    expect(take(three, ['old[ti] OR elder*[ti]'])).toBe(
      three.replace('old[ti] OR aged[mh]', 'old[ti] OR elder*[ti]'),
    );
    expect(
      take('#1 a[ti]\n#2 b[ti]\n#3 #1 OR #2 // why\nOR d[ti]\n#4 #3 AND x[ti]', ['a[ti] OR c[ti]']),
    ).toBe('#1 a[ti]\n#2 b[ti]\n// why\n// before: #1 OR #2 OR d[ti]\n#3 a[ti] OR c[ti]\n#4 #3 AND x[ti]');
    expect(take('a[ti] AND(b[ti] OR c[ti])', ['a[ti] OR d[ti]', 'c[ti]'])).toBe('(a[ti] OR d[ti]) AND c[ti]');
  });

  it('makes a line of its own of what is new, and renumbers', () => {
    expect(take(three, ['trial[ti] OR random*[ti]'])).toBe(
      three.replace(
        '// all\n#3 #1 AND #2',
        '// block 0\n#3 trial[ti] OR random*[ti]\n// all\n#4 #1 AND #2 AND #3',
      ),
    );
    expect(take('1. a[ti]\n2. b[ti]\n3. #1 AND #2\n4. #3 NOT c[ti]', ['x[ti]', 'y[ti]'])).toBe(
      '1. a[ti]\n2. b[ti]\n3. #1 AND #2\n// block 0\n4. x[ti]\n// block 1\n5. y[ti]\n6. #3 NOT c[ti] AND #4 AND #5',
    );
  });

  it('writes what is new into a line that combines no others', () => {
    expect(take('a[ti] OR b[ti] // why', ['b[ti] OR c[ti]', 'x[ti]'])).toBe(
      '(b[ti] OR c[ti]) AND x[ti] // why',
    );
    expect(take('#1 a[ti] OR b[ti]', ['x[ti] OR y[ti]'])).toBe('#1 (a[ti] OR b[ti]) AND (x[ti] OR y[ti])');
  });

  it('changes nothing where nothing is to be changed', () => {
    const document = parseStrategy(three);
    const blocks = [
      { name: 'a', query: 'aged[mh] OR old[ti]' },
      { name: 'b', query: 'walk*[ti]' },
    ];
    expect(blockChanges(document, undefined, blocks)).toEqual([
      { ...blocks[0], replaces: '1', edits: [], problem: undefined },
      { ...blocks[1], replaces: '2', edits: [], problem: undefined },
    ]);
  });

  it('gives each line to the block that is most like it', () => {
    const document = parseStrategy('#1 a[ti] OR b[ti] OR c[ti]\n#2 a[ti] OR d[ti]\n#3 #1 AND #2');
    const changes = blockChanges(document, '3', [
      { name: 'one', query: 'd[ti] OR a[ti] OR e[ti]' },
      { name: 'two', query: 'a[ti] OR b[ti]' },
      { name: 'three', query: 'a[ti] OR f[ti]' },
    ]);
    expect(changes.map(({ replaces }) => replaces)).toEqual(['2', '1', undefined]);
  });

  it('knows a concept by words, where terms are written otherwise', () => {
    const document = parseStrategy(
      '#1 elderly[tiab] OR older[tiab]\n#2 "exercise therapy"[mh] OR exercise*[tiab]\n#3 #1 AND #2',
    );
    const changes = blockChanges(document, '3', [
      { name: 'one', query: 'exercise[ti] OR "physical activity"[ti]' },
      { name: 'two', query: 'exercise[ti] OR a1[ti] OR a2[ti] OR words[ti] OR many[ti] OR others[ti]' },
    ]);
    expect(changes.map(({ replaces }) => replaces)).toEqual(['2', undefined]);
  });

  it('is refused where the line is broken, and says so', () => {
    const document = parseStrategy('#1 a[ti]\n#2 (#1 AND x[ti]');
    const [change] = blockChanges(document, undefined, [{ name: 'y', query: 'y[ti] AND (z[ti]' }]);
    expect(change).toMatchObject({ edits: [], problem: expect.stringContaining('Problems panel') as string });
  });

  it('has nothing to offer without a line', () => {
    expect(blockChanges(parseStrategy(''), undefined, [{ name: 'a', query: 'a[ti]' }])).toEqual([]);
    expect(blockChanges(parseStrategy('#1 a[ti]'), '9', [{ name: 'a', query: 'a[ti]' }])).toEqual([]);
  });
});

describe('the difference of two texts', () => {
  it('is made of small edits', () => {
    expect(diffEdits('a\r\nb\r\nc\r\n', 'a\r\nbx\r\nc\r\nd\r\n')).toEqual([
      { range: { start: 4, end: 4 }, newText: 'x' },
      { range: { start: 9, end: 9 }, newText: 'd\r\n' },
    ]);
    // Neither a pair of surrogates nor of a line break is torn apart.
    expect(diffEdits('x😀', 'x😁')).toEqual([{ range: { start: 1, end: 3 }, newText: '😁' }]);
    expect(diffEdits('x\n', 'x\r\n')).toEqual([{ range: { start: 1, end: 2 }, newText: '\r\n' }]);
    expect(diffEdits('', '')).toEqual([]);
  });
});
