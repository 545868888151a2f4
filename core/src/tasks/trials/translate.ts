import type { ContextNode, ExpressionNode, ExpressionTerm } from '../../ctgov/index.ts';
import { findArea } from '../../ctgov/index.ts';
import { queryKey, stopwords } from '../../pubmed/index.ts';
import type { Operator, QueryNode, ResolvedQuery, Tag, TermNode } from '../../pubmed/index.ts';
import type { SearchWarning } from '../../search/index.ts';
import { SearchError } from '../../search/index.ts';
import type { Range } from '../../text/index.ts';

/** An expression as a query in a library of registrations, with what it cannot mean there. */
export interface Translation {
  readonly query: ResolvedQuery;
  readonly warnings: readonly SearchWarning[];
}

/** Why an expression is no query, in a sentence: ClinicalTrials.gov would refuse it as well, or it asks for everything. */
export interface Untranslatable {
  readonly problem: string;
  /** It asks for every trial, or every trial but some. */
  readonly asksForAll: boolean;
}

/** Part of an expression; `negated` says that it stands for every registration that `node` does not find. */
interface Part {
  readonly node: QueryNode;
  readonly negated: boolean;
}

/**
 * What an expression of ClinicalTrials.gov means in a library of registrations that is searched like PubMed:
 *
 * - words without quotes stand anywhere in title, abstract and keywords, in any order (Essie asks for them near each other, and for
 *   their synonyms, which a library does not know);
 * - a quoted phrase stands as it is; truncation, which is none there, is taken off;
 * - AND binds tighter than OR, NOT is a prefix. PubMed reads from left to right and knows `a NOT b` only, so alternatives to a negation
 *   are turned around: `a OR NOT b` is NOT (b NOT a);
 * - `AREA[TitleSearch]` searches titles; other areas of text search title, abstract and keywords, with a warning;
 * - `EXPANSION`, `TILT`, `COVERAGE[Contains]` and `SEARCH[Study]` change nothing, with a warning.
 *
 * @throws SearchError `unsupported` for what registrations in a library do not tell: ranges, distances, closed lists of values, places
 */
export function translateExpression(root: ExpressionNode): Translation | Untranslatable {
  const translator = new Translator();
  try {
    const { node, negated } = translator.part(root, 'tiab');
    if (negated) throw everything();
    return {
      query: { root: node, references: new Map(), key: queryKey(node, new Map()) },
      warnings: [...translator.warnings.values()],
    };
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.message, asksForAll: error.asksForAll };
    throw error;
  }
}

/** Ends a translation. */
class Refusal extends Error {
  readonly asksForAll: boolean;
  constructor(message: string, asksForAll = false) {
    super(message);
    this.asksForAll = asksForAll;
  }
}

type Field = 'ti' | 'tiab';

class Translator {
  /** By code and subject, each once. */
  readonly warnings = new Map<string, SearchWarning>();

