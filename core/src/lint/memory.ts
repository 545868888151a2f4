import type { Thesaurus } from '../mesh/index.ts';
import { moveProblem } from '../pubmed/index.ts';
import type { ParsedQuery } from '../pubmed/index.ts';
import type { Problem } from '../text/index.ts';
import type { LintContext } from './checker.ts';

/** Characters of query text whose problems are remembered: some ten thousand lines. */
const capacity = 2_000_000;
/** A longer text is no line that somebody types in. */
const longest = 50_000;

/** Problems of queries by their text, under one thesaurus and one set of levels. */
interface Memory {
  readonly thesaurus: Thesaurus | undefined;
  readonly levels: LintContext['levels'];
  readonly problems: Map<string, { readonly offset: number; readonly problems: readonly Problem[] }>;
  size: number;
}

let memory: Memory = { thesaurus: undefined, levels: undefined, problems: new Map(), size: 0 };

/**
 * Judges `query` with `check`, or moves what was found in the same text before: with every key an editor asks for hundreds of
 * lines of which one has changed. Rules look at the text of a query and at `context` only, so this tells no lies.
 */
export function remembering(
  query: ParsedQuery,
  context: LintContext,
  check: (query: ParsedQuery, context: LintContext) => readonly Problem[],
): readonly Problem[] {
  const { text, offset } = query;
  if (text.length > longest) return check(query, context);
  const { thesaurus, levels } = context;
  if (memory.thesaurus !== thesaurus || memory.levels !== levels || memory.size > capacity)
    memory = { thesaurus, levels, problems: new Map(), size: 0 };
  const known = memory.problems.get(text);
  if (known !== undefined) {
    const by = offset - known.offset;
    return by === 0 ? known.problems : known.problems.map((problem) => moveProblem(problem, by));
  }
  const problems = check(query, context);
  memory.problems.set(text, { offset, problems });
  memory.size += text.length;
  return problems;
}
