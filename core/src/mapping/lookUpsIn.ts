import { nodesOf, parseQuery } from '../pubmed/index.ts';
import type { Tag } from '../pubmed/index.ts';
import { looseName } from './findHeading.ts';

/** One look-up of a translation: `"physician*"[Title/Abstract]`. */
export interface TranslatedTerm {
  /** As PubMed prints it. */
  readonly printed: string;
  /** Lower case, without punctuation and stars, so that it compares with what a person wrote. */
  readonly words: string;
  /** As PubMed prints it, without quotes and field. */
  readonly text: string;
  /** Canonical short tag; undefined without a tag, which PubMed always prints, and for a field that is not its own. */
  readonly field: string | undefined;
  /** `:noexp` or `:~3`; empty otherwise. */
  readonly modifier: string;
  readonly hasStar: boolean;
}

/** The look-ups of a text in the form of PubMed's search details, in its order. Ranges of dates are left out. */
export function lookUpsIn(details: string): readonly TranslatedTerm[] {
  return nodesOf(parseQuery(details).root).flatMap((node) =>
    node.kind === 'term'
      ? {
          printed: details.slice(node.range.start, node.range.end),
          words: looseName(node.text),
          text: node.text,
          field: node.tag?.field,
          modifier: modifierOf(node.tag),
          hasStar: node.text.includes('*'),
        }
      : [],
  );
}

function modifierOf(tag: Tag | undefined): string {
  if (tag?.noExplode === true) return ':noexp';
  return tag?.proximity === undefined ? '' : `:~${tag.proximity}`;
}
