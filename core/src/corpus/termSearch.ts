import type { RangeNode, TermNode } from '../pubmed/index.ts';
import { findField, hasShortStem, printRange, printTerm } from '../pubmed/index.ts';
import { checkDay } from '../search/index.ts';
import { formatCount } from '../text/index.ts';
import { searchAuthor } from './authorSearch.ts';
import { nameKey } from './characters.ts';
import type { DateRange } from './dates.ts';
import { dateRange, isInRange, relativeRange } from './dates.ts';
import { DocSet } from './docSet.ts';
import type { Evaluation, Part } from './evaluation.ts';
import type { CoveredField } from './fields.ts';
import { isWordField } from './fields.ts';
import type { recordFlag } from './indexParts.ts';
import { isLanguage, languageKey } from './languages.ts';
import {
  findDescriptor,
  searchAction,
  searchHeading,
  searchPublicationType,
  searchSubheading,
} from './meshSearch.ts';
import { doiKey, firstPage, journalKey } from './recordFields.ts';
import {
  searchTaggedWords,
  searchUntagged,
  translated,
  warnNoThesaurus,
  warnShortStem,
} from './wordSearch.ts';

/** Untagged values that ask whether a record has something. */
const presence: Readonly<Record<string, keyof typeof recordFlag>> = {
  hasabstract: 'hasAbstract',
  haskeyword: 'hasKeyword',
};

/** Values of the same kind that only PubMed can answer (User Guide, "hascois" and the like). */
const remotePresence =
  /^(?:hascois|hasdatabanklist|hasassociateddat(?:a|aset)|hasnihmsid|has(?:retraction|erratum|comment)\w+|pmcbook\w*|indexingmethod_\w+|pubstatus\w+|owner\w+)$/;

/** Evaluates one term by its tag. */
export function searchTerm(run: Evaluation, node: TermNode): Part {
  run.checkAborted();
  const special = searchPresence(run, node);
  if (special !== undefined) return special;
  const { tag } = node;
  if (tag === undefined) return searchUntaggedHeading(run, node) ?? searchUntagged(run, node);
  const { field } = tag;
  if (field === undefined) {
    run.warn(
      'field-not-found',
      `PubMed has no field [${tag.text}], so "${node.text}" was searched in all fields.`,
    );
    return searchUntagged(run, node);
  }
  if (field === 'all') return searchUntagged(run, node);
  if (isWordField(field)) {
    if (field === 'ad') run.noteCoverage('ad', 'affiliations [ad]');
    return searchTaggedWords(run, node, field);
  }
  const search = valueFields[field];
  return search === undefined ? unsupported(run, node) : search(run, node, field);
}

function unsupported(run: Evaluation, node: TermNode | RangeNode): Part {
  const text = node.kind === 'term' ? printTerm(node) : printRange(node);
  return run.drop(
    'unsupported-locally',
    `${text} cannot be answered from local records and was left out.`,
    text,
  );
}

function searchPresence(run: Evaluation, node: TermNode): Part | undefined {
  const value = node.text.trim().toLowerCase();
  const flag = Object.hasOwn(presence, value) ? presence[value] : undefined;
  if (flag === undefined) return remotePresence.test(value) ? unsupported(run, node) : undefined;
  const docs = run.index.cached(`has|${flag}`, () => {
    const found = new DocSet(run.index.documentCount);
    for (let doc = 0; doc < found.size; doc++) if (run.index.hasFlag(doc, flag)) found.add(doc);
    return found;
  });
  return { docs, text: value };
}

/** `neoplasms/drug therapy`: with a subheading the tag is optional. */
function searchUntaggedHeading(run: Evaluation, node: TermNode): Part | undefined {
  const { thesaurus } = run.options;
  const slash = node.text.lastIndexOf('/');
  if (slash < 0 || thesaurus === undefined || node.text.includes('*')) return undefined;
  const isHeading = findDescriptor(thesaurus, node.text.slice(0, slash)) !== undefined;
  const answer = isHeading ? heading(run, node, 'mh') : undefined;
  return answer?.docs?.isEmpty() === true ? undefined : answer;
}

/** Stars that PubMed ignores are taken out of the text of a whole-value term. */
function valueText(run: Evaluation, node: TermNode): string {
  if (!hasShortStem(node.text)) return node.text;
  warnShortStem(run, node);
  return node.text.replaceAll('*', ' ');
}

