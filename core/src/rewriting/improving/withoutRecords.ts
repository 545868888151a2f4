import type { Descriptor, Thesaurus } from '../../mesh/index.ts';
import type { QueryPart, TermNode } from '../../pubmed/index.ts';
import { mentionsIn } from '../deterministic/conceptMatching.ts';
import { wordsOf } from '../deterministic/topic.ts';
import { textTerm } from '../deterministic/vocabulary.ts';
import { plurals, singular } from '../deterministic/wordForms.ts';
import type { Draft, RewriteRequest } from '../proposal.ts';
import { loopholesOf } from '../loopholes.ts';
import { isDesignBlock } from './blame.ts';
import { edited, nameOf, readQuery, textOf } from './edits.ts';
import type { QueryEdit, QueryText } from './edits.ts';
import { isGeneralHeading } from './generalHeadings.ts';
import { listed } from './wording.ts';

/** Names of these ways of drafting, as proposals show them. */
const catchName = 'what the missed seeds have';
const synonymsName = 'missing synonyms';
const stricterName = 'narrower';
const dropName = 'without a block';

/** Most terms beside one term, and in all. */
const mostBeside = 6;
const mostInAll = 40;
/** Headings above this level of the trees name whole fields: `Therapeutics`. */
const leastDepth = 3;
/** Blocks whose dropping is tried. */
const mostDropped = 4;

/**
 * Edits of the query that is there where no records can be looked into, such as at PubMed: what MeSH and the language alone say. Completed with
 * headings, entry terms and plurals; words in titles only and headings as major topic; without one block after the other. Each is
 * measured before it is shown, and what is no better is not shown. Empty when there is no query or it has syntax errors.
 */
export function editWithoutRecords(
  request: RewriteRequest,
  thesaurus: Thesaurus | undefined,
): readonly Draft[] {
  const query = readQuery(request.query ?? '');
  if (query === undefined) return [];
  const { goal = 'improve', faults = [] } = request;
  const drafts: (Draft | undefined)[] = [];
  const narrows = goal === 'narrow' || faults.some(({ kind }) => kind === 'too-many');
  const drops = goal !== 'narrow' || faults.some(({ kind }) => kind === 'block-loses-seeds');
  if (goal === 'catch-missed' || faults.some(({ kind }) => kind === 'misses-seeds'))
    drafts.push(withHeadingsOfSeeds(query, request, thesaurus));
  if (goal !== 'narrow') drafts.push(completed(query, thesaurus));
  if (narrows) drafts.push(...stricter(query));
  if (drops && request.isBlock !== true) drafts.push(...withoutBlocks(query));
  return drafts.filter((draft) => draft !== undefined);
}

function completed(query: QueryText, thesaurus: Thesaurus | undefined): Draft | undefined {
  const present = new Set<string>();
  for (const { at } of termsOf(query)) present.add(keyOf(textOf(query, at)));
  const edits: QueryEdit[] = [];
  const added: string[] = [];
  for (const { at, node, isPositive } of termsOf(query)) {
    if (!isPositive || isDesignBlock(query, query.parts[at]?.parent ?? at)) continue;
    const terms: string[] = [];
    for (const term of synonymsOf(node, thesaurus)) {
      if (present.has(keyOf(term)) || terms.length >= mostBeside || added.length >= mostInAll) continue;
      present.add(keyOf(term));
      terms.push(term);
      added.push(term);
    }
    if (terms.length > 0) edits.push({ kind: 'add', at, terms });
  }
  const text = edits.length === 0 ? undefined : edited(query, edits);
  if (text === undefined) return undefined;
  const from =
    thesaurus === undefined ? 'Plurals and singulars' : 'Headings and entry terms of MeSH, and plurals';
  return {
    query: text,
    origin: 'method',
    source: synonymsName,
    shownSeeds: [],
    reasoning: `The query that is there, with ${added.length} terms more. ${from} of its terms, without looking into records: ${listed(added, 12)}.`,
  };
}

