import { hedges, nodesOf, parseQuery, printQuery } from '../pubmed/index.ts';
import type { Hedge, ParsedQuery, QueryNode, TermNode } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { TextMemory } from '../text/index.ts';
import type { Range } from '../text/index.ts';
import { PRESS } from './family.ts';
import type { LintContext, Report, RuleFamily } from './family.ts';

const ID = 'uncited-filter';

/** Filters for kinds of studies. */
export const filterRules = {
  rules: [
    {
      id: ID,
      level: 'off',
      category: 'limits',
      press: PRESS.limits,
      reason: 'A published filter is cited, with its version, so that readers can judge and repeat it.',
    },
  ],
  checkStrategy(document: StrategyDocument, report: Report, { levels }: LintContext): void {
    // It is off unless somebody wants it, and takes its time.
    if ((levels?.[ID] ?? 'off') === 'off' || isCited(document)) return;
    for (const { query } of document.lines) {
      const found = filterIn(query);
      if (found === undefined) continue;
      const range = { start: query.offset + found.range.start, end: query.offset + found.range.end };
      report(
        ID,
        range,
        found.hedge === undefined
          ? 'This looks like a filter for kinds of studies. Say in a comment where it comes from and which version it is: // Filter: NAME, YEAR.'
          : `This is the filter "${found.hedge.name}". Cite it in a comment: // Filter: ${found.hedge.source.slice(0, 120)}.`,
      );
    }
  },
} satisfies RuleFamily;

/** Words with which a comment names a source. */
const SOURCE = /\b(?:filter|hedge|cochrane|hsss|hedges|haynes|issg|cadth|sign|source|doi|https?)\b/i;

const isCited = ({ comments }: StrategyDocument): boolean =>
  comments.some(({ text }) => SOURCE.test(text) && !text.includes('querent-disable'));

interface Found {
  /** Counted from the start of the query. */
  readonly range: Range;
  readonly hedge: Hedge | undefined;
}

const remembered = new TextMemory<Found | 'none'>(500_000);

function filterIn(query: ParsedQuery): Found | undefined {
  let found = remembered.get(query.text);
  if (found === undefined) remembered.set(query.text, (found = seek(query) ?? 'none'));
  return found === 'none' ? undefined : found;
}

function seek({ root, offset }: ParsedQuery): Found | undefined {
  for (const node of nodesOf(root)) {
    if (node.kind !== 'chain' || !node.operators.some(({ operator }) => operator === 'OR')) continue;
    const terms = node.operands.map(bare).filter((part): part is TermNode => part.kind === 'term');
    if (!terms.some(isDesign) || terms.filter(isDesignWord).length < 2) continue;
    const range = { start: node.range.start - offset, end: node.range.end - offset };
    return { range, hedge: known().get(key(node)) };
  }
  return undefined;
}

const bare = (node: QueryNode): QueryNode =>
  node.kind === 'group' && node.inner !== undefined ? bare(node.inner) : node;

/** A publication type of studies, which filters begin with. */
const isDesign = ({ text, tag }: TermNode): boolean =>
  tag?.field === 'pt' &&
  /^(?:randomized controlled trial|controlled clinical trial|clinical trial|systematic review|meta-analysis|observational study)$/i.test(
    text,
  );

/** Words that say how a study was made. */
const isDesignWord = ({ text }: TermNode): boolean =>
  /^(?:randomi[sz]ed|random\*|randomly|placebo|trial|trials|groups|cohort\*?|systematic\w*\*?|meta-?analy\w*\*?|cochrane)$/i.test(
    text,
  );

const key = (node: QueryNode): string => printQuery(node).toLowerCase();

let byText: Map<string, Hedge> | undefined;

/** The published filters by their canonical text; made when first asked for. */
function known(): ReadonlyMap<string, Hedge> {
  byText ??= new Map(
    hedges.flatMap((hedge) => {
      const { root } = parseQuery(hedge.query);
      return root === undefined ? [] : [[key(bare(root)), hedge] as const];
    }),
  );
  return byText;
}
