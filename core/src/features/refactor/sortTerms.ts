import type { QueryNode } from '../../pubmed/index.ts';
import { findField, printTerm, queryKey } from '../../pubmed/index.ts';
import type { TextEdit } from '../../text/index.ts';
import { countOf, hasComment, orBlock, pathTo, replace, slice } from './parts.ts';
import type { Place, Refactoring } from './refactoring.ts';

/** The terms of an OR block in order, each once: line references, headings, text words, groups. */
export const sortTerms = {
  id: 'sortTerms',
  kind: 'refactor.rewrite',
  promise: 'lines',
  hint: 'Put the cursor in a block of terms that are joined by OR only. Sorted blocks without duplicates have nothing to sort.',
  find({ document, line, selection }: Place) {
    const block = line && orBlock(pathTo(line, selection).findLast((node) => orBlock(node)));
    if (!line || !block) return [];
    if (hasComment(line, block.range))
      return {
        problem:
          'Comments stand between the terms of this block; sorting would tear them from their terms. Sort it by hand.',
      };
    const seen = new Set<string>();
    const kept = block.operands.filter((operand) => {
      const key = queryKey(operand, new Map());
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    });
    const sorted = kept
      .map((node) => ({ node, rank: rankOf(node), name: nameOf(node, slice(document, node.range)) }))
      .sort((a, b) => a.rank - b.rank || compare(a.name, b.name));
    const edits: TextEdit[] = [];
    sorted.forEach(({ node }, index) => {
      const place = block.operands[index];
      if (place && place !== node) edits.push(replace(place.range, slice(document, node.range)));
    });
    const removed = block.operands.length - kept.length;
    const last = block.operands[kept.length - 1];
    if (removed > 0 && last) edits.push(replace({ start: last.range.end, end: block.range.end }, ''));
    if (edits.length === 0) return [];
    const duplicates = removed > 0 ? `, without ${countOf(removed, 'duplicate')}` : '';
    return [{ title: `Sort ${countOf(kept.length, 'term')}${duplicates}`, edits: merged(edits) }];
  },
} satisfies Refactoring;

function rankOf(node: QueryNode): number {
  if (node.kind === 'reference') return 0;
  if (node.kind === 'group' || node.kind === 'chain') return 3;
  const field = node.tag?.field;
  return field !== undefined && findField(field)?.mesh === true ? 1 : 2;
}

function nameOf(node: QueryNode, written: string): string {
  const text =
    node.kind === 'term'
      ? `${node.text} ${printTerm(node)}`
      : node.kind === 'reference'
        ? node.label.padStart(10, '0')
        : written;
  return text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The last replacement and the removal behind it are neighbours; one edit is clearer to every editor. */
function merged(edits: readonly TextEdit[]): TextEdit[] {
  const result: TextEdit[] = [];
  for (const edit of edits) {
    const before = result.at(-1);
    if (before && before.range.end === edit.range.start)
      result[result.length - 1] = replace(
        { start: before.range.start, end: edit.range.end },
        before.newText + edit.newText,
      );
    else result.push(edit);
  }
  return result;
}
