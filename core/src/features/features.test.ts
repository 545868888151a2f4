import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrategy } from '../strategy/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { applyEdits } from '../text/index.ts';
import type { Range } from '../text/index.ts';
import { collectProblems } from './diagnostics.ts';
import {
  codeActions,
  codeLenses,
  definition,
  documentHighlights,
  documentSymbols,
  foldingRanges,
  formatting,
  hover,
  inlayHints,
  prepareRename,
  proposalEdits,
  references,
  rename,
  selectionRanges,
  semanticTokens,
} from './index.ts';
import type { AcceptedProposal, OutlineSymbol } from './index.ts';
import { always, FULL_STRATEGY, measurement } from './testing.ts';

const done = { kind: 'done', measurement: measurement(12, ['1'], ['2']) } as const;
const proposal: AcceptedProposal = {
  query: 'new[tiab]',
  origin: 'method',
  source: 'm',
  count: 5,
  measuredIn: 'library',
  at: '2026-01-01T00:00:00Z',
};

/** Calls every feature and gives all ranges that come back. */
function ranges(document: StrategyDocument, offset: number): Range[] {
  const measurements = always(done);
  const symbols = (list: readonly OutlineSymbol[]): Range[] =>
    list.flatMap((symbol) => [symbol.range, symbol.selectionRange, ...symbols(symbol.children)]);
  const problems = collectProblems(document);
  const target = definition(document, offset);
  const renamed = rename(document, offset, '77');
  const prepared = prepareRename(document, offset);
  return [
    ...problems.flatMap((problem) => [
      problem.range,
      ...(problem.fixes ?? []).flatMap((fix) => fix.edits.map((edit) => edit.range)),
    ]),
    ...(hover(document, offset, { measurements })
      ? [hover(document, offset, { measurements })?.range ?? { start: 0, end: 0 }]
      : []),
    ...inlayHints(document, measurements).map((hint) => ({ start: hint.offset, end: hint.offset })),
    ...codeLenses(document, done, { rewrite: 'r', showRecords: 's' }).map((lens) => lens.range),
    ...symbols(documentSymbols(document)),
    ...foldingRanges(document),
    ...(target ? [target.origin, target.target, target.targetSelection] : []),
    ...references(document, offset, true),
    ...documentHighlights(document, offset).map((one) => one.range),
    ...('range' in prepared ? [prepared.range] : []),
    ...('problem' in renamed ? [] : renamed.map((edit) => edit.range)),
    ...semanticTokens(document),
    ...formatting(document).map((edit) => edit.range),
    ...selectionRanges(document, offset),
    ...codeActions(document, { start: offset, end: offset + 3 }, problems, { rewrite: 'r' }).flatMap(
      (action) => (action.edits ?? []).map((edit) => edit.range),
    ),
    ...document.lines.flatMap(
      (line) => proposalEdits(document, line.label, proposal)?.edits.map((edit) => edit.range) ?? [],
    ),
  ];
}

function expectInside(text: string, all: readonly Range[]): void {
  for (const { start, end } of all) {
    if (start < 0 || end < start || end > text.length)
      expect.fail(`range ${start}-${end} of ${JSON.stringify(text)}`);
  }
}

const pieces = fc.constantFrom(
  '#1 ',
  '#2',
  '1. ',
  '2) ',
  'a',
  ' b ',
  ' AND ',
  ' or ',
  '\n',
  '\r\n',
  '\n\n',
  '(',
  ')',
  '"',
  '“',
  '//c',
  '---\n',
  'seeds: [1]\n',
  '[tiab]',
  '[ab]',
  '[mh]',
  '*',
  '\uFEFF',
  '🙂',
  '\ud83d',
  'ש',
  ':',
  '2010',
  '|',
  '&',
  '  ',
);
const anyText = fc.oneof(
  fc.string(),
  fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
);

describe('every feature', () => {
  it('answers on every truncation of a strategy', () => {
    for (let end = 0; end <= FULL_STRATEGY.length; end++) {
      const text = FULL_STRATEGY.slice(0, end);
      expectInside(text, ranges(parseStrategy(text), end));
    }
  });

  it('answers at every offset, and at offsets outside the text', () => {
    const document = parseStrategy(FULL_STRATEGY);
    for (let offset = -3; offset <= FULL_STRATEGY.length + 3; offset++)
      expectInside(FULL_STRATEGY, ranges(document, offset));
    for (const offset of [NaN, Infinity, -Infinity, 1e15])
      expectInside(FULL_STRATEGY, ranges(document, offset));
  });

  it('answers on any text', () => {
    fc.assert(
      fc.property(anyText, fc.nat(60), (text, offset) =>
        expectInside(text, ranges(parseStrategy(text), offset)),
      ),
      { numRuns: 300 },
    );
  });

  it('gives tokens that are sorted, apart from each other and on one line', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let end = 0;
        for (const token of semanticTokens(parseStrategy(text))) {
          expect(token.start).toBeGreaterThanOrEqual(end);
          expect(token.end).toBeGreaterThan(token.start);
          expect(text.slice(token.start, token.end)).not.toMatch(/[\r\n]/);
          end = token.end;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives an outline whose children lie in their parents', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const check = (symbol: OutlineSymbol): void => {
          for (const inner of [symbol.selectionRange, ...symbol.children.map((child) => child.range)]) {
            expect(inner.start).toBeGreaterThanOrEqual(symbol.range.start);
            expect(inner.end).toBeLessThanOrEqual(symbol.range.end);
          }
          expect(symbol.name).not.toBe('');
          symbol.children.forEach(check);
        };
        documentSymbols(parseStrategy(text)).forEach(check);
      }),
      { numRuns: 300 },
    );
  });

  it('formats once and for all, and keeps comments, front matter and lines', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const before = parseStrategy(text);
        const formatted = applyEdits(text, formatting(before));
        const after = parseStrategy(formatted);
        expect(formatting(after)).toEqual([]);
        expect(after.comments.map((comment) => comment.text)).toEqual(
          before.comments.map((comment) => comment.text),
        );
        expect(after.lines.map((line) => line.label)).toEqual(before.lines.map((line) => line.label));
        const head = before.frontMatter?.range ?? { start: 0, end: 0 };
        expect(formatted.slice(head.start, head.end)).toBe(text.slice(head.start, head.end));
      }),
      { numRuns: 500 },
    );
  });

  it('accepts a proposal on any text: it is there afterwards, and no comment is lost', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const before = parseStrategy(text);
        const accepted = proposalEdits(before, undefined, proposal);
        if (!accepted) return;
        const after = parseStrategy(applyEdits(text, accepted.edits));
        const comments = after.comments.map((comment) => comment.text.trimEnd());
        for (const line of before.lines)
          for (const token of line.query.tokens)
            if (token.kind === 'comment')
              expect(comments).toContain(text.slice(token.start, token.end).trimEnd());
      }),
      { numRuns: 300 },
    );
  });
});