function heading(run: Evaluation, node: TermNode, field: string): Part {
  const { thesaurus, headingsAsText } = run.options;
  const text = valueText(run, node);
  if (nameKey(text.replaceAll('*', 'x')) === '') return emptyTerm(run, node);
  if (thesaurus === undefined) warnNoThesaurus(run);
  run.noteCoverage('mh', 'MeSH headings [mh]');
  const answer = searchHeading(run.index, text, {
    thesaurus,
    major: field === 'majr',
    explode: node.tag?.noExplode !== true,
    headingsAsText: headingsAsText === true,
  });
  if (answer.unknown)
    run.warn(
      'heading-not-found',
      `"${node.text}" is no MeSH heading that MeSH or these records know; it finds nothing.`,
    );
  const name = findField(field)?.name ?? field;
  return {
    docs: answer.docs,
    text: `"${answer.name}"[${name}${node.tag?.noExplode === true ? ':noexp' : ''}]`,
  };
}

function emptyTerm(run: Evaluation, node: TermNode): Part {
  return run.drop('ignored', `"${node.text}" holds nothing to search for and was ignored.`, node.text);
}

/** How to search a whole value: pattern of the value, what the records may lack, and how to say so. */
function values(
  kind: string,
  key: (text: string) => string,
  covered?: readonly [CoveredField, string],
): (run: Evaluation, node: TermNode, field: string) => Part {
  return (run, node, field) => {
    const text = valueText(run, node);
    const pattern = text.split('*').map(key).join('*');
    if (pattern.replaceAll('*', '') === '') return emptyTerm(run, node);
    if (covered !== undefined) run.noteCoverage(...covered);
    return { docs: run.index.docsWithValue(`${kind}:${pattern}`), text: translated(pattern, field) };
  };
}

const doi = values('do', doiKey, ['do', 'DOI [aid]']);

/** Fields of whole values, each with its own matching. Fields that are missing here need PubMed itself. */
const valueFields: Readonly<Record<string, (run: Evaluation, node: TermNode, field: string) => Part>> = {
  mh: heading,
  majr: heading,
  sh: (run, node) => {
    run.noteCoverage('mh', 'MeSH headings [mh]');
    const answer = searchSubheading(run.index, node.text, node.tag?.noExplode !== true);
    if (answer !== undefined) return { docs: answer.docs, text: translated(answer.name, 'sh') };
    run.warn('heading-not-found', `"${node.text}" is no MeSH subheading; it finds nothing.`);
    return { docs: new DocSet(run.index.documentCount), text: translated(node.text, 'sh') };
  },
  pa: (run, node) => {
    const { thesaurus } = run.options;
    if (thesaurus === undefined) {
      warnNoThesaurus(run);
      return unsupported(run, node);
    }
    run.noteCoverage('mh', 'MeSH headings [mh]');
    const answer = searchAction(run.index, node.text, thesaurus);
    if (answer !== undefined) return { docs: answer.docs, text: translated(answer.name, 'pa') };
    run.warn(
      'heading-not-found',
      `"${node.text}" is no MeSH heading; as a pharmacological action it finds nothing.`,
    );
    return { docs: new DocSet(run.index.documentCount), text: translated(node.text, 'pa') };
  },
  pt: (run, node) => {
    run.noteCoverage('pt', 'publication types [pt]');
    const text = valueText(run, node);
    const answer = searchPublicationType(
      run.index,
      text,
      node.tag?.noExplode !== true,
      run.options.thesaurus,
    );
    return { docs: answer.docs, text: translated(answer.name, 'pt') };
  },
  nm: (run, node) => {
    run.noteCoverage('nm', 'substances [nm]');
    const text = valueText(run, node);
    const { thesaurus } = run.options;
    const found = thesaurus === undefined || text.includes('*') ? undefined : findDescriptor(thesaurus, text);
    const docs = run.index.docsWithValue(`nm:${text.split('*').map(nameKey).join('*')}`).clone();
    if (found !== undefined) docs.addAll(run.index.docsWithValue(`nm:${nameKey(found.name)}`));
    return { docs, text: translated(found?.name ?? text, 'nm') };
  },
  rn: (run, node) => {
    run.noteCoverage('nm', 'substances [rn]');
    const pattern = valueText(run, node).split('*').map(nameKey).join('*');
    const docs = run.index.docsWithValue(`rn:${pattern}`).or(run.index.docsWithValue(`nm:${pattern}`));
    return { docs, text: translated(pattern, 'rn') };
  },
  la: values('la', (text) => languageKey(text), ['la', 'language [la]']),
  ta: values('ta', journalKey, ['ta', 'journal [ta]']),
  aid: doi,
  lid: doi,
  vi: values('vi', nameKey, ['vi', 'volume [vi]']),
  ip: values('ip', nameKey, ['vi', 'issue [ip]']),
  pg: values('pg', firstPage, ['pg', 'pages [pg]']),
  au: author,
  '1au': author,
  lastau: author,
  fau: author,
  pmid: (run, node) => {
    const written = node.text.split(/[\s,;]+/u).filter((id) => id !== '');
    const ids = written.map((id) => id.replace(/^0+(?=\d+$)/, ''));
    const docs = ids.map((id) => run.index.docOf(id)).filter((doc) => doc !== undefined);
    return { docs: DocSet.of(run.index.documentCount, docs), text: `${ids.join(' ')}[PMID]` };
  },
  dp: (run, node) => {
    const range = relativeRange(node.text, run.today) ?? dateRange(node.text, node.text);
    if (range === undefined)
      return run.drop(
        'ignored',
        `"${node.text}" is no date; write 2016, 2016/09 or 2016/09/30. It was left out.`,
        node.text,
      );
    return published(run, range, printTerm(node));
  },
  filter: (run, node) => searchFilter(run, node) ?? unsupported(run, node),
};