/** The query with headings of seeds that are close to those that a block names: the same, one above or below, or beside it. */
function withHeadingsOfSeeds(
  query: QueryText,
  { faults = [], seedRecords = [] }: RewriteRequest,
  thesaurus: Thesaurus | undefined,
): Draft | undefined {
  if (thesaurus === undefined) return undefined;
  const missed = new Set(faults.flatMap(({ kind, ids = [] }) => (kind === 'misses-seeds' ? ids : [])));
  const records = seedRecords.filter(({ id }) => missed.size === 0 || missed.has(id));
  const headings = new Map<string, Descriptor>();
  for (const { title, headings: own = [] } of records) {
    const named = [
      ...own.map((name) => thesaurus.byTerm(name.replace(/\*/gu, '').split('/')[0] ?? '')),
      ...mentionsIn(title, thesaurus).map(({ descriptor }) => descriptor),
    ];
    for (const descriptor of named)
      if (descriptor !== undefined && !isGeneralHeading(descriptor.name) && depthOf(descriptor) >= leastDepth)
        headings.set(descriptor.ui, descriptor);
  }
  const present = new Set(termsOf(query).map(({ at }) => keyOf(textOf(query, at))));
  const edits: QueryEdit[] = [];
  const added: string[] = [];
  for (const { at, node, isPositive } of termsOf(query)) {
    const descriptor = isPositive ? thesaurus.byTerm(node.text) : undefined;
    if (descriptor === undefined) continue;
    const above = thesaurus.broader(descriptor).filter((one) => depthOf(one) >= leastDepth);
    const kin = new Set(
      [
        descriptor,
        ...above,
        ...above.flatMap((one) => thesaurus.narrower(one)),
        ...thesaurus.narrower(descriptor),
      ].map(({ ui }) => ui),
    );
    const terms: string[] = [];
    for (const [ui, { name }] of headings) {
      if (!kin.has(ui)) continue;
      for (const term of [`"${name}"[mh]`, ...(name.includes(',') ? [] : [textTerm(name.toLowerCase())])]) {
        if (present.has(keyOf(term)) || added.length >= mostInAll) continue;
        present.add(keyOf(term));
        terms.push(term);
        added.push(term);
      }
    }
    if (terms.length > 0) edits.push({ kind: 'add', at, terms });
  }
  const text = edits.length === 0 ? undefined : edited(query, edits);
  if (text === undefined) return undefined;
  return {
    query: text,
    origin: 'method',
    source: catchName,
    reasoning: `The query that is there, with headings of ${missed.size === 0 ? 'seeds' : 'seeds that it misses'} that MeSH has close to those of a block: ${listed(added, 10)}.`,
  };
}

function depthOf({ treeNumbers }: Descriptor): number {
  return Math.min(...treeNumbers.map((number) => number.split('.').length));
}

/** Terms that mean the same as a term of a text field or a heading, as search terms in the same field. */
function synonymsOf(node: TermNode, thesaurus: Thesaurus | undefined): readonly string[] {
  const { text, tag } = node;
  const field = tag?.field;
  if (tag?.proximity !== undefined || text.includes('*')) return [];
  const isHeading = field === 'mh' || field === 'majr';
  if (!isHeading && ![undefined, 'tiab', 'ti', 'tw', 'all'].includes(field)) return [];
  const words = wordsOf(text).map(({ word }) => word);
  const [mention, ...others] = thesaurus === undefined || isHeading ? [] : mentionsIn(text, thesaurus);
  const isWhole = mention?.words === words.length && others.length === 0;
  const descriptor = isHeading ? thesaurus?.byTerm(text) : isWhole ? mention.descriptor : undefined;
  const texts = [
    ...(isHeading ? [] : numbersOf(words)),
    ...(descriptor === undefined ? [] : namesOf(descriptor)),
  ].map((text) => textTerm(text));
  const headings = descriptor === undefined || field === 'ti' ? [] : [`"${descriptor.name}"[mh]`];
  return [...headings, ...texts].map((term) => (field === 'ti' ? term.replace('[tiab]', '[ti]') : term));
}

