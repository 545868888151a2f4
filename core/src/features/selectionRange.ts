import type { StrategyDocument } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import { contains } from '../text/index.ts';
import { locate } from './locate.ts';

/** Ever wider parts around `offset`: term, group, query, line, document. Each contains the one before; never empty. */
export function selectionRanges(document: StrategyDocument, offset: number): Range[] {
  const place = locate(document, offset);
  const candidates: Range[] = [];
  if (place) {
    candidates.push(place.range);
    if (place.kind === 'node') candidates.push(...place.path.toReversed().map(({ range }) => range));
    if (place.kind === 'tag') candidates.push(place.node.range);
    if (place.kind === 'operator') candidates.push(place.chain.range);
    if (place.kind === 'frontMatter') candidates.push(place.frontMatter.range);
    else candidates.push(place.line.queryRange, place.line.range);
  }
  candidates.push({ start: 0, end: document.text.length });
  const result: Range[] = [];
  for (const { start, end } of candidates) {
    const last = result.at(-1);
    const isWider = !last || (contains({ start, end }, last) && (start < last.start || end > last.end));
    if (isWider) result.push({ start, end });
  }
  return result;
}