function author(run: Evaluation, node: TermNode, field: string): Part {
  const text = valueText(run, node);
  if (nameKey(text) === '') return emptyTerm(run, node);
  run.noteCoverage('au', 'authors [au]');
  return { docs: searchAuthor(run.index, text, field, node.quoted), text: translated(text, field) };
}

/** Filters whose meaning is a plain search: languages, and the check tags Humans, Male, Female. */
function searchFilter(run: Evaluation, node: TermNode): Part | undefined {
  if (isLanguage(node.text)) return valueFields['la']?.(run, node, 'la');
  const checkTag = /^(humans|male|female)$/i.exec(node.text.trim());
  if (checkTag === null) return undefined;
  run.noteCoverage('mh', 'MeSH headings [mh]');
  const name = checkTag[0].toLowerCase();
  return { docs: run.index.docsWithValue(`mh:${name}`), text: translated(name, 'filter') };
}

function published(run: Evaluation, range: DateRange, text: string): Part {
  run.noteCoverage('dp', 'date of publication [dp]');
  return { docs: docsInRange(run, range), text };
}

function docsInRange({ index }: Evaluation, range: DateRange): DocSet {
  return index.cached(`dp|${range.from}|${range.to}`, () => {
    const docs = new DocSet(index.documentCount);
    index.parts.dates.forEach((date, doc) => {
      if (isInRange(date, range)) docs.add(doc);
    });
    return docs;
  });
}

/** Evaluates `from : to`. Ranges work for publication dates and PMIDs. */
export function searchRange(run: Evaluation, node: RangeNode): Part {
  run.checkAborted();
  const field = node.tag?.field;
  const text = printRange(node);
  if (field === 'dp') {
    const range = dateRange(node.from, node.to);
    if (range !== undefined) return published(run, range, text);
    return run.drop(
      'ignored',
      `${text} is no range of dates; write 2010:2016[dp] or 2010/01:2016/09[dp]. It was left out.`,
      text,
    );
  }
  if (field === 'pmid' && /^\d+$/.test(node.from) && /^\d+$/.test(node.to)) {
    const docs = new DocSet(run.index.documentCount);
    run.index.parts.ids.forEach((id, doc) => {
      if (/^\d+$/.test(id) && Number(id) >= Number(node.from) && Number(id) <= Number(node.to)) docs.add(doc);
    });
    return { docs, text };
  }
  if (field !== undefined) return unsupported(run, node);
  return run.drop(
    'ignored',
    `The range ${text} needs a date field, for example [dp]. It was left out.`,
    text,
  );
}

/**
 * Keeps what was published by the day `until`, and what has no date.
 * @throws SearchError `rejected` when `until` is no day: without the limit the number would be another one.
 */
export function limitTo(run: Evaluation, docs: DocSet, until: string): DocSet {
  checkDay(until);
  const range = dateRange('0001', until);
  if (range === undefined) return docs;
  const { index } = run;
  const undated = index.cached('undated', () => {
    const found = new DocSet(index.documentCount);
    index.parts.dates.forEach((date, doc) => {
      if (date === 0) found.add(doc);
    });
    return found;
  });
  const kept = docs.countCommon(undated);
  if (kept > 0)
    run.warn(
      'undated-records',
      `${formatCount(kept)} of the records found have no date; they are counted although the search ends on ${until}.`,
    );
  return docs.and(docsInRange(run, range).or(undated));
}
