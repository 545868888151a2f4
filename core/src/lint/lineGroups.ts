import { nodesOf } from '../pubmed/index.ts';
import type { ParsedQuery } from '../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import { TextMemory } from '../text/index.ts';
import { keyOf } from './blocks.ts';
import { blocksIn } from './facts.ts';

/** A term of a line; offsets count from the start of the line's query. */
interface LineTerm {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** What the other lines need to know of a line. */
interface Summary {
  /** Every use of another line. */
  readonly uses: readonly string[];
  /** Lines that are ORed with each other; in the first list with this whole line, too. */
  readonly ored: readonly (readonly string[])[];
  /** The terms when the whole line is one OR group, or else none. */
  readonly terms: readonly LineTerm[];
}

/** Lines whose terms PubMed ORs with each other. */
export interface LineGroup {
  readonly lines: readonly { readonly line: StrategyLine; readonly terms: readonly LineTerm[] }[];
}

/** The groups of two or more lines of a strategy. */
export interface LineGroups {
  /** Of lines that are used once: what stands in two of them is ORed for certain. */
  readonly exact: readonly LineGroup[];
  /** Of all lines: two of them may be ORed in one place and stand apart in another. */
  readonly loose: readonly LineGroup[];
}

const remembered = new TextMemory<Summary>(1_000_000);

function summaryOf(query: ParsedQuery): Summary {
  const known = remembered.get(query.text);
  if (known !== undefined) return known;
  const ored: string[][] = [[]];
  const terms: LineTerm[] = [];
  for (const { leaves, references, isWhole } of blocksIn(query)) {
    const labels = references.map(({ label }) => label);
    if (isWhole) {
      ored[0] = labels;
      for (const { term } of leaves) {
        const { start, end } = term.range;
        const key = keyOf(term);
        terms.push({ key, start: start - query.offset, end: end - query.offset });
      }
    } else if (labels.length > 1) ored.push(labels);
  }
  const uses: string[] = [];
  for (const node of nodesOf(query.root)) if (node.kind === 'reference') uses.push(node.label);
  const summary = { uses, ored, terms };
  remembered.set(query.text, summary);
  return summary;
}

/** Disjoint sets of labels. */
class Sets {
  readonly #parents = new Map<string, string>();

  find(label: string): string {
    let root = label;
    for (let up = this.#parents.get(root); up !== undefined; up = this.#parents.get(root)) root = up;
    for (let at = label; at !== root;) {
      const next = this.#parents.get(at) ?? root;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }

  join(a: string, b: string): void {
    const [from, to] = [this.find(b), this.find(a)];
    if (from !== to) this.#parents.set(from, to);
  }
}

const known = new WeakMap<StrategyDocument, LineGroups>();

/** Which lines of a strategy are ORed with each other. Linear in the strategy, and quick for lines that have not changed. */
export function lineGroupsOf(document: StrategyDocument): LineGroups {
  let groups = known.get(document);
  if (groups === undefined) known.set(document, (groups = group(document)));
  return groups;
}

function group(document: StrategyDocument): LineGroups {
  const summaries = document.lines.map((line) => ({ line, summary: summaryOf(line.query) }));
  const uses = new Map<string, number>();
  for (const { summary } of summaries)
    for (const label of summary.uses) uses.set(label, (uses.get(label) ?? 0) + 1);
  const exact = new Sets();
  const loose = new Sets();
  for (const { line, summary } of summaries) {
    summary.ored.forEach((labels, index) => {
      const own = index === 0 ? line.label : undefined;
      const first = own ?? labels[0];
      for (const label of labels) if (first !== undefined) loose.join(first, label);
      const once = labels.filter((label) => uses.get(label) === 1);
      const firstOnce = own ?? once[0];
      for (const label of once) if (firstOnce !== undefined) exact.join(firstOnce, label);
    });
  }
  const collected = (sets: Sets): readonly LineGroup[] => {
    const byRoot = new Map<string, { line: StrategyLine; terms: readonly LineTerm[] }[]>();
    for (const { line, summary } of summaries) {
      if (summary.terms.length === 0) continue;
      const root = sets.find(line.label);
      const member = { line, terms: summary.terms };
      const members = byRoot.get(root);
      if (members === undefined) byRoot.set(root, [member]);
      else members.push(member);
    }
    return [...byRoot.values()].filter(({ length }) => length > 1).map((lines) => ({ lines }));
  };
  return { exact: collected(exact), loose: collected(loose) };
}
