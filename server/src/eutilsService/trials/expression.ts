import { checkExpression, findArea, parseExpression } from '@querent/core/ctgov';
import type { ContextNode, ExpressionNode } from '@querent/core/ctgov';
import { DocSet } from '@querent/core/corpus';
import { parseQuery, queryKey } from '@querent/core/pubmed';
import { SearchError } from '@querent/core/search';
import { translateExpression } from '@querent/core/tasks';
import type { Collection } from '../collection.ts';

/** What is wrong with an expression or a parameter, as ClinicalTrials.gov would say it: plain text with status 400. */
export class StudiesFault extends Error {
  override readonly name = 'StudiesFault';
}

/** Days of a registration that a library tells, by the areas that ask for them. */
const DAYS: Readonly<Record<string, string>> = {
  StudyFirstPostDate: 'dp',
  StudyFirstSubmitDate: 'crdt',
  LastUpdatePostDate: 'lr',
  LastUpdateSubmitDate: 'lr',
};

/**
 * The registrations that an expression finds. Words and areas of text as `translateExpression` says; beside it all Boolean operators, NCT
 * numbers, and ranges of the days that a library tells.
 * @throws StudiesFault for what is no expression, and for what registrations in a library do not tell
 */
export function findStudies(
  collection: Collection,
  { name, text }: { readonly name: string; readonly text: string },
  signal: { readonly aborted: boolean },
): DocSet {
  const parsed = parseExpression(text);
  const fault = [...parsed.problems, ...checkExpression(parsed)].find(({ severity }) => severity === 'error');
  if (fault !== undefined) throw new StudiesFault(`Error parsing query in ${name}: ${fault.message}`);
  if (parsed.root === undefined) return collection.members;
  try {
    return evaluate(parsed.root, collection, signal);
  } catch (error) {
    if (error instanceof SearchError && (error.code === 'unsupported' || error.code === 'rejected'))
      throw new StudiesFault(error.message);
    throw error;
  }
}

function evaluate(
  node: ExpressionNode,
  collection: Collection,
  signal: { readonly aborted: boolean },
): DocSet {
  const below = (inner: ExpressionNode | undefined): DocSet =>
    inner === undefined ? collection.members : evaluate(inner, collection, signal);
  switch (node.kind) {
    case 'group':
      return below(node.inner);
    case 'not':
      return collection.members.andNot(below(node.operand));
    case 'and':
      return node.operands.map(below).reduce((left, right) => left.and(right));
    case 'or':
      return node.operands.map(below).reduce((left, right) => left.or(right));
    case 'source':
      if (node.operator === 'ALL') return collection.members;
      break;
    case 'term':
      if (/^NCT\d{8}$/i.test(node.text)) return docsOf(collection, [node.text.toUpperCase()]);
      break;
    case 'context': {
      const days = daysIn(node);
      if (days !== undefined) return inRange(collection, days, signal);
      break;
    }
    case 'reference':
      break;
  }
  const translation = translateExpression(node);
  if ('problem' in translation) throw new StudiesFault(translation.problem);
  return collection.find(translation.query, signal).docs;
}

/** The registrations with these numbers. */
export function docsOf(collection: Collection, ids: readonly string[]): DocSet {
  const { index } = collection.engine;
  return DocSet.of(
    index.documentCount,
    ids.map((id) => index.docOf(id)).filter((doc) => doc !== undefined),
  ).and(collection.members);
}

/** `AREA[StudyFirstPostDate]RANGE[2015-01-01, MAX]` as field and ends. */
function daysIn({ operator, parameter, operand }: ContextNode) {
  const name = operator === 'AREA' ? findArea(parameter)?.name : undefined;
  const field = name === undefined ? undefined : DAYS[name];
  if (field === undefined || operand?.kind !== 'source' || operand.operator !== 'RANGE') return undefined;
  const [from = 'MIN', to = 'MAX'] = operand.parameters;
  return { field, from, to };
}

function inRange(
  collection: Collection,
  { field, from, to }: { readonly field: string; readonly from: string; readonly to: string },
  signal: { readonly aborted: boolean },
): DocSet {
  const end = (text: string, open: string): string =>
    /^(?:MIN|MAX)$/i.test(text) ? open : text.replaceAll('-', '/');
  const { root } = parseQuery(`${end(from, '1000/01/01')}:${end(to, '2999/12/31')}[${field}]`);
  if (root === undefined) return collection.members;
  const references = new Map<string, never>();
  return collection.find({ root, references, key: queryKey(root, references) }, signal).docs;
}
