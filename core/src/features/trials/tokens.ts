import { expressionOf } from '../../ctgov/index.ts';
import type { ExpressionToken } from '../../ctgov/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import type { Range } from '../../text/index.ts';
import type { SemanticToken, TokenType } from '../semanticTokens.ts';

const TYPES: Partial<Record<ExpressionToken['kind'], TokenType>> = {
  word: 'term',
  phrase: 'phrase',
  operator: 'operator',
  source: 'operator',
  context: 'fieldTag',
  reference: 'reference',
};

/** The coloured parts of a `*.ctgov` document, or of its lines that touch `range`; sorted by place, each on one physical line. */
export function trialsTokens(document: StrategyDocument, range?: Range): SemanticToken[] {
  const result: SemanticToken[] = [];
  for (const line of document.lines) {
    if (range && (line.range.end < range.start || line.range.start > range.end)) continue;
    if (line.numbered) result.push({ type: 'label', ...line.labelRange });
    for (const { kind, start, end } of expressionOf(document, line).tokens) {
      const type = TYPES[kind];
      if (type === undefined) continue;
      for (const { 0: piece, index } of document.text.slice(start, end).matchAll(/[^\r\n]+/g))
        result.push({ type, start: start + index, end: start + index + piece.length });
    }
  }
  return result;
}
