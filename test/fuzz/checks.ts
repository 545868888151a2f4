import * as features from '@querent/core/features';
import { judgeStrategy, lintQuery } from '@querent/core/lint';
import { parseQuery, printQuery } from '@querent/core/pubmed';
import type { QueryNode } from '@querent/core/pubmed';
import { isUnresolvable, parseStrategy, printResolved, resolveStrategy } from '@querent/core/strategy';
import type { StrategyDocument } from '@querent/core/strategy';
import { contains } from '@querent/core/text';
import type { Problem, Range, TextEdit } from '@querent/core/text';
import { checkCompletion, checkLinks, checkRefactorings } from './editing.ts';
import { checkExpressions, checkMapping, checkOvid, checkSearchFiles, checkTrials } from './languages.ts';
import { applied, assert, inside, short } from './promises.ts';
import type { Check, Setting } from './promises.ts';
import { Random } from './random.ts';

/** Places of a text at which features are asked. */
const PLACES = 6;
/** Fixes of one text that are tried; each costs two judgements. */
const FIXES = 6;
/** So many problems of one kind may be cut off at a maximum. */
const MANY = 150;

/** Every promise about any text. */
export const checks: readonly Check[] = [
  { name: 'tokens cover the text, nodes lie within their parents', run: checkTree },
  { name: 'printing is a fixed point', run: checkPrinting },
  { name: 'problems lie within the text', run: checkProblems },
  { name: 'formatting is idempotent and keeps the meaning', run: checkFormatting },
  { name: 'features answer', run: checkFeatures },
  { name: 'completion answers with edits of the place', run: checkCompletion },
  { name: 'links lie within the text', run: checkLinks },
  { name: 'refactorings apply and break nothing', run: checkRefactorings },
  { name: 'term mapping answers', run: checkMapping },
  { name: 'Ovid strategies convert to what parses', run: checkOvid },
  { name: 'ClinicalTrials.gov expressions are read whole', run: checkExpressions },
  { name: 'trial searches are judged, formatted and completed', run: checkTrials },
  { name: 'search files come back as they went', run: checkSearchFiles },
  { name: 'fixes apply, remove their problem and break nothing', run: checkFixes },
];

function checkTree(text: string): void {
  const { tokens, root, problems } = parseQuery(text);
  let at = 0;
  for (const { start, end, kind } of tokens) {
    assert(start === at && end > start, () => `${kind} token ${start}-${end} does not follow ${at}`);
    at = end;
  }
  assert(at === text.length, () => `tokens end at ${at} of ${text.length}`);
  for (const { range, rule } of problems) inside(range, text, rule);
  if (root !== undefined) checkNode(root, { start: 0, end: text.length });
  const document = parseStrategy(text);
  let end = 0;
  for (const line of document.lines) {
    inside(line.range, text, `line ${line.label}`);
    assert(line.range.start >= end, () => `line ${line.label} overlaps the one before`);
    assert(contains(line.range, line.queryRange), () => `the query of line ${line.label} leaves its line`);
    end = line.range.end;
    if (line.query.root !== undefined) checkNode(line.query.root, line.queryRange);
  }
  for (const { range } of document.comments) inside(range, text, 'comment');
}

function checkNode(root: QueryNode, whole: Range): void {
  const open: { node: QueryNode; within: Range }[] = [{ node: root, within: whole }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, within } = next;
    const { start, end } = node.range;
    assert(
      start <= end && contains(within, node.range),
      () => `${node.kind} ${start}-${end} leaves its parent ${within.start}-${within.end}`,
    );
    if (node.kind === 'chain') {
      assert(node.operands.length === node.operators.length + 1, () => 'a chain has not one operator fewer');
      let before = start;
      for (const operand of node.operands) {
        assert(operand.range.start >= before, () => 'operands overlap');
        before = operand.range.end;
        open.push({ node: operand, within: node.range });
      }
    } else if (node.kind === 'group' && node.inner !== undefined)
      open.push({ node: node.inner, within: node.range });
  }
}

function checkPrinting(text: string): void {
  const { root } = parseQuery(text);
  if (root === undefined) return;
  const printed = printQuery(root);
  const again = parseQuery(printed).root;
  const twice = again === undefined ? '' : printQuery(again);
  assert(twice === printed, () => `printed as ${short(printed)}, and that as ${short(twice)}`);
}

function checkProblems(text: string, { thesaurus }: Setting): void {
  lintQuery(parseQuery(text), { thesaurus });
  for (const problem of judgeStrategy(parseStrategy(text), { thesaurus })) {
    inside(problem.range, text, problem.rule);
    assert(problem.message.trim() !== '', () => `${problem.rule} has no message`);
    for (const { edits, title } of problem.fixes ?? []) applied(text, edits, `${problem.rule}: ${title}`);
  }
}

