import { partsOf } from '../pubmed/index.ts';
import type { QueryPart } from '../pubmed/index.ts';
import type { PartContribution } from '../search/index.ts';
import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import { contains } from '../text/index.ts';
import type { Range } from '../text/index.ts';
import type { Insights, LineInsight } from './insights.ts';
import { idList, records } from './wording.ts';

/** Seeds that a hover names: it is cut off at a third of a page. */
const MOST_SEEDS = 5;

/** What the part of `line` that stands at `range` contributes to its block; none where that is not known. Markdown paragraphs. */
export function describePart(line: StrategyLine, range: Range, insights: Insights | undefined): string[] {
  const insight = insights?.line(line.label);
  const { root } = line.query;
  if (insight === undefined || root === undefined) return [];
  const parts = partsOf(root);
  const exact = parts.findIndex((part) => part.range.start === range.start && part.range.end === range.end);
  // A block has the range of its parentheses, what stands in them has not: the innermost block around it is meant.
  const at =
    exact >= 0 ? exact : parts.findLastIndex((part) => part.kind === 'block' && contains(part.range, range));
  return at < 0 ? [] : contribution(line, parts, at, insight);
}

/** What `line` contributes to the line that uses it; none where no line does. Markdown paragraphs. */
export function describeUse(
  document: StrategyDocument,
  line: StrategyLine,
  insights: Insights | undefined,
): string[] {
  if (insights === undefined) return [];
  for (const user of document.lines) {
    const { root } = user.query;
    const insight = root && insights.line(user.label);
    if (root === undefined || insight === undefined) continue;
    const parts = partsOf(root);
    const at = parts.findIndex(
      (part) => part.kind === 'leaf' && part.node?.kind === 'reference' && part.node.label === line.label,
    );
    if (at >= 0) return contribution(user, parts, at, insight);
  }
  return [];
}

function contribution(
  line: StrategyLine,
  parts: readonly QueryPart[],
  at: number,
  { numbers, isOfStrategy }: LineInsight,
): string[] {
  const part = parts[at];
  const its = numbers.parts[at];
  if (part === undefined || its?.count === undefined || numbers.parts.length !== parts.length) return [];
  const whole = isOfStrategy ? its.ofWhole : undefined;
  const lostSeeds = whole?.lostSeeds ?? its.lostSeeds;
  const name = line.numbered ? `#${line.label}` : 'the query';
  const block = part.depth === 1 ? name : `this block of ${name}`;
  const sentences: string[] = [];
  switch (part.role) {
    case 'OR':
      sentences.push(...joinedByOr(its, block));
      if (whole !== undefined && its.only > 0)
        sentences.push(`The strategy would lose ${countOf(whole.only)} without it.`);
      break;
    case 'AND':
      sentences.push(
        its.excluded === 0
          ? `Leaves out nothing: ${block} finds the same without it.`
          : `Without it, ${block} would find **${records(its.excluded)}** more.`,
      );
      if (lostSeeds.length > 0)
        sentences.push(`It loses **${seedCount(lostSeeds)}** that all other blocks find.`);
      break;
    case 'NOT':
      sentences.push(
        its.excluded === 0
          ? `Removes nothing: ${block} finds the same without it.`
          : `Removes **${records(its.excluded)}** from ${block} that nothing else removes.`,
      );
      if (lostSeeds.length > 0) sentences.push(`Among them the ${seeds(lostSeeds)}.`);
      break;
    default:
      return [];
  }
  return [sentences.join(' ')];
}

function joinedByOr({ count, only, onlySeeds }: PartContribution, block: string): string[] {
  if (count === 0) return [];
  if (only === 0) return [`Adds nothing: other terms of ${block} find all of its records.`];
  const sentences = [`Adds **${records(only)}** that nothing else in ${block} finds.`];
  if (onlySeeds.length > 0) sentences.push(`Only it finds the ${seeds(onlySeeds)}.`);
  return sentences;
}

function countOf(count: number): string {
  return count === 0 ? 'nothing' : records(count);
}

/** Which ones are among the missed, which the hover lists already. */
function seedCount(ids: readonly string[]): string {
  return ids.length === 1 ? '1 seed' : `${ids.length} seeds`;
}

function seeds(ids: readonly string[]): string {
  return `${ids.length === 1 ? 'seed' : 'seeds'} ${idList(ids, MOST_SEEDS)}`;
}
