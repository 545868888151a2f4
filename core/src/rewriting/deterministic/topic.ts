import { fold } from '../../corpus/index.ts';
import { parseQuery } from '../../pubmed/index.ts';
import type { QueryNode } from '../../pubmed/index.ts';
import type { RewriteRequest } from '../proposal.ts';

/** What a rewrite is about, as running text. */
export interface Topic {
  /** The title without the parts that name only the kind of article; else the words of the query, or of the PICO. */
  readonly title: string;
  /** The parts of the PICO that describe the topic; comparators and study designs are left out. */
  readonly details: string;
}

/** One word of a text. */
export interface TextWord {
  /** As written. */
  readonly written: string;
  /** Lower case without diacritics, as the citation index has it. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
  /** Stands behind `non-`: `cancer` in `non-cancer pain` is what the text is not about. */
  readonly isNegated: boolean;
}

/** `A systematic review and meta-analysis of controlled studies`: a kind of article, when it is all that a part of a title says. */
const kindOfArticle =
  /^(?:an? |the )?(?:(?:drug class|systematic|comprehensive|critical|updated?|literature|scoping|network|cochrane|rapid|living) )*(?:reviews?|meta-?analys[ie]s|overview|protocol)(?:,? (?:and|with|&) (?:an? )?(?:network )?meta-?analys[ie]s)?(?: of (?:randomi[sz]ed |controlled |clinical |comparative |observational )*(?:studies|trials))?$/iu;

/** Keys of a PICO that say what studies are compared with or how they are made: requirements that few abstracts mention. */
const notTheTopic = /stud(?:y|ies)|design|compar|reference_standard|setting|date|language/iu;

/** Reads the topic of a request: its title, else the terms of its query, and its PICO. Empty texts when it has none of them. */
export function topicOf(request: RewriteRequest): Topic {
  const { population, intervention, outcome, other = {} } = request.pico ?? {};
  const details = [
    population,
    intervention,
    outcome,
    ...Object.entries(other)
      .filter(([key]) => !notTheTopic.test(key))
      .map(([, value]) => value),
  ]
    .filter((part) => part !== undefined && part.trim() !== '')
    .join('\n');
  const title = withoutKind(request.title ?? '') || termsOfQuery(request.query ?? '').join('; ');
  return title === '' ? { title: details, details: '' } : { title, details };
}

function withoutKind(title: string): string {
  const parts = title.trim().split(/(?<=[:?.!])\s+|\s+[-–—]\s+/u);
  const kept = parts.filter((part) => !kindOfArticle.test(part.replace(/[:?.!]+$/u, '').trim()));
  return (kept.length > 0 ? kept : parts).join(' ');
}

/** Texts of the query's terms, those behind a NOT left out; dates, languages and the like are no topic. */
function termsOfQuery(query: string): string[] {
  const texts: string[] = [];
  const topical = new Set([undefined, 'tiab', 'ti', 'ab', 'tw', 'all', 'ot', 'mh', 'majr', 'nm']);
  const visit = (node: QueryNode): void => {
    if (node.kind === 'group' && node.inner !== undefined) visit(node.inner);
    if (node.kind === 'term' && topical.has(node.tag?.field)) texts.push(node.text.replace(/\*/gu, ''));
    if (node.kind === 'chain')
      node.operands.forEach((operand, i) => {
        if (i === 0 || node.operators[i - 1]?.operator !== 'NOT') visit(operand);
      });
  };
  const { root } = parseQuery(query);
  if (root !== undefined) visit(root);
  return texts;
}

/** Cuts running text into words. */
export function wordsOf(text: string): readonly TextWord[] {
  const words: TextWord[] = [];
  for (const match of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    const previous = words.at(-1);
    const between = text.slice(previous?.end ?? 0, match.index);
    words.push({
      written: match[0],
      word: fold(match[0]),
      start: match.index,
      end: match.index + match[0].length,
      isNegated: previous?.word === 'non' && /^[-‐‑– ]$/u.test(between),
    });
  }
  return words;
}
