import { trialsCompletion, trialsFormatting, trialsHover, trialsTokens } from '@querent/core/features';
import { checkExpression, parseExpression, printExpression } from '@querent/core/ctgov';
import { judgeStrategy } from '@querent/core/lint';
import { translateQuery } from '@querent/core/mapping';
import { convertOvid } from '@querent/core/ovid';
import { parseQuery } from '@querent/core/pubmed';
import {
  printSearchFile,
  readSearchFile,
  SearchFileError,
  toSearchFile,
  toStrategy,
} from '@querent/core/searchFile';
import { parseStrategy } from '@querent/core/strategy';
import { applied, assert, inside, short } from './promises.ts';
import type { Setting } from './promises.ts';
import { Random } from './random.ts';

/** The simulation of term mapping never throws. */
export function checkMapping(text: string, { thesaurus }: Setting): void {
  const { root } = parseQuery(text);
  if (root !== undefined) translateQuery(root, { thesaurus });
}

/** Whatever is pasted as an Ovid strategy becomes a document without syntax errors, with notes on places of the text. */
export function checkOvid(text: string, { thesaurus }: Setting): void {
  const { text: result, notes, lines } = convertOvid(text, { thesaurus });
  for (const { message, sourceRange, resultRange } of notes) {
    inside(sourceRange, text, message);
    inside(resultRange, result, message);
  }
  for (const { label, sourceRange, resultRange } of lines) {
    inside(sourceRange, text, `search ${label}`);
    if (resultRange !== undefined) inside(resultRange, result, `line ${label}`);
  }
  const document = parseStrategy(result);
  const problems = [...document.problems, ...document.lines.flatMap(({ query }) => query.problems)];
  const error = problems.find(({ severity }) => severity === 'error');
  assert(error === undefined, () => `the result has ${error?.rule}: ${error?.message}: ${short(result)}`);
}

/** Expressions of ClinicalTrials.gov: every character in one token, problems within the text, printing a fixed point. */
export function checkExpressions(text: string): void {
  const expression = parseExpression(text);
  let at = 0;
  for (const { start, end, kind } of expression.tokens) {
    assert(start === at && end > start, () => `${kind} token ${start}-${end} does not follow ${at}`);
    at = end;
  }
  assert(at === text.length, () => `tokens end at ${at} of ${text.length}`);
  for (const { range, rule } of [...expression.problems, ...checkExpression(expression)])
    inside(range, text, rule);
  const printed = printExpression(expression.root);
  const again = printExpression(parseExpression(printed).root);
  const isBroken = expression.problems.some(({ severity }) => severity === 'error');
  assert(isBroken || again === printed, () => `printed as ${short(printed)}, and that as ${short(again)}`);
}

/** Places of a text at which features of trial searches are asked. */
const PLACES = 3;

/**
 * Documents of trial searches: problems lie within the text and their fixes apply, formatting is idempotent and finds the same, tokens
 * do not overlap, hovers and completions are of the place.
 */
export function checkTrials(text: string, { seed }: Setting): void {
  const document = parseStrategy(text);
  for (const { range, rule, fixes = [] } of judgeStrategy(document, { language: 'ctgov' })) {
    inside(range, text, rule);
    for (const { edits, title } of fixes) applied(text, edits, `${rule}: ${title}`);
  }
  const formatted = applied(text, trialsFormatting(document), 'formatting');
  const after = parseStrategy(formatted);
  const again = applied(formatted, trialsFormatting(after), 'formatting again');
  assert(again === formatted, () => `formatting ${short(formatted)} again gives ${short(again)}`);
  const [one, two] = [document, after].map(({ text: source, lines }) =>
    lines.map(({ queryRange: { start, end } }) =>
      printExpression(parseExpression(source.slice(start, end)).root),
    ),
  );
  assert(
    JSON.stringify(one) === JSON.stringify(two),
    () => `formatting changes ${short(JSON.stringify(one))} to ${short(JSON.stringify(two))}`,
  );
  let end = 0;
  for (const token of trialsTokens(document)) {
    inside(token, text, token.type);
    assert(token.start >= end, () => `semantic tokens overlap at ${token.start}`);
    end = token.end;
  }
  const random = new Random(seed);
  for (let i = 0; i < PLACES; i++) {
    const at = random.below(text.length + 1);
    const hover = trialsHover(document, at);
    if (hover !== undefined) inside(hover.range, text, 'hover');
    for (const { label, insert, replace, newText } of trialsCompletion(document, at).items) {
      assert(insert.start <= at && at <= insert.end, () => `${label} replaces another place`);
      applied(text, [{ range: replace, newText }], `completion ${label}`);
    }
  }
}

/** A strategy that can be exported comes back byte for byte; any text is read as a search file or refused in words. */
export function checkSearchFiles(text: string): void {
  let json: string;
  try {
    json = printSearchFile(toSearchFile(parseStrategy(text), '2026-11-20'));
  } catch (error) {
    if (error instanceof SearchFileError || (error instanceof Error && error.name === 'QueryTooLongError'))
      return;
    throw error;
  }
  const back = toStrategy(readSearchFile(json).file);
  // A lone half of a character cannot be kept by UTF-8, but JSON text does.
  assert(back.text === text, () => `came back as ${short(back.text)}`);
  const foreign = JSON.stringify({ search_string: text, platform: 'PubMed', authors: [{ name: 'x' }] });
  if (text.trim() !== '') toStrategy(readSearchFile(foreign).file);
}
