import { looksLikeOvid } from '../ovid/index.ts';
import type { ChainNode } from '../pubmed/index.ts';
import { impliedGroups, nodesOf } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';

/** A parenthesis that is not written but that PubMed's order of evaluation implies. */
export interface GroupingHint {
  readonly offset: number;
  /** `(` or `)`; several where groups begin at one place. */
  readonly text: string;
}

/** Chains with more implied groups are no strategy that a person can read with parentheses either. */
const MOST_GROUPS = 20;

/** Why the parentheses are there, for their tooltip; Markdown. */
export const groupingReason =
  'PubMed evaluates from left to right: AND does not bind tighter than OR. The parentheses show the order that it will use.';

/**
 * The parentheses that PubMed's evaluation from left to right implies where a level mixes OR with AND or NOT, within `range` (all by
 * default), in the order of the text. Lines that do not mix have none, and neither have strategies of Ovid, which PubMed is not meant to read.
 */
export function groupingHints(document: StrategyDocument, range?: Range): GroupingHint[] {
  const hints: GroupingHint[] = [];
  for (const line of document.lines) {
    if (range && (line.range.end < range.start || line.range.start > range.end)) continue;
    for (const node of nodesOf(line.query.root)) if (node.kind === 'chain') hints.push(...hintsOf(node));
  }
  if (hints.length > 0 && looksLikeOvid(document.text)) return [];
  return hints
    .filter(({ offset }) => !range || (offset >= range.start && offset <= range.end))
    .sort((a, b) => a.offset - b.offset);
}

function hintsOf(chain: ChainNode): GroupingHint[] {
  const groups = impliedGroups(chain);
  if (groups.length === 0 || groups.length > MOST_GROUPS) return [];
  const closing = groups.flatMap((count) => {
    const last = chain.operands[count - 1];
    return last === undefined ? [] : [{ offset: last.range.end, text: ')' }];
  });
  return [{ offset: chain.range.start, text: '('.repeat(groups.length) }, ...closing];
}
