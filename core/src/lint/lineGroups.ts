import { nodesOf } from '../pubmed/index.ts';
import type { ParsedQuery } from '../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import { keyOf } from './blocks.ts';
import { blocksIn } from './facts.ts';
import { notesIn } from './memory.ts';

/** A term of a line; offsets count from the start of the line's query. */
interface LineTerm {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** What the other lines need to know of a line. */
export interface LineSummary {
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

function summaryOf(query: ParsedQuery): LineSummary {
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
  return { uses, ored, terms };
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

interface Member {
  readonly line: StrategyLine;
  readonly summary: LineSummary;
}

/** What the lines of a strategy say to each other, which is worked out again only for a line that has changed. */
function membersOf(document: StrategyDocument): readonly Member[] {
  const notes = notesIn(document);
  return document.lines.map((line, index) => {
    const note = notes[index];
    const summary = note?.summary ?? summaryOf(line.query);
    if (note !== undefined) note.summary = summary;
    return { line, summary };
  });
}

/** Groups of two or more lines that are used once: what stands in two of them is ORed for certain. Linear in the strategy. */
export function exactLineGroups(document: StrategyDocument): readonly LineGroup[] {
  const members = membersOf(document);
  const uses = new Map<string, number>();
  for (const { summary } of members)
    for (const label of summary.uses) uses.set(label, (uses.get(label) ?? 0) + 1);
  return grouped(members, (label) => uses.get(label) === 1);
}

/** Groups of two or more lines, however often they are used: two of them may be ORed in one place and stand apart in another. */
export function looseLineGroups(document: StrategyDocument): readonly LineGroup[] {
  return grouped(membersOf(document), () => true);
}

function grouped(members: readonly Member[], isJoined: (label: string) => boolean): readonly LineGroup[] {
  const sets = new Sets();
  for (const { line, summary } of members) {
    for (const [index, labels] of summary.ored.entries()) {
      let first = index === 0 ? line.label : undefined;
      for (const label of labels) {
        if (!isJoined(label)) continue;
        first ??= label;
        sets.join(first, label);
      }
    }
  }
  const byRoot = new Map<string, { line: StrategyLine; terms: readonly LineTerm[] }[]>();
  for (const { line, summary } of members) {
    if (summary.terms.length === 0) continue;
    const root = sets.find(line.label);
    const member = { line, terms: summary.terms };
    const group = byRoot.get(root);
    if (group === undefined) byRoot.set(root, [member]);
    else group.push(member);
  }
  return [...byRoot.values()].filter(({ length }) => length > 1).map((lines) => ({ lines }));
}
