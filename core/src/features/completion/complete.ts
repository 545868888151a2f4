import type { StrategyDocument } from '../../strategy/index.ts';
import { completeDates } from './dates.ts';
import { completeFilters } from './filters.ts';
import { completeFrontMatter } from './frontMatter.ts';
import { completeHeadings, typedRuns } from './headings.ts';
import { completeHedges } from './hedges.ts';
import { listOf, MOST_ITEMS, NOTHING } from './item.ts';
import type { CompletionContext, Completions, Draft } from './item.ts';
import { completeLanguages } from './languages.ts';
import { completeLineNumber, completeReferences } from './lines.ts';
import { completeOperators } from './operators.ts';
import { placeAt } from './place.ts';
import type { TermPlace } from './place.ts';
import { completePublicationTypes } from './publicationTypes.ts';
import { completeAfterSlash, completeFloating, completeSubheadings } from './subheadings.ts';
import { completeTag } from './tags.ts';

/** Most items of one kind beside the headings, so that none crowds the others out. */
const MOST_OF_A_KIND = 5;
/** Stars, numbers of lines and the like: no name has them. */
const NO_NAME = /[*#?$\\[\]]/;

/**
 * What can stand at `offset`, best first: tags, headings, subheadings, publication types, languages, filters, dates, other lines,
 * operators, keys of the front matter. Nothing within comments, and nothing that would take away a word that was not being typed.
 * Takes a few milliseconds with all of MeSH.
 */
export function completion(
  document: StrategyDocument,
  offset: number,
  context: CompletionContext = {},
): Completions {
  const { frontMatter } = document;
  if (frontMatter && offset >= frontMatter.range.start && offset <= frontMatter.range.end)
    return completeFrontMatter(document, offset);
  const place = placeAt(document, offset);
  switch (place.kind) {
    case 'nothing':
      return NOTHING;
    case 'tag':
      return completeTag(place, context.thesaurus);
    case 'reference':
      return listOf(completeReferences(document, place.line, place.replace, offset));
    case 'lineNumber':
      return completeLineNumber(document, place.replace, offset);
    case 'term':
      return completeTerm(document, place, context);
  }
}

function completeTerm(document: StrategyDocument, place: TermPlace, context: CompletionContext): Completions {
  const { thesaurus, thesaurusLoading } = context;
  const subheadings = completeAfterSlash(place, thesaurus);
  if (subheadings !== undefined) return listOf(subheadings);
  // What is typed on changes which headings fit, and whether any is misspelt.
  const isIncomplete = thesaurus !== undefined || thesaurusLoading === true;
  const headings = thesaurus === undefined ? [] : completeHeadings(place, thesaurus);
  const { isTagged, typed } = place;
  if (isTagged) return listOf([...headings, ...valuesOf(place)], isIncomplete && place.field !== 'pt');
  const operators = completeOperators(document, place);
  if (typed.trim() === '') {
    if (place.isQuoted) return listOf([], true);
    return listOf(place.afterOperand ? operators : beginnings(document, place), isIncomplete);
  }
  if (place.isQuoted && /\s\S/.test(place.rest)) return listOf([], isIncomplete);
  const isOperator = place.afterOperand && /(?:^|\s)\p{L}+$/u.test(typed);
  const isFilter = /(?:^|\s)filt\w*$/i.test(typed);
  const isLast = /(?:^|\s)last\s?(?:\d+\s?\w*)?$/i.test(typed);
  const filters = ofEachKind(
    place,
    (text, at) => completeHedges(document, place, text, at),
    isFilter ? MOST_ITEMS : 4,
    3,
  );
  const dates = ofEachKind(place, (text, at) => completeDates(place, text, at));
  return listOf(
    [
      ...(isOperator ? operators : []),
      // Words that hardly anybody types to look for a heading.
      ...(isFilter ? filters : []),
      ...(isLast ? dates : []),
      ...headings,
      ...ofEachKind(place, (text, at) => completePublicationTypes(place, text, at)),
      ...ofEachKind(place, (text, at) => completeFilters(place, text, at)),
      ...ofEachKind(place, (text, at) => completeLanguages(place, text, at)),
      ...(isLast ? [] : dates),
      ...ofEachKind(place, (text, at) => completeFloating(place, text, at), 3),
      ...(isFilter ? [] : filters),
    ],
    isIncomplete,
  );
}

/** Items for the longest run of words that has any; a letter or two have none but headings and operators. */
function ofEachKind(
  place: TermPlace,
  find: (text: string, start: number) => Draft[],
  most = MOST_OF_A_KIND,
  shortest = 2,
): Draft[] {
  for (const { text, start } of typedRuns(place)) {
    if (text.trim().length < shortest || NO_NAME.test(text)) continue;
    const found = find(text, start);
    if (found.length > 0) return found.slice(0, most);
  }
  return [];
}

/** Values of the field that follows. */
function valuesOf(place: TermPlace): Draft[] {
  switch (place.field) {
    case 'pt':
      return completePublicationTypes(place, place.typed, place.start);
    case 'la':
      return completeLanguages(place, place.typed, place.start);
    case 'filter':
      return completeFilters(place, place.typed, place.start);
    case 'sh':
      return completeSubheadings(place);
    default:
      return completeDates(place, place.typed, place.start);
  }
}

/** What an operand can begin with where nothing is typed yet: other lines, then filters and dates. */
function beginnings(document: StrategyDocument, place: TermPlace): Draft[] {
  const at = { start: place.offset, end: place.offset };
  const lines = place.line === undefined ? [] : completeReferences(document, place.line, at, place.offset);
  return [
    ...lines,
    ...completeDates(place, '', place.start).slice(0, 2),
    ...completeHedges(document, place, '', place.start),
  ];
}
