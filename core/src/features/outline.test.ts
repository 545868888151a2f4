import { describe, expect, it } from 'vitest';
import { parseStrategy } from '../strategy/index.ts';
import { documentSymbols } from './documentSymbols.ts';
import type { OutlineSymbol } from './documentSymbols.ts';
import { foldingRanges } from './folding.ts';
import { selectionRanges } from './selectionRange.ts';
import { semanticTokens } from './semanticTokens.ts';
import { FULL_STRATEGY, marked } from './testing.ts';

describe('document symbols', () => {
  it('shows front matter, sections titled by comments, and lines', () => {
    const outline = (symbols: readonly OutlineSymbol[], indent = ''): string =>
      symbols
        .map(
          ({ name, detail, children }) => `${indent}${name} | ${detail}\n${outline(children, `${indent}  `)}`,
        )
        .join('');
    expect(
      outline(
        documentSymbols(
          parseStrategy(
            '---\ntitle: T\n---\n#0 x\n// population\n// more\n#1 a\n  OR b\n#2 c // end\n// ----\n#3 d\n// strategy\n#4 e',
          ),
        ),
      ),
    ).toBe(
      'Front matter | T\n#0 | x\npopulation | \n  #1 | a OR b\n  #2 | c\n  #3 | d\nstrategy | \n  #4 | e\n',
    );
  });

  it.each([
    ['', 0],
    ['// only a comment', 0],
    ['a', 1],
  ])('of %j has %i entries', (text, count) =>
    expect(documentSymbols(parseStrategy(text))).toHaveLength(count),
  );
});

describe('folding', () => {
  it('folds front matter, comment blocks, long queries and parentheses', () => {
    const text = '---\ntitle: x\n---\n// a\n// b\n#1 (a OR\nb) AND c\n#2 d\n// single\n';
    expect(
      foldingRanges(parseStrategy(text)).map((fold) => [fold.kind, text.slice(fold.start, fold.end)]),
    ).toEqual([
      ['frontMatter', '---\ntitle: x\n---'],
      ['comment', '// a\n// b'],
      ['query', '#1 (a OR\nb) AND c'],
      ['group', '(a OR\nb)'],
    ]);
  });
});

describe('semantic tokens', () => {
  it('names the parts of a query', () => {
    const text = '#1 "heart attack"[mh] OR infarct*[tiab] // c\n#2 “a\n#3 #1 not b';
    expect(
      semanticTokens(parseStrategy(text)).map(
        (token) => `${token.type} ${text.slice(token.start, token.end)}`,
      ),
    ).toEqual([
      'label #1',
      'heading "heart attack"',
      'fieldTag [mh]',
      'operator OR',
      'term infarct',
      'wildcard *',
      'fieldTag [tiab]',
      'label #2',
      'phrase “a',
      'label #3',
      'reference #1',
      'operator not',
      'term b',
    ]);
  });

  it('gives only what a range asks for', () => {
    const document = parseStrategy('#1 a\n#2 b\n#3 c');
    expect(semanticTokens(document, { start: 5, end: 9 }).map(({ start }) => start)).toEqual([5, 8]);
  });
});

describe('selection ranges', () => {
  it('widen from the term to the document', () => {
    const { document, text, offset } = marked('#1 (a OR b¦b[tiab]) AND c\n#2 d');
    expect(selectionRanges(document, offset).map(({ start, end }) => text.slice(start, end))).toEqual([
      'bb[tiab]',
      'a OR bb[tiab]',
      '(a OR bb[tiab])',
      '(a OR bb[tiab]) AND c',
      '#1 (a OR bb[tiab]) AND c',
      text,
    ]);
  });

  it('contain each other everywhere', () => {
    const document = parseStrategy(FULL_STRATEGY);
    for (let offset = 0; offset <= FULL_STRATEGY.length; offset++) {
      const all = selectionRanges(document, offset);
      all.slice(1).forEach((outer, index) => {
        expect(outer.start).toBeLessThanOrEqual(all[index]?.start ?? 0);
        expect(outer.end).toBeGreaterThanOrEqual(all[index]?.end ?? 0);
      });
    }
  });
});