function checkFormatting(text: string): void {
  const document = parseStrategy(text);
  const formatted = applied(text, features.formatting(document), 'formatting');
  const after = parseStrategy(formatted);
  const again = features.formatting(after);
  assert(
    again.length === 0,
    () => `formatting ${short(formatted)} again changes ${JSON.stringify(again[0])}`,
  );
  const [one, two] = [meaning(document), meaning(after)];
  assert(one === two, () => `formatting changes the meaning from ${short(one)} to ${short(two)}`);
}

/** What a document searches for, or why it cannot be searched. */
function meaning(document: StrategyDocument): string {
  const resolved = resolveStrategy(document);
  return isUnresolvable(resolved) ? resolved.problem : resolved.key;
}

const commands = { rewrite: 'rewrite', showRecords: 'records', measure: 'measure' };

function checkFeatures(text: string, { thesaurus, seed }: Setting): void {
  const document = parseStrategy(text);
  const problems = features.collectProblems(document);
  let end = 0;
  for (const token of features.semanticTokens(document)) {
    inside(token, text, token.type);
    assert(token.start >= end, () => `semantic tokens overlap at ${token.start}`);
    end = token.end;
  }
  for (const fold of features.foldingRanges(document)) inside(fold, text, 'fold');
  for (const symbol of features.documentSymbols(document)) inside(symbol.range, text, symbol.name);
  const resolved = resolveStrategy(document);
  if (!isUnresolvable(resolved)) orTooLong(() => printResolved(resolved));
  const random = new Random(seed);
  for (let i = 0; i < PLACES; i++) {
    const at = i === 0 ? text.length : random.below(text.length + 1);
    const to = Math.min(text.length, at + random.below(40));
    const hover = features.hover(document, at, { thesaurus });
    if (hover !== undefined) inside(hover.range, text, 'hover');
    let inner: Range | undefined;
    for (const range of features.selectionRanges(document, at)) {
      inside(range, text, 'selection');
      const before = inner;
      assert(before === undefined || contains(range, before), () => 'selection ranges are not nested');
      inner = range;
    }
    features.definition(document, at);
    for (const range of features.references(document, at, true)) inside(range, text, 'reference');
    for (const { range } of features.documentHighlights(document, at)) inside(range, text, 'highlight');
    features.prepareRename(document, at);
    const renamed = features.rename(document, at, '7');
    if (!('problem' in renamed)) applied(text, renamed, 'rename');
    for (const action of features.codeActions(document, { start: at, end: to }, problems, commands))
      if (action.edits !== undefined) applied(text, action.edits, action.title);
  }
}

function checkFixes(text: string, { thesaurus, seed }: Setting): void {
  const document = parseStrategy(text);
  const problems = judgeStrategy(document, { thesaurus });
  const fixable = problems.flatMap((problem) => (problem.fixes ?? []).map((fix) => ({ problem, fix })));
  const random = new Random(seed);
  const hadErrors = problems.some(isError);
  for (let i = 0; i < Math.min(FIXES, fixable.length); i++) {
    const { problem, fix } = random.pick(fixable);
    const after = applied(text, fix.edits, fix.title);
    const left = judgeStrategy(parseStrategy(after), { thesaurus });
    const what = `${problem.rule} (${fix.title}) on ${short(text.slice(problem.range.start, problem.range.end))}`;
    assert(after !== text, () => `${what}: the fix changes nothing`);
    const same = left.filter(({ rule }) => rule === problem.rule);
    const before = problems.filter(({ rule }) => rule === problem.rule).length;
    const place = moved(problem.range, fix.edits);
    // One fewer of its kind, or none where it was. Long lists end at a maximum, behind which the next ones move up.
    assert(
      same.length < before || before >= MANY || !same.some(({ range }) => meets(range, place)),
      () => `${what}: the problem is still there`,
    );
    const error = left.find(isError);
    assert(hadErrors || error === undefined, () => `${what}: now there is ${error?.rule}: ${error?.message}`);
  }
}

/** Where `range` is after `edits`, from the start of what replaced its first part to the end of what replaced its last. */
function moved({ start, end }: Range, edits: readonly TextEdit[]): Range {
  let [from, to] = [start, end];
  for (const { range, newText } of edits) {
    const by = newText.length - (range.end - range.start);
    if (range.end <= start) from += by;
    else if (range.start < start) from += range.start - start;
    if (range.start <= end) to += by;
  }
  return { start: Math.min(from, to), end: Math.max(from, to) };
}

function meets(a: Range, b: Range): boolean {
  return a.start <= b.end && b.start <= a.end;
}

function isError({ severity }: Problem): boolean {
  return severity === 'error';
}

/** A strategy that is too long when written out is refused with an error of its own. */
function orTooLong(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'QueryTooLongError') throw error;
  }
}
