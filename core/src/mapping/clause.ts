import { findField } from '../pubmed/index.ts';

/** What PubMed makes of a term: look-ups in single indexes, joined. Plain data, fit to be printed or evaluated. */
export type Clause = LookUp | { readonly kind: 'and' | 'or'; readonly clauses: readonly Clause[] };

/** A look-up in one index. */
export interface LookUp {
  readonly kind: 'lookUp';
  /** Words or a whole value, as PubMed writes it: no hyphens or apostrophes where they count as spaces. */
  readonly text: string;
  /** Canonical short tag, `mh`, `all`. */
  readonly field: string;
  /** `:noexp` or `:~3`; empty otherwise. */
  readonly modifier: string;
  /** PubMed prints some values (hasabstract, dates, ids) without quotes. */
  readonly bare: boolean;
  /** The heading, type or substance that is meant, in its own spelling, which `text` lacks; only where it is known. */
  readonly value?: string;
}

/** Names that PubMed's translations use where they differ from those of the User Guide. Source: EInfo, FullName. */
const NAMES: Readonly<Record<string, string>> = {
  sh: 'MeSH Subheading',
  dp: 'Date - Publication',
  edat: 'Date - Entry',
  crdt: 'Date - Create',
  dcom: 'Date - Completion',
  lr: 'Date - Modification',
  mhda: 'Date - MeSH',
  '1au': 'Author - First',
  lastau: 'Author - Last',
  cn: 'Author - Corporate',
  auid: 'Author - Identifier',
  ps: 'Subject - Personal Name',
  cois: 'Conflict of Interest Statements',
  pmid: 'UID',
};

/** The name of a field in PubMed's translations, `Date - Publication` for `dp`. */
function translationName(field: string): string {
  return NAMES[field] ?? findField(field)?.name ?? field;
}

/** A look-up of `text` in one field. */
export function lookUp(text: string, field: string, modifier = '', bare = false, value?: string): LookUp {
  return { kind: 'lookUp', text, field, modifier, bare, ...(value === undefined ? {} : { value }) };
}

/** The clauses joined, without those that occur before; one clause stays what it is. Undefined for none. */
export function join(kind: 'and' | 'or', clauses: readonly (Clause | undefined)[]): Clause | undefined {
  const seen = new Set<string>();
  const kept: Clause[] = [];
  for (const clause of clauses) {
    for (const part of clause?.kind === kind ? clause.clauses : clause === undefined ? [] : [clause]) {
      const key = printClause(part);
      if (seen.has(key)) continue;
      seen.add(key);
      kept.push(part);
    }
  }
  return kept.length > 1 ? { kind, clauses: kept } : kept[0];
}

/** A clause in the form of PubMed's search details, without parentheses around the whole. */
export function printClause(clause: Clause): string {
  if (clause.kind === 'lookUp') {
    const text = clause.bare ? clause.text : `"${clause.text}"`;
    return `${text}[${translationName(clause.field)}${clause.modifier}]`;
  }
  return clause.clauses
    .map((part) => (part.kind === 'lookUp' ? printClause(part) : `(${printClause(part)})`))
    .join(clause.kind === 'and' ? ' AND ' : ' OR ');
}
