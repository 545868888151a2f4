import type { QueryNode, TermNode } from '../pubmed/index.ts';
import { findFilterName, hedges, parseQuery, printTerm, publicationTypes } from '../pubmed/index.ts';
import { nameKey } from './characters.ts';
import { docsOfSpan } from './dateSearch.ts';
import { DocSet } from './docSet.ts';
import type { Part } from './evaluation.ts';
import { Evaluation } from './evaluation.ts';
import type { CoveredField } from './fields.ts';
import type { recordFlag } from './indexParts.ts';
import { isLanguage } from './languages.ts';
import { searchPublicationType } from './meshSearch.ts';
import type { LeafSearch } from './treeSearch.ts';
import { searchTree } from './treeSearch.ts';
import { valueFields } from './valueSearch.ts';
import { translated } from './wordSearch.ts';

/** Values that ask for a flag of the record. */
const flags: Readonly<Record<string, keyof typeof recordFlag>> = {
  hasabstract: 'hasAbstract',
  fha: 'hasAbstract',
  haskeyword: 'hasKeyword',
};

/** name | value of the index | field that some record must have, or nobody can tell | what that is */
const PRESENCE = `
hascois|ha:cois|cois|a conflict of interest statement
hasdatabanklist|ha:databanklist|si|numbers of data banks
hasnihmsid|ha:nihmsid|aid|ids of the article
hasretractionin|li:rin|link|links to other records
hasretractionof|li:rof|link|links to other records
haserratumin|li:ein|link|links to other records
haserratumfor|li:efr|link|links to other records
hascommentin|li:cin|link|links to other records
hascommenton|li:con|link|links to other records
hasupdatein|li:uin|link|links to other records
hasupdateof|li:uof|link|links to other records
hasexpressionofconcernin|li:eci|link|links to other records
hasexpressionofconcernfor|li:ecf|link|links to other records
hasrepublishedin|li:rpi|link|links to other records
hasrepublishedfrom|li:rpf|link|links to other records
medline|st:medline|status|a status
inprocess|st:in process|status|a status
in process|st:in process|status|a status
publisher|st:publisher|status|a status
pubmednotmedline|st:pubmed not medline|status|a status
in data review|st:in data review|status|a status
oldmedline|st:oldmedline|status|a status
`;

const presence = new Map(
  PRESENCE.trim()
    .split('\n')
    .map((row) => {
      const [name = '', value = '', field = '', what = ''] = row.split('|');
      return [name, { value, field: field as CoveredField, what }] as const;
    }),
);

/** Filters that stand for a search which is published: the name in PubMed, and the id of its text among the hedges. */
const PUBLISHED: Readonly<Record<string, string>> = {
  systematic: 'nlm-systematic-reviews-2018',
  litcgeneral: 'litcovid-general',
  humans: 'species-humans',
  animal: 'species-other-animals',
  female: 'sex-female',
  male: 'sex-male',
  allchild: 'age-child',
  newborn: 'age-newborn',
  allinfant: 'age-infant',
  infant: 'age-infant-1-23',
  preschoolchild: 'age-preschool',
  child: 'age-child-6-12',
  adolescent: 'age-adolescent',
  alladult: 'age-adult',
  youngadult: 'age-young-adult',
  adult: 'age-adult-19-44',
  middleagedaged: 'age-middle-aged-and-aged',
  middleaged: 'age-middle-aged',
  aged: 'age-aged',
  '80andover': 'age-80-and-over',
};

const squeezed = (name: string): string => nameKey(name).replaceAll(' ', '');
const types = new Map(publicationTypes.map(({ name }) => [squeezed(name), name]));

function filterName(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/ ?\/ ?/g, '/')
    .trim();
}

/** Values that are searched without a tag, such as `hasabstract`. Undefined when the term is none of these. */
export function searchPresence(run: Evaluation, node: TermNode): Part | undefined {
  const { field, text } = node.tag ?? {};
  const isLimit = text === undefined || field === undefined || field === 'all' || field === 'tw';
  if (!isLimit || node.text.length > 40) return undefined;
  const name = filterName(node.text);
  if (findFilterName(name)?.tags.length !== 0) return undefined;
  return byRecord(run, name) ?? unsupported(run, node);
}

