import type { Problem } from '../text/index.ts';
import type { StrategyLine } from './document.ts';
import { savedReferencesOf } from './savedReferences.ts';
import type { LineReference } from './savedReferences.ts';

/** The line references of `line`, in order; those in phrases and comments are none. */
export function referencesOf(line: StrategyLine): readonly LineReference[] {
  const { text, offset } = line.query;
  const saved = savedReferencesOf(line.query);
  if (saved !== undefined) return saved;
  // Asked for every line with every key; most lines refer to none.
  if (!text.includes('#')) return [];
  return line.query.tokens
    .filter((token) => token.kind === 'reference')
    .map(({ start, end }) => ({
      label: labelOf(text.slice(start - offset, end - offset)),
      start,
      end,
      renamed: withNumberSign,
    }));
}

const withNumberSign = (digits: string): string => `#${digits}`;

/** `3` for `#3` and `#03`. */
export function labelOf(reference: string): string {
  return reference.replace(/^#/, '').replace(/^0+(?=\d)/, '');
}

interface Graph {
  readonly lines: ReadonlyMap<string, StrategyLine>;
  readonly references: ReadonlyMap<string, readonly LineReference[]>;
}

/** How many steps the search for the shortest cycle may take in all; beyond it cycles are named without their path. */
const PATH_BUDGET = 200_000;

/** Checks the references of all lines: missing lines, cycles, and lines that nothing uses. */
export function checkReferences(lines: readonly StrategyLine[]): {
  cyclic: ReadonlySet<string>;
  root: StrategyLine | undefined;
  problems: Problem[];
} {
  const graph: Graph = {
    lines: new Map(lines.map((line) => [line.label, line])),
    references: new Map(lines.map((line) => [line.label, referencesOf(line)])),
  };
  const components = cyclicComponents(graph);
  const root = rootOf(lines, graph, components);
  return {
    cyclic: new Set(components.keys()),
    root,
    problems: [
      ...missing(lines, graph),
      ...cycles(lines, graph, components),
      ...unused(lines, graph, components, root),
    ],
  };
}

/** The last line that no other line refers to; in a document of cycles only, the last line. */
function rootOf(
  lines: readonly StrategyLine[],
  { references }: Graph,
  components: ReadonlyMap<string, number>,
): StrategyLine | undefined {
  const used = new Set<string>();
  for (const [label, found] of references) for (const to of found) if (to.label !== label) used.add(to.label);
  return lines.findLast((line) => !used.has(line.label)) ?? (components.size > 0 ? lines.at(-1) : undefined);
}

const CLIPBOARD =
  "#0 is PubMed's Clipboard, which is emptied after eight hours and which nobody else has, so the search cannot be repeated. Save the records, or list their PMIDs.";

function missing(lines: readonly StrategyLine[], graph: Graph): Problem[] {
  const labels = lines.map((line) => `#${line.label}`);
  const all =
    labels.length > 8 ? `${labels.slice(0, 3).join(', ')} … ${labels.at(-1) ?? ''}` : labels.join(', ');
  return lines.flatMap((line) =>
    (graph.references.get(line.label) ?? [])
      .filter((reference) => !graph.lines.has(reference.label))
      .map(({ label, start, end }): Problem => ({
        rule: 'missing-reference',
        // The Clipboard is there in the browser of the person who filled it, for eight hours.
        severity: label === '0' ? 'warning' : 'error',
        message:
          label === '0'
            ? CLIPBOARD
            : `There is no line #${label}, so line #${line.label} cannot be searched. Lines of this document: ${all}.`,
        range: { start, end },
      })),
  );
}

function cycles(
  lines: readonly StrategyLine[],
  graph: Graph,
  components: ReadonlyMap<string, number>,
): Problem[] {
  const problems: Problem[] = [];
  const budget = { left: PATH_BUDGET };
  for (const line of lines) {
    const component = components.get(line.label);
    if (component === undefined) continue;
    for (const { label, start, end } of graph.references.get(line.label) ?? []) {
      if (components.get(label) !== component) continue;
      const path =
        label === line.label ? [label] : shortestPath(graph, components, label, line.label, budget);
      const shown = path === undefined ? '' : `: ${shorten([line.label, ...path]).join(' -> ')}`;
      problems.push({
        rule: 'cyclic-reference',
        severity: 'error',
        message:
          label === line.label
            ? `Line #${label} refers to itself, so it cannot be searched. Refer to another line.`
            : `Line #${line.label} refers to itself through other lines${shown}. Change one of these references.`,
        range: { start, end },
      });
    }
  }
  return problems;
}

function shorten(labels: readonly string[]): string[] {
  const shown = labels.map((label) => `#${label}`);
  return shown.length > 12 ? [...shown.slice(0, 6), '…', ...shown.slice(-5)] : shown;
}

function shortestPath(
  graph: Graph,
  components: ReadonlyMap<string, number>,
  from: string,
  to: string,
  budget: { left: number },
): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  const queue = [from];
  for (const label of queue) {
    if (label === to) {
      const path: string[] = [];
      for (let at: string | undefined = to; at !== undefined; at = cameFrom.get(at)) path.push(at);
      return path.reverse();
    }
    for (const next of graph.references.get(label) ?? []) {
      if (--budget.left < 0) return undefined;
      if (components.get(next.label) !== components.get(from) || cameFrom.has(next.label)) continue;
      cameFrom.set(next.label, label);
      queue.push(next.label);
    }
  }
  return undefined;
}

