import type { Thesaurus } from '../mesh/index.ts';
import { moveProblem } from '../pubmed/index.ts';
import type { ParsedQuery } from '../pubmed/index.ts';
import { TextMemory } from '../text/index.ts';
import type { Problem } from '../text/index.ts';
import type { LintContext } from './family.ts';

/** What was found in a query that stood at `offset`. */
interface Findings {
  readonly offset: number;
  readonly problems: readonly Problem[];
}

/** Texts that may be read as numbers of lines, which depends on the lines that there are: too short to be worth remembering. */
const DEPENDS_ON_LINES = /^[\s\d()#&|,/andorts-]*$/i;

/** Findings by the text of the query; characters of text, some thousand lines. */
const remembered = new TextMemory<Findings>(1_000_000);
/** The context that all of them were found in: another one, and they are forgotten. */
let thesaurus: Thesaurus | undefined;
let levels: LintContext['levels'];
let searchDate: string | undefined;

/**
 * Judges `query` with `check`, or moves what was found in the same text before: with every key an editor asks for hundreds of
 * lines of which one has changed. Rules look at the text of a query and at `context` only, so this tells no lies.
 */
export function remembering(
  query: ParsedQuery,
  context: LintContext,
  check: (query: ParsedQuery, context: LintContext) => readonly Problem[],
): readonly Problem[] {
  if (thesaurus !== context.thesaurus || levels !== context.levels || searchDate !== context.searchDate) {
    ({ thesaurus, levels, searchDate } = context);
    remembered.clear();
  }
  const { text, offset } = query;
  if (text.length < 4000 && DEPENDS_ON_LINES.test(text)) return check(query, context);
  const known = remembered.get(text);
  if (known !== undefined) {
    const by = offset - known.offset;
    return by === 0 ? known.problems : known.problems.map((problem) => moveProblem(problem, by));
  }
  const problems = check(query, context);
  remembered.set(text, { offset, problems });
  return problems;
}