const countable =
  /(?:agent|agonist|antagonist|blocker|cancer|child|device|disease|disorder|drug|event|fever|fracture|group|hospital|infection|inhibitor|injury|intervention|lesion|neoplasm|nurse|operation|patient|program|programme|stroke|surgeon|syndrome|test|trial|tumou?r|ulcer|vaccine|woman|worker)$/u;

function numbersOf(words: readonly string[]): readonly string[] {
  const last = words.at(-1);
  if (last === undefined || !/^[a-z]{4,}$/u.test(last)) return [];
  const one = singular(last);
  // `malarias` and `tafenoquines` are no words: without records only nouns that are known to be counted get a plural.
  const forms = one === last ? (countable.test(last) ? plurals(last) : []) : [one];
  return forms.map((form) => [...words.slice(0, -1), form].join(' '));
}

function namesOf({ name, entryTerms }: Descriptor): readonly string[] {
  return [name, ...entryTerms]
    .filter((text) => !text.includes(',') && text.replace(/\W/gu, '').length >= 4)
    .map((text) =>
      wordsOf(text)
        .map(({ word }) => word)
        .join(' '),
    );
}

/** All text words in titles only; all headings as major topic; both. */
function stricter(query: QueryText): readonly Draft[] {
  const titles: QueryEdit[] = [];
  const majors: QueryEdit[] = [];
  for (const { at, node, isPositive } of termsOf(query)) {
    if (!isPositive || node.tag === undefined || node.tag.proximity !== undefined || node.tag.noExplode)
      continue;
    const written = query.text.slice(node.range.start, node.tag.range.start).trimEnd();
    if (node.tag.field === 'tiab') titles.push({ kind: 'replace', at, text: `${written}[ti]` });
    if (node.tag.field === 'mh' && !isDesignBlock(query, query.parts[at]?.parent ?? at))
      majors.push({ kind: 'replace', at, text: `${written}[majr]` });
  }
  const ways: readonly (readonly [readonly QueryEdit[], string])[] = [
    [majors, 'its headings as major topic only'],
    [titles, 'its words in titles only'],
    [
      titles.length > 0 && majors.length > 0 ? [...titles, ...majors] : [],
      'words in titles and headings as major topic only',
    ],
  ];
  return ways.flatMap(([edits, how]): Draft[] => {
    const text = edits.length === 0 ? undefined : edited(query, edits);
    if (text === undefined) return [];
    const reasoning = `The query that is there, with ${how}. No records were looked into: what it loses is in the numbers.`;
    return [{ query: text, origin: 'method', source: stricterName, shownSeeds: [], reasoning }];
  });
}

function withoutBlocks(query: QueryText): readonly Draft[] {
  return query.parts
    .flatMap((part, at): Draft[] => {
      if (part.role !== 'AND' || part.depth !== 1 || isDesignBlock(query, at)) return [];
      const text = edited(query, [{ kind: 'remove', at }]);
      const left = text === undefined ? undefined : readQuery(text);
      if (text === undefined || left === undefined || loopholesOf(left.root).length > 0) return [];
      const reasoning = `The query that is there without ${nameOf(query, at)}. Comparisons and outcomes often stand in no abstract; what this block costs is in the numbers.`;
      return [{ query: text, origin: 'method', source: dropName, shownSeeds: [], reasoning }];
    })
    .slice(-mostDropped);
}

interface PlacedTerm {
  readonly at: number;
  readonly node: TermNode;
  readonly isPositive: boolean;
}

function termsOf({ parts }: QueryText): readonly PlacedTerm[] {
  const positive: boolean[] = [];
  return parts.flatMap((part: QueryPart, at): PlacedTerm[] => {
    const outer = positive[part.parent] ?? true;
    const isPositive = part.role === 'NOT' ? !outer : outer;
    positive[at] = isPositive;
    return part.kind === 'leaf' && part.node?.kind === 'term' ? [{ at, node: part.node, isPositive }] : [];
  });
}

function keyOf(term: string): string {
  return term.toLowerCase().replaceAll('"', '').replace(/\s+/gu, ' ').trim();
}
