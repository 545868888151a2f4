import { nodesOf, parseQuery } from '../../pubmed/index.ts';
import type { QueryNode } from '../../pubmed/index.ts';
import type { SearchWarning } from '../../search/index.ts';

/** A question reduced to the texts whose words are searched for. */
export interface Question {
  readonly texts: readonly string[];
  readonly warnings: readonly SearchWarning[];
}

/** Fields whose terms are words of the subject; of the others (dates, names, types ...) nothing could be found in the texts. */
const subjectFields = new Set([
  'all',
  'tiab',
  'ti',
  'ab',
  'tw',
  'mh',
  'majr',
  'sh',
  'nm',
  'ot',
  'tt', // prettier-ignore
]);

/** A field tag, or an operator as PubMed's own pages write it. Lower-case “and” is a word of a question. */
const mayBeBoolean = /\[[^\][]{1,60}\]|(?<![\p{L}\p{N}])(?:AND|OR|NOT)(?![\p{L}\p{N}])/u;

/**
 * Reads a question. A PubMed query is recognised by its field tags and upper-case operators, and reduced to its words, with a warning:
 * what stands behind NOT is left out, and so is what is searched in fields that are no text (dates, authors, languages).
 */
export function readQuestion(text: string): Question {
  const shouted = !/\p{Ll}/u.test(text);
  if (!mayBeBoolean.test(text)) return { texts: [text], warnings: [] };
  const { root, tokens } = parseQuery(text);
  const nodes = nodesOf(root);
  const isTagged = nodes.some((node) => 'tag' in node && node.tag?.field !== undefined);
  const hasOperator = tokens.some(
    ({ kind, start, end }) => kind === 'operator' && /^[A-Z]/.test(text.slice(start, end)),
  );
  // In a title that is all upper case, AND is a word.
  if (!isTagged && (!hasOperator || shouted)) return { texts: [text], warnings: [] };
  const without = excludedRanges(nodes);
  const texts: string[] = [];
  let left = 0;
  for (const node of nodes) {
    if (node.kind === 'reference') left++;
    if (node.kind !== 'term' && node.kind !== 'range') continue;
    const isExcluded = without.some(({ start, end }) => node.range.start >= start && node.range.end <= end);
    if (isExcluded || !subjectFields.has(node.tag?.field ?? 'all')) left++;
    else texts.push(...(node.kind === 'term' ? [node.text] : [node.from, node.to]));
  }
  const leftOut = left === 0 ? '' : ` ${left === 1 ? 'One term is' : `${left} terms are`} left out, because they stand behind NOT or are no words of the subject.`; // prettier-ignore
  return {
    texts,
    warnings: [
      {
        code: 'boolean-query-ranked',
        message: `This is a Boolean query. Ranking takes its words only: operators, field tags, phrases and truncation do not count.${leftOut}`,
      },
    ],
  };
}

function excludedRanges(nodes: readonly QueryNode[]): readonly { start: number; end: number }[] {
  return nodes.flatMap((node) =>
    node.kind === 'chain'
      ? node.operators.flatMap(({ operator }, i) => {
          const operand = node.operands[i + 1];
          return operator === 'NOT' && operand !== undefined ? [operand.range] : [];
        })
      : [],
  );
}
