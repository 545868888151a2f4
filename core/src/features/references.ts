import type { StrategyDocument } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import { lineNameAt, lineNames } from './lineNames.ts';
import { lineAt } from './locate.ts';

/**
 * The places that refer to the line named at `offset`, or to the line there when the offset is elsewhere in it; empty outside
 * lines. With `includeDeclaration` the line's own number too.
 */
export function references(document: StrategyDocument, offset: number, includeDeclaration: boolean): Range[] {
  const label = lineNameAt(document, offset)?.label ?? lineAt(document, offset)?.label;
  if (label === undefined) return [];
  return lineNames(document, label)
    .filter((name) => includeDeclaration || !name.isDeclaration)
    .map(({ range }) => range);
}
