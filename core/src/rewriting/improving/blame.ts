import { nodesOf } from '../../pubmed/index.ts';
import type { QueryNode, TermNode } from '../../pubmed/index.ts';
import { leavesOf } from './edits.ts';
import type { QueryText } from './edits.ts';
import type { MeasuredQuery } from './measuredQuery.ts';

/** Fields in which a term says what a record is about; the others limit (dates, languages, kinds of publication). */
const topicalFields = new Set([
  undefined,
  ...['tiab', 'ti', 'tw', 'all', 'ot', 'mh', 'majr', 'nm', 'pa', 'rn', 'sh', 'ps'],
]);

/** Headings that every record of a kind has: they limit. */
const limitingHeadings =
  /^(?:humans?|animals?|(?:fe)?male|adult|aged|aged, 80 and over|middle aged|young adult|adolescent|child|child, preschool|infant|infant, newborn|pregnancy)$/iu;

/** Words and headings that say how a study was made. */
const designWords =
  /^(?:(?:double|single|triple)[- ]?blind\w*|singl\w* blind\w*|random\w*\*?|placebos?|(?:clinical|controlled|randomi[sz]ed|cross-?over|pragmatic)?[- ]?(?:clinical |controlled )*(?:trials?|stud(?:y|ies))(?: as topic)?|trials?|groups?|cohorts?(?: stud(?:y|ies))?|case[- ]controls?(?: stud(?:y|ies))?|cross[- ]sectional(?: stud(?:y|ies))?|follow[- ]?up(?: stud(?:y|ies))?|longitudinal(?: stud(?:y|ies))?|observational(?: stud(?:y|ies))?|prospective(?:ly)?(?: stud(?:y|ies))?|retrospective(?:ly)?(?: stud(?:y|ies))?|(?:systematic )?reviews?(?: literature)?(?: as topic)?|meta-?analys[ie]s(?: as topic)?|meta-?anal\w*\*?|rcts?|random allocation|cross-over studies|comparative study|evaluation stud(?:y|ies)|intervention stud(?:y|ies)|epidemiologic(?: methods| studies)?)\*?$/iu;

/** What a block is for, as far as its terms tell: a topic, the kind of study, or a limit such as a language. */
export type BlockRole = 'topic' | 'design' | 'limit';

/** The role of a part: that of most of its terms; a pinch of limits in a topic is still a topic. */
export function roleOf(query: QueryText, at: number): BlockRole {
  const roles = leavesOf(query, at).map(roleOfLeaf);
  const share = (role: BlockRole): number => roles.filter((one) => one === role).length / roles.length;
  if (roles.length === 0 || share('limit') >= 0.8) return 'limit';
  return share('design') + share('limit') >= 0.6 ? 'design' : 'topic';
}

function roleOfLeaf(node: QueryNode): BlockRole {
  if (node.kind !== 'term') return node.kind === 'range' ? 'limit' : 'topic';
  const { text, tag } = node;
  if (tag?.field === 'pt') return 'design';
  if (designWords.test(text.trim())) return 'design';
  if (!topicalFields.has(tag?.field)) return 'limit';
  if ((tag?.field === 'mh' || tag === undefined) && limitingHeadings.test(text.trim())) return 'limit';
  return 'topic';
}

/** Whether a part is about the kind of study, or a limit, and not about the topic. */
export function isDesignBlock(query: QueryText, at: number): boolean {
  return roleOf(query, at) !== 'topic';
}

/** The topical terms of a part. */
export function topicalTerms(query: MeasuredQuery, at: number): readonly TermNode[] {
  return leavesOf(query, at)
    .flatMap((node) => nodesOf(node))
    .filter((node): node is TermNode => node.kind === 'term' && roleOfLeaf(node) === 'topic');
}

/** What keeps a record out: places to which a term has to be added, each in one of its ways; parts behind a NOT that take it away. */
export interface Blame {
  /** Each list is one way to let the record in: all its places have to find it. Shortest first. */
  readonly ways: readonly (readonly number[])[];
  /** Parts behind a NOT that have the record, where no way leads around them. */
  readonly excludedBy: readonly number[];
}

/** Ways that are looked at for one record; a query with more alternatives has enough with these. */
const mostWays = 6;

/** Why a query does not find a record. Ways lead through places where terms can be added (`sites`). */
export function blame(query: MeasuredQuery, doc: number, sites: ReadonlySet<number>): Blame {
  const excludedBy = new Set<number>();
  const waysOf = (at: number): readonly (readonly number[])[] => {
    const part = query.parts[at];
    if (part === undefined || query.sets[at]?.has(doc) === true) return [[]];
    if (query.sets[at] === undefined) return [];
    const own = sites.has(at) ? [[at]] : [];
    if (part.kind === 'leaf') return own;
    const children = part.children.filter((child) => query.sets[child] !== undefined);
    if (part.operator === 'OR') {
      const inner = children.flatMap((child) => (query.parts[child]?.kind === 'block' ? waysOf(child) : []));
      return [...own, ...inner].sort((a, b) => a.length - b.length).slice(0, mostWays);
    }
    if (part.operator === 'NOT') {
      const [from, ...taken] = children;
      const taking = taken.filter((child) => query.sets[child]?.has(doc) === true);
      for (const child of taking) excludedBy.add(child);
      return taking.length > 0 || from === undefined ? [] : waysOf(from);
    }
    let ways: readonly (readonly number[])[] = [[]];
    for (const child of children) {
      const more = waysOf(child);
      ways = ways.flatMap((way) => more.map((one) => [...new Set([...way, ...one])]));
      if (ways.length > mostWays) ways = [...ways].sort((a, b) => a.length - b.length).slice(0, mostWays);
    }
    return ways;
  };
  const ways = query.docs.has(doc) ? [] : waysOf(0);
  return {
    ways: [...ways].sort((a, b) => a.length - b.length),
    excludedBy: ways.length > 0 ? [] : [...excludedBy],
  };
}
