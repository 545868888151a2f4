import type { ChainNode, QueryNode, ReferenceNode } from '../../pubmed/index.ts';
import { nodesOf } from '../../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../../strategy/index.ts';
import { referencesOf } from '../../strategy/index.ts';
import type { TextEdit } from '../../text/index.ts';
import { lineNameAt } from '../lineNames.ts';
import { physicalEnd, physicalStart } from '../locate.ts';
import { isNumbered, relabel } from './labels.ts';
import { isWritten, pathTo, replace, slice, spaced } from './parts.ts';
import type { Place, Refactoring, Refusal } from './refactoring.ts';

/** Writes the query of a line in the place of one reference to it; the line stays. */
export const inlineReference = {
  id: 'inlineReference',
  kind: 'refactor.inline',
  promise: 'strategy',
  hint: 'Put the cursor on a reference to another line, such as #3.',
  find({ document, selection, line }: Place) {
    const name = lineNameAt(document, selection.start);
    if (!line || !name || name.isDeclaration) return [];
    const target = targetOf(document, name.label);
    if ('problem' in target) return target;
    const node = [...nodesOf(line.query.root)].find(
      (one): one is ReferenceNode => one.kind === 'reference' && one.range.start === name.range.start,
    );
    if (!node) return [];
    if (wouldBeRoot(document, target))
      return {
        problem: `Line #${target.label} would be the last line that nothing uses, and so count as the strategy. Write it out everywhere and remove it instead.`,
      };
    const edit = replace(node.range, written(document, line, node, target, false));
    return [{ title: `Write line #${name.label} out here`, edits: [edit] }];
  },
} satisfies Refactoring;

/** Writes the query of a line in the place of every reference to it, and removes the line. */
export const inlineEverywhere = {
  id: 'inlineEverywhere',
  kind: 'refactor.inline',
  promise: 'strategy',
  hint: 'Put the cursor on the number of a line, or on a reference to it.',
  find({ document, selection }: Place) {
    const name = lineNameAt(document, selection.start);
    if (!name) return [];
    const target = targetOf(document, name.label);
    if ('problem' in target) return target;
    if (isNumbered(document) && document.lines.some(({ numbered }) => !numbered))
      return {
        problem:
          'A line has no number of its own, or one that another line has too. Renumber the lines first.',
      };
    const edits: TextEdit[] = [];
    let uses = 0;
    for (const line of document.lines) {
      if (!referencesOf(line).some(({ label }) => label === target.label)) continue;
      for (const node of nodesOf(line.query.root)) {
        if (node.kind !== 'reference' || node.label !== target.label) continue;
        // Comments go with the first copy, since their line goes.
        edits.push(replace(node.range, written(document, line, node, target, uses === 0)));
        uses++;
      }
    }
    if (uses === 0)
      return { problem: `No line refers to #${target.label}, so it cannot be written out anywhere.` };
    const labels = labelsWithout(document, target);
    if (!isNumbered(document))
      for (const edit of relabel(document, labels))
        if (edit.range.end > edit.range.start && !edits.some(({ range }) => range.start === edit.range.start))
          edits.push(edit);
    const removal = removalOf(document, target);
    return [
      {
        title: `Write line #${target.label} out everywhere (${uses === 1 ? 'once' : `${uses} times`}) and remove it`,
        // References within the line that goes, go with it.
        edits: [
          ...edits.filter(
            ({ range }) => range.end <= removal.range.start || range.start >= removal.range.end,
          ),
          removal,
        ],
        labels,
      },
    ];
  },
} satisfies Refactoring;

/** The line that a name leads to, when it can be written out. */
function targetOf(document: StrategyDocument, label: string): StrategyLine | Refusal {
  const target = document.line(label);
  if (!target) return { problem: `There is no line #${label}.` };
  if (document.cyclic.has(target.label))
    return { problem: `Line #${label} refers to itself, directly or through other lines.` };
  if (target.query.root === undefined) return { problem: `Line #${label} holds no query to write out.` };
  if (target.query.problems.some(({ severity }) => severity === 'error'))
    return { problem: `Line #${label} has errors. Correct them before it is written out elsewhere.` };
  if (document.lines.some((line) => line.label === label && line !== target))
    return { problem: 'Renumber the lines first.' };
  return target;
}

