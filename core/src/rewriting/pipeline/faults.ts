import type { BlockEvidence, Measurement } from '../../search/index.ts';
import { formatCount } from '../../text/index.ts';
import type { MeasuredFault } from '../proposal.ts';

/** Idle terms that are named; more are a list that nobody reads. */
const mostIdle = 8;

/**
 * What a query was measured to do wrong, the gravest first.
 * @param evidence what its blocks and terms contribute, where that is known
 * @param budget most records wanted of a strategy
 * @param whole of a block: the strategy with it, whose records are what there may be too many of
 */
export function faultsOf(
  measurement: Measurement,
  evidence: readonly BlockEvidence[],
  budget: number,
  whole?: Measurement,
): readonly MeasuredFault[] {
  const { count, found, missed } = measurement;
  const faults: MeasuredFault[] = [];
  if (count === 0) faults.push({ kind: 'finds-nothing', message: 'It finds no record.' });
  if (missed.length > 0) {
    const total = found.length + missed.length;
    const message = `It misses ${missed.length} of ${total} known relevant ${total === 1 ? 'record' : 'records'}.`;
    faults.push({ kind: 'misses-seeds', message, ids: missed });
  }
  if (evidence.length > 1)
    for (const { query, seedsLost = [] } of evidence)
      if (seedsLost.length > 0)
        faults.push({
          kind: 'block-loses-seeds',
          text: clipped(query),
          message: `This block alone lets ${seedsLost.length === 1 ? 'a known relevant record' : `${seedsLost.length} known relevant records`} fall, which all others find.`,
          ids: seedsLost,
        });
  const all = whole?.count ?? count;
  if (all > budget)
    faults.push({
      kind: 'too-many',
      message: `${whole === undefined ? 'It' : 'With it the strategy'} finds ${formatCount(all)} records; at most ${formatCount(budget)} are wanted.`,
    });
  const idle = evidence
    .flatMap(({ terms }) => (terms.length > 1 ? terms : []))
    .filter(({ adds }) => adds === 0);
  for (const { text, count: own } of idle.slice(0, mostIdle))
    faults.push({
      kind: 'adds-nothing',
      text: clipped(text),
      message: own === 0 ? 'It finds no record.' : 'The other terms of its block find all that it finds.',
    });
  return faults;
}

const longestShown = 300;

/** The beginning of a query, for lists. */
export function clipped(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown).replace(/\p{Surrogate}/gu, '')}…` : text;
}
