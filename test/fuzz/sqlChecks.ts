import * as features from '@querent/core/features';
import { judgeSql } from '@querent/core/lint';
import { meaningful, parseSqlDocument } from '@querent/core/sql';
import type { SqlDocument } from '@querent/core/sql';
import { readDdl, tablesOf } from '@querent/core/sqlSchema';
import type { SqlSchema } from '@querent/core/sqlSchema';
import { contains } from '@querent/core/text';
import type { Range } from '@querent/core/text';
import { applied, assert, inside, short } from './promises.ts';
import type { Check, Setting } from './promises.ts';
import { Random } from './random.ts';

/** Places of a text at which features are asked. */
const PLACES = 5;

/** Tables of the samples, and names that need quotes. */
const schema: SqlSchema = readDdl(`
CREATE TABLE review (id INTEGER PRIMARY KEY, title TEXT NOT NULL, started TEXT);
CREATE TABLE record (id INTEGER PRIMARY KEY, review_id INTEGER REFERENCES review (id), title TEXT, journal TEXT, year INT);
CREATE TABLE reviewer (id INTEGER PRIMARY KEY, name TEXT, joined TEXT);
CREATE TABLE decision (record_id INT REFERENCES record (id), reviewer_id INT REFERENCES reviewer (id), stage TEXT, verdict TEXT);
CREATE TABLE "order details" (id INT, "unit price" REAL, "group" TEXT, "a""b" TEXT);
CREATE VIEW included_record AS SELECT record_id AS id, 1 AS review_id FROM decision WHERE verdict = 'include';`);

/** Every promise about any text of SQL. */
export const sqlChecks: readonly Check[] = [
  { name: 'SQL: tokens cover the text, statements and comments lie in it', run: checkDocument },
  { name: 'SQL: problems lie within the text, and their fixes apply', run: checkProblems },
  { name: 'SQL: formatting is idempotent and keeps tokens and comments', run: checkFormatting },
  { name: 'SQL: the document is coloured, folded and listed', run: checkWhole },
  { name: 'SQL: features answer at any place', run: checkPlaces },
  { name: 'SQL: completion answers with edits of the place', run: checkCompletion },
  { name: 'SQL: renaming applies and keeps the tokens', run: checkRename },
];

function checkDocument(text: string): void {
  const document = parseSqlDocument(text);
  let at = 0;
  for (const { start, end, kind } of document.tokens) {
    assert(start === at && end > start, () => `${kind} token ${start}-${end} does not follow ${at}`);
    at = end;
  }
  assert(at === text.length, () => `tokens end at ${at} of ${text.length}`);
  let end = 0;
  for (const statement of document.statements) {
    inside(statement, text, 'statement');
    assert(statement.start >= end, () => `statement ${statement.index} overlaps the one before`);
    end = statement.end;
    inside(statement.tree.range, statement.text, 'tree');
  }
  for (const { range, valueRange, kind } of document.directives) {
    inside(range, text, kind);
    assert(contains(range, valueRange), () => `the value of ${kind} leaves its comment`);
  }
}

function checkProblems(text: string): void {
  for (const known of [schema, undefined])
    for (const problem of judgeSql(parseSqlDocument(text), { schema: known })) {
      inside(problem.range, text, problem.rule);
      assert(problem.message.trim() !== '', () => `${problem.rule} has no message`);
      for (const { edits, title } of problem.fixes ?? []) applied(text, edits, `${problem.rule}: ${title}`);
    }
}

function checkFormatting(text: string): void {
  const document = parseSqlDocument(text);
  const formatted = applied(text, features.sqlFormatting(document), 'formatting');
  const after = parseSqlDocument(formatted);
  const again = features.sqlFormatting(after);
  assert(
    again.length === 0,
    () => `formatting ${short(formatted)} again changes ${JSON.stringify(again[0])}`,
  );
  const [one, two] = [said(document), said(after)];
  assert(one === two, () => `formatting changes what is said from ${short(one)} to ${short(two)}`);
}

/** All tokens but space, the case of words aside; comments byte for byte. */
function said({ tokens }: SqlDocument): string {
  return tokens
    .filter(({ kind }) => kind !== 'space')
    .map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : text))
    .join('\0');
}

