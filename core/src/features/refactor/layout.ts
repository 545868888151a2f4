import type { ChainNode } from '../../pubmed/index.ts';
import type { StrategyLine } from '../../strategy/index.ts';
import { lineBreakOf } from '../../text/index.ts';
import type { TextEdit } from '../../text/index.ts';
import { hasComment, pathTo, replace } from './parts.ts';
import type { Place, Refactoring } from './refactoring.ts';

/** Columns by which the further lines of a query are indented: behind its number. */
function indentOf(line: StrategyLine, depth: number): string {
  const label = line.numbered ? line.labelRange.end - line.labelRange.start + 1 : 2;
  return ' '.repeat(Math.min(label, 8) + 2 * depth);
}

/** Each term of the block on a line of its own. */
export const splitTerms = {
  id: 'splitTerms',
  kind: 'refactor.rewrite',
  promise: 'writing',
  hint: 'Put the cursor in a block of several terms that stand on one line.',
  find({ document, line, selection }: Place) {
    const path = line ? pathTo(line, selection) : [];
    const chain = path.findLast((node): node is ChainNode => node.kind === 'chain');
    if (!line || !chain) return [];
    const depth = path.slice(0, path.indexOf(chain)).filter(({ kind }) => kind === 'group').length;
    const newText = lineBreakOf(document.text) + indentOf(line, depth);
    const edits: TextEdit[] = [];
    chain.operators.forEach(({ range, implicit }, index) => {
      const next = chain.operands[index + 1];
      if (!next || implicit) return;
      const gap = { start: range.end, end: next.range.start };
      if (!/[\r\n]/.test(document.text.slice(gap.start, gap.end))) edits.push(replace(gap, newText));
    });
    return edits.length === 0 ? [] : [{ title: 'Put each term on a line of its own', edits }];
  },
} satisfies Refactoring;

/** The whole query on one line. */
export const joinLines = {
  id: 'joinLines',
  kind: 'refactor.rewrite',
  promise: 'writing',
  hint: 'Put the cursor in a query that runs over several lines.',
  find({ document, line }: Place) {
    if (!line) return [];
    const { tokens, offset, text } = line.query;
    const edits = tokens.flatMap((token, index): TextEdit[] => {
      if (token.kind !== 'space' || !/[\r\n]/.test(text.slice(token.start - offset, token.end - offset)))
        return [];
      const isInside = tokens[index - 1]?.kind === 'open' || tokens[index + 1]?.kind === 'close';
      return [replace(token, isInside ? '' : ' ')];
    });
    if (edits.length === 0) return [];
    if (hasComment(line, { start: offset, end: offset + document.text.length }))
      return {
        problem:
          'Comments stand between the lines of this query; on one line they would swallow what follows.',
      };
    return [{ title: 'Join the query into one line', edits }];
  },
} satisfies Refactoring;
