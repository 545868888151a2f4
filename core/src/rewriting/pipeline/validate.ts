import { parseQuery } from '../../pubmed/index.ts';
import type { ParsedQuery, QueryNode, ResolvedQuery, TermNode } from '../../pubmed/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { formatCount } from '../../text/index.ts';
import type { Problem } from '../../text/index.ts';
import type { Draft } from '../proposal.ts';

/** Judges a parsed query; the lint rules of the house, or the part of them that fits. */
export type Linter = (parsed: ParsedQuery) => readonly Problem[];

/** A draft that may be asked. */
export interface ValidDraft {
  readonly draft: Draft;
  readonly resolved: ResolvedQuery;
  /** Problems that do not forbid asking it. */
  readonly problems: readonly Problem[];
}

const longest = 20_000;
/** More terms make no query that a person could read, or that an engine should be asked. */
const mostTerms = 1_000;

/** Text that belongs into a request or an address and never into a query. */
const smuggled: readonly (readonly [RegExp, string])[] = [
  [/https?:|www\.|\/\/|eutils|\.fcgi/iu, 'an address'],
  [/[?&;]\s*[a-z_]{2,20}\s*=/iu, 'parameters of a request'],
  [
    /\b(?:retmax|retstart|retmode|mindate|maxdate|reldate|datetype|usehistory|webenv|query_key|api_key)\b/iu,
    'parameters of a request',
  ],
  [/<\/?[a-z|!][^>]{0,60}>/iu, 'markup'],
  [/%[0-9a-f]{2}/iu, 'encoded characters'],
  [/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/u, 'control characters'],
];

/** Fields that name a record, its authors or its journal: a model that uses them remembers studies instead of searching for them. */
const remembered = new Set([
  'pmid',
  'uid',
  'pmcid',
  'pmc',
  'aid',
  'lid',
  'si',
  'au',
  '1au',
  'fau',
  'lastau',
  'auid',
  'gr',
  'pg',
  'vi',
  'ip',
]);

/**
 * Checks a draft before it is asked: text that is no query, syntax errors and lint errors reject it; a model's draft is also
 * rejected for naming records instead of their topic.
 * @returns the draft with what was found out, or the reason, in one sentence for people
 */
export function validateDraft(draft: Draft, lint?: Linter): ValidDraft | { readonly reason: string } {
  const { query } = draft;
  if (query.trim() === '') return { reason: 'The query is empty.' };
  if (query.length > longest)
    return { reason: `The query is longer than ${formatCount(longest)} characters.` };
  for (const [pattern, what] of smuggled)
    if (pattern.test(query)) return { reason: `The query holds ${what}, which has no place in a search.` };
  const parsed = parseQuery(query);
  const problems = [...parsed.problems, ...(lint?.(parsed) ?? [])];
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) return { reason: `The query cannot be searched as it is: ${error.message}` };
  const resolved = resolveText(query);
  if (isUnresolvable(resolved)) return { reason: resolved.problem };
  const terms = termsOf(resolved.root);
  if (terms.length > mostTerms) return { reason: `The query has more than ${mostTerms} terms.` };
  const named = draft.origin === 'model' ? terms.find(namesRecord) : undefined;
  if (named !== undefined)
    return {
      reason: `The query names a record, an author or a place in a journal (${named.text.slice(0, 60)}) instead of a topic.`,
    };
  return { draft, resolved, problems };
}

function namesRecord({ text, tag }: TermNode): boolean {
  if (tag?.field !== undefined) return remembered.has(tag.field);
  return /^\s*(?:pmid:?\s*)?\d{5,9}\s*$/iu.test(text) || /^\s*(?:pmc|nct)\d+\s*$/iu.test(text);
}

function termsOf(node: QueryNode): TermNode[] {
  const found: TermNode[] = [];
  const work: QueryNode[] = [node];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (next.kind === 'term') found.push(next);
    else if (next.kind === 'chain') work.push(...next.operands);
    else if (next.kind === 'group' && next.inner !== undefined) work.push(next.inner);
  }
  return found;
}
