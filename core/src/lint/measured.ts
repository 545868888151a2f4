import { partsOf, printRange, printTerm } from '../pubmed/index.ts';
import type { ParsedQuery, QueryPart, TermNode } from '../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import { fix, formatCount } from '../text/index.ts';
import type { Fix, Problem } from '../text/index.ts';
import type { Leaf } from './blocks.ts';
import { factsOf } from './facts.ts';
import { PRESS } from './family.ts';
import type { LintRule } from './family.ts';
import { lostSeedsProblem } from './lostSeedsProblem.ts';
import { removalOf } from './operandEdits.ts';

/** Rules about what parts of a strategy find where it is searched. They are not judged by the text: see {@link measuredProblems}. */
export const measuredRules = [
  {
    id: 'block-loses-seeds',
    level: 'warning',
    category: 'measured',
    press: PRESS.question,
    reason:
      'A block that misses known relevant records which all other blocks find is too narrow, or not needed.',
  },
  {
    id: 'finds-nothing',
    level: 'information',
    category: 'measured',
    press: PRESS.textWords,
    reason:
      'A term that finds nothing in a large library is often misspelt, or in a field where it cannot stand.',
  },
  {
    id: 'adds-nothing',
    level: 'hint',
    category: 'measured',
    press: PRESS.textWords,
    reason:
      'A term whose records the other terms of its block find as well makes a search longer and finds no more.',
  },
] as const satisfies readonly LintRule[];

/** What is known of a part of a line; `PartContribution` of core/search has it. */
export interface MeasuredPart {
  readonly count: number | undefined;
  /** The effect on the strategy; undefined where it is not known. */
  readonly ofWhole: { readonly lostSeeds: readonly string[] } | undefined;
  readonly redundant: boolean;
  readonly sparse: boolean;
}

/** What is known of a line. */
export interface MeasuredLine {
  readonly label: string;
  /** In the order of `partsOf` of the line's root. */
  readonly parts: readonly MeasuredPart[];
  /** Records in the library. */
  readonly library: number;
}

/** In a smaller library, that a term finds or adds nothing is a matter of chance. */
const SMALLEST_LIBRARY = 1000;
/** Characters of a term in a message. */
const LONGEST_NAME = 100;

/**
 * What is to be said of what the parts of a strategy find, at the rules' own levels. To be handed to `judgeStrategy`, which has levels
 * and comments apply. Lines that are not among `lines` are not measured, or not yet: nothing is said of them.
 */
export function measuredProblems(
  document: StrategyDocument,
  lines: readonly MeasuredLine[],
  smallestLibrary = SMALLEST_LIBRARY,
): Problem[] {
  return lines.flatMap((measured) => {
    const line = document.line(measured.label);
    const root = line?.query.root;
    if (line === undefined || root === undefined) return [];
    const parts = partsOf(root);
    if (parts.length !== measured.parts.length) return [];
    const judge = new Judge(document, line, parts, measured);
    return parts.flatMap((part, at) => {
      const numbers = measured.parts[at];
      if (numbers?.count === undefined) return [];
      return [
        ...judge.lostSeeds(part, numbers),
        ...(measured.library >= smallestLibrary ? judge.term(part, numbers) : []),
      ];
    });
  });
}

class Judge {
  readonly #document: StrategyDocument;
  readonly #query: ParsedQuery;
  readonly #parts: readonly QueryPart[];
  readonly #library: string;
  /** Where terms stand, by term; made for the first one that can be removed. */
  #leaves: ReadonlyMap<TermNode, Leaf> | undefined;

  constructor(
    document: StrategyDocument,
    { query }: StrategyLine,
    parts: readonly QueryPart[],
    { library }: MeasuredLine,
  ) {
    this.#document = document;
    this.#query = query;
    this.#parts = parts;
    this.#library = `this library of ${formatCount(library)} records`;
  }

  /** Seeds that would be found without the part, not those that it alone does not have: another way may lead to them. */
  lostSeeds(part: QueryPart, { ofWhole }: MeasuredPart): Problem[] {
    const lost = ofWhole?.lostSeeds ?? [];
    return lost.length === 0 ? [] : [lostSeedsProblem(this.#document, part, lost)];
  }

  term(part: QueryPart, { count, redundant, sparse }: MeasuredPart): Problem[] {
    if (part.kind !== 'leaf' || part.node === undefined || part.node.kind === 'reference' || sparse)
      return [];
    const { node } = part;
    const name = (node.kind === 'term' ? printTerm(node) : printRange(node)).slice(0, LONGEST_NAME);
    if (count === 0)
      return [
        {
          rule: 'finds-nothing',
          severity: 'information',
          message: `${name} finds nothing in ${this.#library}. Check its spelling and field; PubMed may have records of it.`,
          range: node.range,
        },
      ];
    if (!redundant || node.kind !== 'term') return [];
    const found = count === 1 ? 'the 1 record' : `all ${formatCount(count ?? 0)} records`;
    return [
      {
        rule: 'adds-nothing',
        severity: 'hint',
        message: `The other terms of this block find ${found} that ${name} finds in ${this.#library}. In PubMed it may add some.`,
        range: node.range,
        ...this.#removal(part, name),
      },
    ];
  }

  #removal(part: QueryPart, name: string): Pick<Problem, 'fixes'> {
    if (part.kind !== 'leaf') return {};
    this.#leaves ??= new Map(factsOf(this.#query).leaves.map((one) => [one.term, one]));
    const leaf = part.node?.kind === 'term' ? this.#leaves.get(part.node) : undefined;
    const block = this.#parts[part.parent];
    // The first operand goes with the operator behind it.
    const isFirst = block?.kind === 'block' && this.#parts[block.children[0] ?? -1] === part;
    const edits = leaf === undefined ? undefined : removalOf(this.#query, leaf, isFirst);
    const fixes: Fix[] = edits === undefined ? [] : [fix(`Remove ${name}`, false, ...edits)];
    return fixes.length === 0 ? {} : { fixes };
  }
}

/** Rules that say by the text alone that a term is not needed. */
const NOT_NEEDED = new Set([
  ...['redundant-term', 'contained-phrase', 'redundant-hyphen', 'redundant-heading'],
  ...['duplicate-term', 'duplicate-across-lines'],
]);

/** `measured` without what `others` say already, and say better: why a term adds or finds nothing. */
export function withoutTold(measured: readonly Problem[], others: readonly Problem[]): readonly Problem[] {
  if (measured.length === 0) return measured;
  const notNeeded = new Set<number>();
  const wrong = new Set<number>();
  for (const { rule, severity, range } of others) {
    if (NOT_NEEDED.has(rule)) notNeeded.add(range.start);
    if (severity === 'error' || severity === 'warning') wrong.add(range.start);
  }
  return measured.filter(({ rule, range }) => {
    if (rule === 'adds-nothing') return !notNeeded.has(range.start);
    return rule !== 'finds-nothing' || !wrong.has(range.start);
  });
}
