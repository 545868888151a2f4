import { expressionOf } from '../../ctgov/index.ts';
import type { ExpressionToken } from '../../ctgov/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import type { TextEdit } from '../../text/index.ts';

/**
 * Edits that write a `*.ctgov` document evenly: one space around operators, none within parentheses or behind brackets, straight
 * quotes. Comments, line breaks and words stay. What ClinicalTrials.gov searches stays the same; lines with errors are left alone.
 */
export function trialsFormatting(document: StrategyDocument): TextEdit[] {
  // Where front matter ends that is not closed depends on its spaces.
  if (document.problems.some(({ rule }) => rule === 'front-matter-unclosed')) return [];
  return document.lines.flatMap((line) => {
    const expression = expressionOf(document, line);
    if (expression.root === undefined) return [];
    if (expression.problems.some(({ severity }) => severity === 'error')) return [];
    return expression.tokens.flatMap((token, index) => {
      const { start, end } = token;
      const text = document.text.slice(start, end);
      const newText = token.kind === 'space' ? space(expression.tokens, index, text) : written(token, text);
      return newText === text ? [] : [{ range: { start, end }, newText }];
    });
  });
}

function space(tokens: readonly ExpressionToken[], index: number, text: string): string {
  // Line breaks and indentation are the person's own.
  if (/[\r\n]/.test(text)) return text;
  const before = tokens[index - 1]?.kind;
  const after = tokens[index + 1]?.kind;
  const isTight = before === 'open' || after === 'close' || (before === 'context' && after !== 'operator');
  return isTight && after !== 'comment' ? '' : ' ';
}

function written({ kind }: ExpressionToken, text: string): string {
  if (kind === 'phrase') return text.replace(/^[“”„‟″＂]|[“”‟″＂]$/g, '"');
  if (kind !== 'context' && kind !== 'source') return text;
  const open = text.indexOf('[');
  if (open < 0) return text;
  const within = text.slice(open + 1, -1);
  // One area or value behind AREA and its like, two ends behind RANGE: a comma in the former is part of a wrong name.
  const parameters = kind === 'context' ? [within] : within.split(',');
  return `${text.slice(0, open).trim().toUpperCase()}[${parameters.map((part) => part.trim()).join(', ')}]`;
}