/** `[sb]`, `[filter]`: what records tell, or a search that is published. */
export function searchFilter(run: Evaluation, node: TermNode, leaf: LeafSearch): Part {
  const name = filterName(node.text);
  if (isLanguage(node.text)) return valueFields['la']?.(run, node, 'la') ?? unsupported(run, node);
  return (
    byRecord(run, name) ??
    byType(run, name) ??
    byDate(run, name) ??
    byText(run, node, name, leaf) ??
    unsupported(run, node)
  );
}

function unsupported(run: Evaluation, node: TermNode): Part {
  const text = printTerm(node);
  return run.drop(
    'unsupported-locally',
    `${text} cannot be answered from local records and was left out.`,
    text,
  );
}

function byRecord(run: Evaluation, name: string): Part | undefined {
  const { index } = run;
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag !== undefined) {
    const docs = index.cached(`has|${flag}`, () => {
      const found = new DocSet(index.documentCount);
      for (let doc = 0; doc < found.size; doc++) if (index.hasFlag(doc, flag)) found.add(doc);
      return found;
    });
    return { docs, text: name };
  }
  const told = presence.get(name);
  if (told !== undefined) {
    run.noteAbsence(told.field, told.what);
    return {
      docs: index.docsWithValue(told.value),
      text: told.field === 'status' ? translated(name, 'filter') : name,
    };
  }
  const subset = /^jsubset([a-z]{1,4})$/.exec(name)?.[1];
  if (subset === undefined) return undefined;
  run.noteAbsence('subset', 'subsets of journals');
  return { docs: index.docsWithValue(`js:${subset}`), text: name };
}

/** The sidebar's boxes for publication types, `randomizedcontrolledtrial[filter]`; and preprints. */
function byType(run: Evaluation, name: string): Part | undefined {
  const excludes = name === 'excludepreprints';
  const type = excludes ? 'Preprint' : types.get(squeezed(name));
  if (type === undefined) return undefined;
  run.noteCoverage('pt', 'publication types [pt]');
  const docs = searchPublicationType(run.index, type, true, run.options.thesaurus);
  return {
    docs: excludes ? DocSet.all(run.index.documentCount).removeAll(docs) : docs,
    text: translated(name, 'filter'),
  };
}

function byDate(run: Evaluation, name: string): Part | undefined {
  const years = /^y_(1|5|10)$/.exec(name)?.[1];
  return years === undefined
    ? undefined
    : { docs: docsOfSpan(run, Number(years)), text: translated(name, 'filter') };
}

const parsed = new Map<string, QueryNode | undefined>();

function byText(run: Evaluation, node: TermNode, name: string, leaf: LeafSearch): Part | undefined {
  const id = Object.hasOwn(PUBLISHED, name)
    ? PUBLISHED[name]
    : `clinical-queries-${name.replace('/', '-').replaceAll(' ', '-')}`;
  const hedge = hedges.find((one) => one.id === id);
  if (hedge === undefined) return undefined;
  let root = parsed.get(hedge.id);
  if (root === undefined) parsed.set(hedge.id, (root = parseQuery(hedge.query).root));
  if (root === undefined) return undefined;
  const shown = hedge.query.length > 120 ? `${hedge.query.slice(0, 120)}…` : hedge.query;
  run.warn(
    'searched-as-published',
    `${printTerm(node)} was searched as its published text, ${hedge.name} (${hedge.source}): ${shown}`,
  );
  // What the published text says of its own terms is nothing that the person wrote; what the library lacks concerns them.
  const inner = new Evaluation(run.index, run.options, true);
  const { docs } = searchTree(inner, root, leaf);
  for (const { code, message } of inner.warnings) if (ABOUT_LIBRARY.has(code)) run.warn(code, message);
  return { docs, text: translated(name, 'filter') };
}

/** Warnings about the library rather than the query. */
const ABOUT_LIBRARY: ReadonlySet<string> = new Set(['no-thesaurus', 'sparse-field', 'absent-field']);
