import type { QueryPart } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import type { Problem } from '../text/index.ts';

/** Seeds that a message names. */
const MOST_NAMED = 10;

/** What is said of a block that loses seeds, in a library and in PubMed alike. */
export function lostSeedsProblem(
  document: StrategyDocument,
  part: QueryPart,
  seeds: readonly string[],
): Problem {
  const count = seeds.length === 1 ? '1 seed' : `${seeds.length} seeds`;
  const listed = seeds.slice(0, MOST_NAMED).join(', ');
  const more = seeds.length > MOST_NAMED ? ` and ${seeds.length - MOST_NAMED} more` : '';
  const what =
    part.role === 'NOT'
      ? `NOT removes ${count} that all else finds`
      : `This block loses ${count} that the other blocks find`;
  return {
    rule: 'block-loses-seeds',
    severity: 'warning',
    message: `${what}: ${listed}${more}.`,
    range: part.range,
    ...related(document, part),
  };
}

/** The line that the part stands for, for people who want to go there. */
function related(document: StrategyDocument, part: QueryPart): Pick<Problem, 'related'> {
  if (part.kind !== 'leaf' || part.node?.kind !== 'reference') return {};
  const line = document.line(part.node.label);
  return line === undefined
    ? {}
    : { related: [{ range: line.queryRange, message: `Line #${line.label}, which loses them` }] };
}
