import type { StrategyDocument } from '../strategy/index.ts';
import { lineAt } from './locate.ts';

/** Label of the line at `offset`, when it holds a query; undefined between lines. */
export function queryLabelAt(document: StrategyDocument, offset: number): string | undefined {
  const line = lineAt(document, offset);
  return line?.query.root === undefined ? undefined : line.label;
}
