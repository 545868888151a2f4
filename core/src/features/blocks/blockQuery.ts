import { parseQuery } from '../../pubmed/index.ts';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import type { Range } from '../../text/index.ts';
import { partQuery } from '../locate.ts';
import { conjunctsOf } from './conjuncts.ts';

/** What stands at `range` as a query of its own, its references resolved; undefined where it cannot be searched. */
export function blockQuery(document: StrategyDocument, { start, end }: Range): ResolvedQuery | undefined {
  const { root } = parseQuery(document.text.slice(start, end));
  return root && partQuery(document, root);
}

/** Whether line `label` joins several blocks by AND, directly or through the lines that it refers to. */
export function joinsBlocks(document: StrategyDocument, label: string): boolean {
  return conjunctsOf(document, label).length > 1;
}
