import { nodesOf } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import { physicalStart } from './locate.ts';

/** A part of the text that can be folded; spans two physical lines at least. */
export interface Fold extends Range {
  readonly kind: 'frontMatter' | 'comment' | 'query' | 'group';
}

/** Folds of front matter, blocks of comment lines, queries and parentheses that run over several lines; sorted. */
export function foldingRanges(document: StrategyDocument): Fold[] {
  const { text, frontMatter } = document;
  const folds: Fold[] = [];
  const add = (kind: Fold['kind'], { start, end }: Range): void => {
    if (/[\r\n]/.test(text.slice(start, end).trimEnd())) folds.push({ kind, start, end });
  };
  if (frontMatter) add('frontMatter', frontMatter.range);
  for (const block of commentBlocks(document)) add('comment', block);
  for (const line of document.lines) {
    if (!/[\r\n]/.test(text.slice(line.range.start, line.range.end))) continue;
    add('query', line.range);
    for (const node of nodesOf(line.query.root)) if (node.kind === 'group') add('group', node.range);
  }
  return folds.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Runs of lines that hold nothing but comments. */
function commentBlocks({ text, comments }: StrategyDocument): Range[] {
  const blocks: { start: number; end: number }[] = [];
  for (const { range } of comments) {
    if (text.slice(physicalStart(text, range.start), range.start).trim() !== '') continue;
    const last = blocks.at(-1);
    const isNext = last && /^[ \t]*(?:\r\n|\r|\n)[ \t]*$/.test(text.slice(last.end, range.start));
    if (isNext) last.end = range.end;
    else blocks.push({ ...range });
  }
  return blocks;
}
