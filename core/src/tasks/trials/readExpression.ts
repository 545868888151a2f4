import { checkExpression, expressionNodes, findArea, parseExpression } from '../../ctgov/index.ts';
import type { ExpressionNode } from '../../ctgov/index.ts';
import type { Loophole } from '../../rewards/index.ts';
import { injectionIn, loopholesOf, termsOf } from '../../rewriting/index.ts';
import type { ReadQuery } from '../boolean/index.ts';
import { translateExpression } from './translate.ts';

/** Areas of the people and houses of a trial, and of its numbers: who searches them remembers trials. */
const remembered =
  /^(?:NCTId\w*|IdSearch|ExternalIds\w*|OrgStudyId|SecondaryId|ReferencePMID|Acronym|\w*(?:Sponsor|Collaborator|ResponsibleParty|Official|Contact|OrgFull)\w*)$/u;

/**
 * Reads an expression of ClinicalTrials.gov with the parser of the house. What its own documentation forbids is an error; the rest is
 * translated for a library of trial records.
 * @throws SearchError `unsupported` for what a library cannot answer: neither right nor wrong of the query
 */
export function readTrialExpression(text: string): ReadQuery {
  const injection = injectionIn(text);
  if (injection !== undefined)
    return { query: { problem: injection.reason }, loopholes: [injection.kind], terms: 0 };
  const parsed = parseExpression(text);
  const terms = countTerms(parsed.root);
  const known: readonly Loophole[] = namesTrials(parsed.root) ? ['knowledge'] : [];
  const refused = (problem: string, loopholes: readonly Loophole[] = known): ReadQuery => ({
    ...{ query: { problem }, loopholes, terms },
  });
  if (parsed.root === undefined) return refused('The expression holds nothing to search for.');
  const error = [...parsed.problems, ...checkExpression(parsed)].find(({ severity }) => severity === 'error');
  if (error !== undefined) return refused(`The expression has an error: ${error.message}`);
  const translation = translateExpression(parsed.root);
  if ('problem' in translation)
    return refused(translation.problem, translation.asksForAll ? [...known, 'nonsense'] : known);
  const { query, warnings } = translation;
  const found = loopholesOf(query.root).map(({ kind }) => kind);
  return {
    query,
    loopholes: [...new Set([...known, ...found])],
    terms: termsOf(query.root).length,
    warnings,
  };
}

function countTerms(root: ExpressionNode | undefined): number {
  return [...expressionNodes(root)].filter(({ kind }) => kind === 'term').length;
}

function namesTrials(root: ExpressionNode | undefined): boolean {
  return [...expressionNodes(root)].some(
    (node) =>
      node.kind === 'context' &&
      node.operator === 'AREA' &&
      remembered.test(findArea(node.parameter)?.name ?? ''),
  );
}
