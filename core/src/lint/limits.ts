import type { ChainNode, ParsedQuery, QueryNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import type { Fix, Range } from '../text/index.ts';
import { Joins } from './facts.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS, textOf } from './family.ts';
import type { LintRule, Report, RuleFamily } from './family.ts';
import { checkExclusion, DOUBLE_NEGATIVE } from './exclusions.ts';
import { LIMITS, withAge } from './limitCosts.ts';
import { bare, limitKind, limitsIn } from './limitKinds.ts';
import type { LimitKind } from './limitKinds.ts';

const byKind = new Map(LIMITS.map((limit) => [limit.kind, limit]));

/** Limits, what they lose, and how they are combined. */
export const limitRules = {
  rules: [
    ...LIMITS.map(({ id, level, reason }): LintRule => ({
      id,
      level,
      category: 'limits',
      press: PRESS.limits,
      reason,
    })),
    {
      id: 'humans-limit',
      level: 'warning',
      category: 'limits',
      press: PRESS.limits,
      reason: 'Humans[mh] loses every record that is not indexed yet; excluding animals loses none of them.',
    },
    {
      id: 'animal-exclusion',
      level: 'warning',
      category: 'limits',
      press: PRESS.limits,
      reason: 'NOT animals[mh] also removes studies of humans: humans are animals in MeSH.',
    },
    {
      id: 'ored-limit',
      level: 'warning',
      category: 'limits',
      press: PRESS.operators,
      reason: 'A limit behind OR adds every record that meets it, whatever its subject.',
    },
    {
      id: 'limit-in-block',
      level: 'hint',
      category: 'limits',
      press: PRESS.limits,
      reason: 'A limit inside one block holds for that block only, which is easily overlooked.',
    },
    {
      id: 'exclusion',
      level: 'information',
      category: 'limits',
      press: PRESS.operators,
      reason: 'NOT removes records that are about both subjects; excluding is safer at screening.',
    },
  ],
  checkQuery(facts: QueryFacts, report: Report): void {
    const { query, chains } = facts;
    const limits = limitsIn(facts);
    for (const { chain, joins } of chains)
      if ((joins & Joins.not) !== 0 || hasOne(limits, chain.range)) checkChain(query, chain, report);
    if (limits.length === 0) return;
    checkBlocks(query.root, report);
    // A line that is nothing but a limit is there to limit others.
    if (query.root !== undefined && query.root.kind !== 'chain')
      reportLimit(query.root, limitKind(query.root), report);
  },
} satisfies RuleFamily;

/** Whether one of the sorted `places` is in a range, by halving. */
function hasOne(places: readonly number[], { start, end }: Range): boolean {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? Infinity) < start) low = middle + 1;
    else high = middle;
  }
  return (places[low] ?? Infinity) < end;
}

/** Only those that limit whatever they are combined with: a line of an age or a type may be a part of a concept. */
const LIMITS_ALONE = new Set<LimitKind | undefined>(['language', 'availability']);

function reportLimit(node: QueryNode, kind: LimitKind | undefined, report: Report): void {
  const limit = kind === undefined || !LIMITS_ALONE.has(kind) ? undefined : byKind.get(kind);
  if (limit !== undefined) report(limit.id, node.range, limit.message);
}

