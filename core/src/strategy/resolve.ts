import { nodesOf, parseQuery, queryKey } from '../pubmed/index.ts';
import type { QueryNode, ResolvedQuery } from '../pubmed/index.ts';
import type { StrategyDocument } from './document.ts';
import { labelOf } from './references.ts';

/** Why a query cannot be searched, in a sentence for people. */
export interface Unresolvable {
  readonly problem: string;
}

type Resolution = ResolvedQuery | Unresolvable;

/** Resolutions of a document's lines; documents are immutable, so nothing ever has to be forgotten. */
const resolutions = new WeakMap<StrategyDocument, Map<string, Resolution>>();

/** Whether a resolution failed. */
export function isUnresolvable(resolution: ResolvedQuery | Unresolvable): resolution is Unresolvable {
  return 'problem' in resolution;
}

/**
 * The query of line `label` with its references resolved to shared nodes. Memoised per document; linear in the size of the
 * document however often lines are used. Missing and cyclic references and empty lines give a problem in words.
 */
export function resolveLine(document: StrategyDocument, label: string): ResolvedQuery | Unresolvable {
  const known = resolutions.get(document) ?? new Map<string, Resolution>();
  resolutions.set(document, known);
  const start = labelOf(label);
  // A stack of our own: thousands of lines that each use the one before would exhaust the real one.
  const work = [start];
  const entered = new Set<string>();
  for (let at = work.at(-1); at !== undefined; at = work.at(-1)) {
    if (known.has(at)) {
      work.pop();
      continue;
    }
    const open = entered.has(at) ? [] : dependencies(document, at).filter((to) => !known.has(to));
    entered.add(at);
    // An entered label among the dependencies is a cycle, which resolveOne reports; it is not entered twice.
    const next = open.filter((to) => !entered.has(to));
    for (const to of next) work.push(to);
    if (next.length === 0) {
      known.set(at, resolveOne(document, at, known));
      work.pop();
    }
  }
  return known.get(start) ?? { problem: `There is no line #${start}.` };
}

/** The strategy itself: its root line. */
export function resolveStrategy(document: StrategyDocument): ResolvedQuery | Unresolvable {
  return document.root
    ? resolveLine(document, document.root.label)
    : { problem: 'The document holds no query yet.' };
}

/** A query on its own, without a document around it: line references are a problem. */
export function resolveText(query: string): ResolvedQuery | Unresolvable {
  const { root } = parseQuery(query);
  if (!root) return { problem: 'The query holds nothing to search for.' };
  const [reference] = referencesIn(root);
  if (reference !== undefined)
    return {
      problem: `The query refers to line #${reference}, but there are no lines here. Write the line out.`,
    };
  return { root, references: new Map(), key: queryKey(root, new Map()) };
}

function dependencies(document: StrategyDocument, label: string): readonly string[] {
  const root = document.cyclic.has(label) ? undefined : document.line(label)?.query.root;
  return root ? referencesIn(root) : [];
}

function resolveOne(
  document: StrategyDocument,
  label: string,
  known: ReadonlyMap<string, Resolution>,
): Resolution {
  const line = document.line(label);
  if (!line) return { problem: `There is no line #${label}.` };
  if (document.cyclic.has(label))
    return { problem: `Line #${label} refers to itself, directly or through other lines.` };
  const { root } = line.query;
  if (!root) return { problem: `Line #${label} holds nothing to search for.` };
  const references = new Map<string, ResolvedQuery>();
  for (const to of referencesIn(root)) {
    if (!document.line(to)) return { problem: `Line #${label} refers to line #${to}, which does not exist.` };
    const target = known.get(to) ?? { problem: `Line #${to} refers to itself.` };
    if (isUnresolvable(target)) return target;
    references.set(to, target);
  }
  return { root, references, key: queryKey(root, references) };
}

/** Labels that `root` refers to, each once, in order of appearance. */
function referencesIn(root: QueryNode): string[] {
  const labels = new Set<string>();
  for (const node of nodesOf(root)) if (node.kind === 'reference') labels.add(node.label);
  return [...labels];
}