function checkWhole(text: string): void {
  const document = parseSqlDocument(text);
  let end = 0;
  for (const token of features.sqlSemanticTokens(document, schema)) {
    inside(token, text, token.type);
    assert(token.start >= end, () => `semantic tokens overlap at ${token.start}`);
    assert(!text.slice(token.start, token.end).includes('\n'), () => `a token of two lines at ${token.start}`);
    end = token.end;
  }
  for (const fold of features.sqlFolds(document)) inside(fold, text, 'fold');
  const open = [...features.sqlSymbols(document, schema)];
  for (let symbol = open.pop(); symbol !== undefined; symbol = open.pop()) {
    const { name, range, selectionRange, children } = symbol;
    inside(range, text, name);
    assert(contains(range, selectionRange), () => `${name} is selected outside of its range`);
    for (const child of children)
      assert(contains(range, child.range), () => `${child.name} lies outside of ${name}`);
    open.push(...children);
  }
} // prettier-ignore

function checkPlaces(text: string, { seed }: Setting): void {
  const document = parseSqlDocument(text);
  const tables = tablesOf(schema);
  const problems = judgeSql(document, { schema });
  const random = new Random(seed);
  for (let i = 0; i < PLACES; i++) {
    const at = i === 0 ? text.length : random.below(text.length + 1);
    const hover = features.sqlHover(document, at, schema);
    if (hover !== undefined) {
      inside(hover.range, text, 'hover');
      assert(hover.markdown.trim() !== '', () => 'an empty hover');
    }
    let inner: Range | undefined;
    for (const range of features.sqlSelectionRanges(document, at)) {
      inside(range, text, 'selection');
      const before = inner;
      assert(before === undefined || contains(range, before), () => 'selection ranges are not nested');
      inner = range;
    }
    const definition = features.sqlDefinition(document, at, schema);
    if (definition?.in === 'document') {
      inside(definition.target, text, 'definition');
      inside(definition.targetSelection, text, 'definition');
    }
    for (const range of features.sqlReferences(document, at, true, schema)) inside(range, text, 'reference');
    for (const { range } of features.sqlHighlights(document, at, schema)) inside(range, text, 'highlight');
    for (const { label, parameters, activeParameter = 0 } of features.sqlSignatureHelp(document, at, schema)?.signatures ?? []) {
      for (const parameter of parameters) inside(parameter, label, `a parameter of ${label}`);
      assert(parameters.length === 0 || activeParameter < parameters.length, () => `${label} has no parameter ${activeParameter}`);
    }
    const to = Math.min(text.length, at + random.below(40));
    for (const { title, edits } of features.sqlCodeActions(document, { start: at, end: to }, problems, { tables }))
      if (edits !== undefined) applied(text, edits, title);
  }
} // prettier-ignore

function checkCompletion(text: string, { seed }: Setting): void {
  const document = parseSqlDocument(text);
  const random = new Random(seed);
  for (let i = 0; i < PLACES; i++) {
    const at = i === 0 ? text.length : random.below(text.length + 1);
    features.sqlOpensByItself(document, at);
    const { items } = features.sqlCompletion(document, at, schema);
    for (const { label, range, newText, filterText, caret = 0, subject } of items) {
      inside(range, text, `completion ${label}`);
      assert(range.start <= at && at <= range.end, () => `${label} replaces another place`);
      assert(label !== '' && newText !== '' && filterText !== '', () => `an empty item at ${at}`);
      assert(caret <= newText.length, () => `the caret of ${label} stands behind it`);
      assert(!text.slice(range.start, range.end).includes('\n'), () => `${label} replaces two lines`);
      if (subject !== undefined)
        assert(features.describeSqlItem(document, subject, schema) !== undefined, () => `nothing is told of ${label}`);
    }
  }
} // prettier-ignore

function checkRename(text: string, { seed }: Setting): void {
  const document = parseSqlDocument(text);
  const random = new Random(seed);
  for (let i = 0; i < PLACES; i++) {
    const at = random.below(text.length + 1);
    const start = features.prepareSqlRename(document, at, schema);
    if ('problem' in start) continue;
    const edits = features.sqlRename(document, at, random.pick(['zz', 'order', 'my name', 'Ä']), schema);
    if ('problem' in edits) continue;
    const renamed = applied(text, edits, 'rename');
    const count = meaningful(parseSqlDocument(renamed).tokens).length;
    assert(count === meaningful(document.tokens).length, () => `renaming gives ${count} tokens`);
  }
}