/** Whether a line that loses one reference would be taken for the strategy: the last line that no other refers to. */
function wouldBeRoot(document: StrategyDocument, target: StrategyLine): boolean {
  const uses = document.lines.flatMap((line) =>
    line === target ? [] : referencesOf(line).filter(({ label }) => label === target.label),
  );
  const { root } = document;
  return uses.length === 1 && root !== undefined && root.range.start < target.range.start;
}

/** Labels afterwards of the lines that stay: without written numbers the lines behind it count one less. */
function labelsWithout(document: StrategyDocument, target: StrategyLine): Map<string, string> {
  const shift = isNumbered(document) ? 0 : 1;
  const labels = new Map<string, string>();
  let passed = false;
  for (const { label } of document.lines) {
    if (label === target.label) passed = true;
    else labels.set(label, String(Number(label) - (passed ? shift : 0)));
  }
  return labels;
}

/** Removes a line; a comment behind its query stays as a line of its own. */
function removalOf({ text }: StrategyDocument, { range }: StrategyLine): TextEdit {
  const lineEnd = physicalEnd(text, range.end);
  const behind = text.slice(range.end, lineEnd);
  if (behind.trim() !== '')
    return replace({ start: range.start, end: range.end + (behind.length - behind.trimStart().length) }, '');
  const start = physicalStart(text, range.start);
  if (text.slice(start, range.start).trim() !== '') return replace({ start: range.start, end: lineEnd }, '');
  const breakLength = text.startsWith('\r\n', lineEnd) ? 2 : lineEnd < text.length ? 1 : 0;
  return replace({ start, end: lineEnd + breakLength }, '');
}

/** What stands in the place of a reference. */
function written(
  document: StrategyDocument,
  line: StrategyLine,
  node: ReferenceNode,
  target: StrategyLine,
  keepComments: boolean,
): string {
  const root = target.query.root;
  if (root === undefined) return slice(document, node.range);
  const path = pathTo(line, node.range);
  const parent = path.at(-2);
  const text = slice(document, target.queryRange);
  const hasComments = target.query.tokens.some(({ kind }) => kind === 'comment');
  const copy = hasComments && !keepComments ? withoutComments(target) : text;
  const chain = parent?.kind === 'chain' ? parent : undefined;
  return spaced(document, node.range, needsParentheses(document, root, chain, node) ? `(${copy})` : copy);
}

/** The query on one line, without its comments. */
function withoutComments({ query }: StrategyLine): string {
  const parts = query.tokens.map(({ kind, start, end }) =>
    kind === 'comment' ? ' ' : query.text.slice(start - query.offset, end - query.offset),
  );
  return parts
    .join('')
    .replace(/[^\S\r\n]*[\r\n]\s*/g, ' ')
    .trim();
}

function needsParentheses(
  document: StrategyDocument,
  root: QueryNode,
  chain: ChainNode | undefined,
  node: ReferenceNode,
): boolean {
  if (root.kind === 'group' && root.tag === undefined && isWritten(document, root)) return false;
  if (chain === undefined) return false;
  const index = chain.operands.indexOf(node);
  const beside = [chain.operators[index - 1], chain.operators[index]];
  if (beside.some((one) => one?.implicit === true)) return true;
  if (root.kind === 'term' || root.kind === 'range' || root.kind === 'reference') return false;
  if (root.kind !== 'chain') return true;
  const all = [...chain.operators, ...root.operators];
  const [first] = all;
  return (
    first === undefined ||
    first.operator === 'NOT' ||
    all.some(({ operator, implicit }) => operator !== first.operator || implicit)
  );
}
