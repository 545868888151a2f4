import { partsOf } from '../../pubmed/index.ts';
import type { QueryPart } from '../../pubmed/index.ts';
import type { StrategyLine } from '../../strategy/index.ts';
import type { Problem } from '../../text/index.ts';
import { lostSeedsProblem } from '../lostSeedsProblem.ts';
import type { Answers } from './findings.ts';

/** A strategy of more lines is no search history of PubMed, which holds 100. */
const MOST_LINES = 200;
/** Blocks whose part in the loss is worked out. */
const MOST_BLOCKS = 500;

/** Whether a seed is found, as numbers: AND is the least, OR the greatest, and NOT turns them round (Kleene's logic of three values). */
const MISSED = 0;
const UNKNOWN = 1;
const FOUND = 2;
type Value = typeof MISSED | typeof UNKNOWN | typeof FOUND;

interface Block {
  readonly line: StrategyLine;
  readonly at: number;
  readonly part: QueryPart;
}

/**
 * Blocks that lose seeds, by what each line finds and misses: a seed that the strategy misses is lost by a block when the strategy would find it
 * if only that block did. What a term within a line finds is not known, so only blocks with lines beside them can be judged. Of blocks in blocks the
 * innermost is told.
 */
export function lostSeedProblems(answers: Answers): Problem[] {
  const { document, places, byLabel } = answers;
  const { root } = document;
  const missed = root && byLabel.get(root.label)?.measurement.missed;
  if (root === undefined || missed === undefined || missed.length === 0 || document.cyclic.size > 0)
    return [];
  const lines = places.reachedFrom(root.label);
  if (lines.length > MOST_LINES) return [];
  const judge = new Judge(answers);
  const losses = lines
    .flatMap(blocksOf)
    .slice(0, MOST_BLOCKS)
    .map((block) => ({ block, seeds: judge.lostBy(block, root, missed) }))
    .filter(({ seeds }) => seeds.length > 0);
  return losses.flatMap(({ block, seeds }) => {
    const inner = new Set(
      losses.filter((other) => isWithin(answers, other.block, block)).flatMap((other) => other.seeds),
    );
    const own = seeds.filter((seed) => !inner.has(seed));
    return own.length === 0 ? [] : [lostSeedsProblem(document, block.part, own)];
  });
}

/** What a line joins with AND, or takes away. */
function blocksOf(line: StrategyLine): Block[] {
  const { root } = line.query;
  if (root === undefined) return [];
  return partsOf(root).flatMap((part, at) =>
    part.role === 'AND' || part.role === 'NOT' ? { line, at, part } : [],
  );
}

function isWithin({ places }: Answers, inner: Block, outer: Block): boolean {
  if (inner === outer) return false;
  const { start, end } = outer.part.range;
  if (inner.line === outer.line)
    return inner.at > outer.at && inner.part.range.start >= start && inner.part.range.end <= end;
  const { root } = outer.line.query;
  return (root === undefined ? [] : partsOf(root)).some(
    (part) =>
      part.kind === 'leaf' &&
      part.node?.kind === 'reference' &&
      part.range.start >= start &&
      part.range.end <= end &&
      places.reachedFrom(part.node.label).includes(inner.line),
  );
}

class Judge {
  readonly #answers: Answers;
  readonly #known = new Map<string, ReadonlyMap<string, Value>>();

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  /** Those of `seeds`, all missed by `root`, that `root` would find if `block` let them through. */
  lostBy(block: Block, root: StrategyLine, seeds: readonly string[]): readonly string[] {
    const values = this.#valuesOf(root, seeds, block, new Map());
    return seeds.filter((_, i) => values[i] === FOUND);
  }

  #valuesOf(
    line: StrategyLine,
    seeds: readonly string[],
    block: Block,
    done: Map<StrategyLine, readonly Value[]>,
  ): readonly Value[] {
    let values = done.get(line);
    if (values === undefined) {
      const isChanged = this.#answers.places.reachedFrom(line.label).includes(block.line);
      const known = this.#told(line.label);
      values =
        isChanged || known.size === 0
          ? this.#workedOut(line, seeds, block, done)
          : seeds.map((seed) => known.get(seed) ?? UNKNOWN);
      done.set(line, values);
    }
    return values;
  }

  /** From the parts, the last first: what stands in a block comes behind it. */
  #workedOut(
    line: StrategyLine,
    seeds: readonly string[],
    block: Block,
    done: Map<StrategyLine, readonly Value[]>,
  ): readonly Value[] {
    const { root } = line.query;
    const parts = root === undefined ? [] : partsOf(root);
    const unknown = seeds.map((): Value => UNKNOWN);
    const values: (readonly Value[])[] = [];
    for (let at = parts.length - 1; at >= 0; at--) {
      const part = parts[at];
      if (part === undefined) continue;
      if (line === block.line && at === block.at)
        values[at] = seeds.map(() => (part.role === 'NOT' ? MISSED : FOUND));
      else if (part.kind === 'block')
        values[at] = seeds.map((_, i) =>
          combined(part.operator, part.children, (child) => values[child]?.[i]),
        );
      else {
        const other =
          part.node?.kind === 'reference' ? this.#answers.document.line(part.node.label) : undefined;
        values[at] = other === undefined ? unknown : this.#valuesOf(other, seeds, block, done);
      }
    }
    return values[0] ?? unknown;
  }

  #told(label: string): ReadonlyMap<string, Value> {
    let known = this.#known.get(label);
    if (known === undefined) {
      const told = this.#answers.byLabel.get(label)?.measurement;
      known = new Map([
        ...(told?.found ?? []).map((seed) => [seed, FOUND] as const),
        ...(told?.missed ?? []).map((seed) => [seed, MISSED] as const),
      ]);
      this.#known.set(label, known);
    }
    return known;
  }
}

function combined(
  operator: 'AND' | 'OR' | 'NOT',
  children: readonly number[],
  valueOf: (child: number) => Value | undefined,
): Value {
  const values = children.map((child) => valueOf(child) ?? UNKNOWN);
  if (operator === 'OR') return Math.max(...values) as Value;
  const kept = operator === 'AND' ? values : values.map((value, i) => (i === 0 ? value : FOUND - value));
  return Math.min(...kept) as Value;
}