function unused(
  lines: readonly StrategyLine[],
  graph: Graph,
  components: ReadonlyMap<string, number>,
  root: StrategyLine | undefined,
): Problem[] {
  const rootReferences = root ? (graph.references.get(root.label) ?? []) : [];
  // A root that combines nothing means a list of independent queries, where nothing is unused.
  if (!root || rootReferences.length === 0 || components.has(root.label)) return [];
  const reached = new Set([root.label]);
  for (const label of reached) for (const { label: to } of graph.references.get(label) ?? []) reached.add(to);
  return lines
    .filter((line) => !reached.has(line.label) && line.queryRange.end > line.queryRange.start)
    .map((line) => ({
      rule: 'unused-line',
      severity: 'hint',
      message: `Line #${line.label} is not part of the strategy: #${root.label}, the last line that no other line uses, does not reach it.`,
      range: line.labelRange.end > line.labelRange.start ? line.labelRange : line.queryRange,
    }));
}

/** Labels on a cycle, each with the number of its strongly connected component (Tarjan 1972, without recursion). */
function cyclicComponents({ lines, references }: Graph): Map<string, number> {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const result = new Map<string, number>();
  let counter = 0;
  let components = 0;
  const enter = (label: string): { label: string; next: number } => {
    index.set(label, counter);
    low.set(label, counter++);
    stack.push(label);
    onStack.add(label);
    return { label, next: 0 };
  };
  const lower = (label: string, value: number | undefined): void => {
    low.set(label, Math.min(low.get(label) ?? Infinity, value ?? Infinity));
  };
  const leave = (label: string): void => {
    if (low.get(label) !== index.get(label)) return;
    const members: string[] = [];
    for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
      onStack.delete(member);
      members.push(member);
      if (member === label) break;
    }
    const loops = members.length > 1 || references.get(label)?.some((reference) => reference.label === label);
    if (loops) for (const member of members) result.set(member, components);
    components++;
  };
  for (const start of lines.keys()) {
    if (index.has(start)) continue;
    const work = [enter(start)];
    for (let frame = work.at(-1); frame; frame = work.at(-1)) {
      const next = references.get(frame.label)?.[frame.next++]?.label;
      if (next === undefined) {
        work.pop();
        leave(frame.label);
        const parent = work.at(-1);
        if (parent) lower(parent.label, low.get(frame.label));
      } else if (!lines.has(next)) continue;
      else if (!index.has(next)) work.push(enter(next));
      else if (onStack.has(next)) lower(frame.label, index.get(next));
    }
  }
  return result;
}