  part(node: ExpressionNode, field: Field): Part {
    switch (node.kind) {
      case 'term':
        return { node: this.#term(node, field), negated: false };
      case 'group':
        if (node.inner === undefined) throw nothing();
        return this.part(node.inner, field);
      case 'not': {
        if (node.operand === undefined) throw nothing();
        const { node: inner, negated } = this.part(node.operand, field);
        return { node: inner, negated: !negated };
      }
      case 'context':
        if (node.operand === undefined) throw nothing();
        return this.part(node.operand, this.#fieldOf(node, field));
      case 'and':
      case 'or':
        return combined(node.kind, node.operands.map((operand) => this.part(operand, field)), node.range); // prettier-ignore
      case 'source':
        if (node.operator === 'ALL') throw everything();
        throw unsupported(node.operator);
      case 'reference':
        throw new Refusal(`The expression refers to line #${node.label}, but there are no lines here. Write the line out.`); // prettier-ignore
    }
  }

  #fieldOf({ operator, parameter }: ContextNode, field: Field): Field {
    switch (operator) {
      case 'AREA':
        return this.#area(parameter);
      case 'COVERAGE':
        if (parameter !== 'Contains') throw unsupported(`COVERAGE[${parameter}]`);
        return field;
      case 'SEARCH':
        if (parameter !== 'Study') throw unsupported(`SEARCH[${parameter}]`);
        return field;
      case 'EXPANSION':
      case 'TILT':
        this.#warn('ignored', `${operator}[${parameter}] changes nothing in a library.`);
        return field;
    }
  }

  #area(parameter: string): Field {
    const area = /:size$/iu.test(parameter) ? undefined : findArea(parameter);
    if (area === undefined) throw new Refusal(`ClinicalTrials.gov has no area “${parameter.slice(0, 60)}”.`);
    if (area.type !== 'text' && area.type !== 'id') throw unsupported(`AREA[${area.name}]`);
    if (/^(?:TitleSearch|BriefTitle|OfficialTitle)$/u.test(area.name)) return 'ti';
    if (area.name !== 'BasicSearch')
      this.#warn(
        'area-as-text',
        `AREA[${area.name}] was searched in title, abstract and keywords: registrations in a library do not tell areas apart.`,
      );
    return 'tiab';
  }

  #term({ text, quoted, range }: ExpressionTerm, field: Field): QueryNode {
    // A quote within the text would end it for whoever prints the query.
    const plain = text.replace(/["“”„‟″＂]/gu, ' ').replace(/(?<=[\p{L}\p{N}])[*$?]+(?=\s|$)/gu, '');
    const words = plain.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
    if (words.length === 0) throw nothing();
    const term = (word: string, isPhrase: boolean): TermNode => ({
      ...{ kind: 'term', range, text: word, textRange: range, quoted: isPhrase, tag: tag(field, range) },
    });
    if (quoted) return term(words.join(' '), true);
    const telling = words.filter((word) => !stopwords.has(word.toLowerCase()));
    return chain(
      'AND',
      (telling.length > 0 ? telling : words).map((word) => term(word, false)),
      [],
      range,
    );
  }

  #warn(code: string, message: string): void {
    this.warnings.set(message, { code, message });
  }
}

/** By De Morgan's laws, since PubMed has no NOT without something in front of it. */
function combined(kind: 'and' | 'or', parts: readonly Part[], range: Range): Part {
  const positive = parts.filter(({ negated }) => !negated).map(({ node }) => node);
  const negative = parts.filter(({ negated }) => negated).map(({ node }) => node);
  if (kind === 'and')
    return positive.length > 0
      ? { node: chain('AND', positive, negative, range), negated: false }
      : { node: chain('OR', negative, [], range), negated: true };
  return negative.length > 0
    ? { node: chain('AND', negative, positive, range), negated: true }
    : { node: chain('OR', positive, [], range), negated: false };
}

/** `first` joined by `operator`, without any of `excluded`. */
function chain(
  operator: Operator,
  first: readonly QueryNode[],
  excluded: readonly QueryNode[],
  range: Range,
): QueryNode {
  const operands = [...first, ...excluded].map((node): QueryNode =>
    node.kind === 'chain' ? { kind: 'group', range: node.range, inner: node, tag: undefined } : node,
  );
  const [only] = operands;
  if (only === undefined) throw nothing();
  if (operands.length === 1) return only;
  return {
    kind: 'chain',
    range,
    operands,
    operators: operands.slice(1).map((_, i) => ({
      operator: i + 1 < first.length ? operator : 'NOT',
      range,
      implicit: false,
    })),
  };
}

function tag(field: Field, range: Range): Tag {
  return { range, text: field, field, noExplode: false, proximity: undefined };
}

function everything(): Refusal {
  return new Refusal('The expression asks for every trial, or every trial but some. Say what trials should be about.', true); // prettier-ignore
}

function nothing(): Refusal {
  return new Refusal('The expression holds nothing to search for.');
}

function unsupported(what: string): SearchError {
  return new SearchError(
    'unsupported',
    `${what.slice(0, 80)} cannot be searched in a library of trial records, which does not tell it. Leave it out.`,
  );
}