function checkChain(query: ParsedQuery, chain: ChainNode, report: Report): void {
  const kinds = chain.operands.map(limitKind);
  const isAboutSubject =
    kinds[0] === undefined ||
    kinds.some((kind, i) => kind === undefined && chain.operators[i - 1]?.operator !== 'NOT');
  // (review[pt] AND humans[mh] AND adult[mh]): a row of limits in a group or on a line of their own.
  const isRowOfLimits =
    !isAboutSubject &&
    chain.operators.every(({ operator }) => operator === 'AND') &&
    new Set(kinds).size > 1 &&
    !kinds.includes('animals');
  chain.operands.forEach((operand, index) => {
    const before = chain.operators[index - 1];
    const kind = kinds[index];
    const operator = index === 0 ? chain.operators[0]?.operator : before?.operator;
    if (operator === 'NOT' && index > 0) {
      // Animals NOT (Animals AND Humans), Female NOT (Female AND Male): a group to be excluded, made right.
      if (isAboutSubject) checkExclusion(query, operand, kind, report);
      return;
    }
    if (kind === undefined || !(isAboutSubject || isRowOfLimits)) return;
    if (operator === 'AND') {
      if (kind === 'humans') reportHumans(query, chain, index, report);
      else {
        const limit = kind === 'date' && !isPublicationDate(bare(operand)) ? undefined : byKind.get(kind);
        if (limit !== undefined)
          report(
            limit.id,
            operand.range,
            kind === 'age' ? withAge(limit.message, firstText(operand)) : limit.message,
          );
      }
    } else if (operator === 'OR' && ORED.has(kind) && hasSubjectBeside(chain, kinds, index)) {
      report(
        'ored-limit',
        operand.range,
        'This limit is joined with OR, so it adds every record that meets it. Use AND, and parentheses around the rest.',
      );
    }
  });
}

/** The text of the first term of a limit. */
function firstText(operand: QueryNode): string {
  const node = bare(operand);
  const first = node.kind === 'chain' ? node.operands.map(bare).find(({ kind }) => kind === 'term') : node;
  return first?.kind === 'term' ? first.text : '';
}

/** When a record entered PubMed says up to when, or since when, was searched; that is no limit of what is looked for. */
function isPublicationDate(node: QueryNode): boolean {
  if (node.kind === 'chain') return node.operands.some((part) => isPublicationDate(bare(part)));
  return (node.kind === 'term' || node.kind === 'range') && PUBLICATION_DATES.has(node.tag?.field ?? '');
}

const PUBLICATION_DATES = new Set(['dp', 'epdat', 'ppdat', 'filter']);

/** Kinds whose records number in the millions. */
const ORED = new Set<LimitKind>(['language', 'date', 'availability']);

function hasSubjectBeside(
  chain: ChainNode,
  kinds: readonly (LimitKind | undefined)[],
  index: number,
): boolean {
  return index === 0
    ? kinds[1] === undefined
    : chain.operators[index - 1]?.operator === 'OR' && kinds[index - 1] === undefined;
}

function reportHumans(query: ParsedQuery, chain: ChainNode, index: number, report: Report): void {
  const operand = chain.operands[index];
  const operator = chain.operators[index - 1];
  if (operand === undefined) return;
  // From left to right, `x AND humans` and `x NOT (animals NOT humans)` take the same left side.
  const isFixable =
    operator !== undefined &&
    !operator.implicit &&
    !textOf(query, { start: operator.range.start, end: operand.range.end }).includes('//');
  const fixes: Fix[] = isFixable
    ? [
        fix('Exclude animals instead', false, [
          operator.range.start,
          operand.range.end,
          `NOT ${DOUBLE_NEGATIVE}`,
        ]),
      ]
    : [];
  report(
    'humans-limit',
    operand.range,
    `Records that are not indexed yet have no Humans heading and are lost. Exclude animal studies instead: NOT ${DOUBLE_NEGATIVE}.`,
    fixes,
  );
}

/** Limits inside a block that is ORed with others. */
function checkBlocks(root: QueryNode | undefined, report: Report): void {
  const open: { readonly node: QueryNode; readonly isOred: boolean }[] =
    root === undefined ? [] : [{ node: root, isOred: false }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { node, isOred } = at;
    if (node.kind === 'group' && node.inner !== undefined) open.push({ node: node.inner, isOred });
    else if (node.kind === 'chain') {
      node.operands.forEach((operand, index) => {
        const beside = [node.operators[index - 1]?.operator, node.operators[index]?.operator];
        const kind = isOred && beside.includes('AND') ? limitKind(operand) : undefined;
        if (kind === 'date' || kind === 'journal' || kind === 'language')
          report(
            'limit-in-block',
            operand.range,
            'This limit stands inside a block that is ORed with others, so it holds for this block only. Put it behind the whole if all should be limited.',
          );
        open.push({ node: operand, isOred: isOred || beside.includes('OR') });
      });
    }
  }
}
