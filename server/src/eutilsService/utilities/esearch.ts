import { SearchError } from '@querent/core/search';
import { errorElement, jsonAnswer, xmlAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import { MOST_LISTED } from '../context.ts';
import { databaseOf } from '../databases.ts';
import { dateLimits } from '../dateLimits.ts';
import type { Findings } from '../findings.ts';
import { findingsOf } from '../findings.ts';
import { searchHeadings } from '../mesh/headingSearch.ts';
import { inOrder, orderOf } from '../order.ts';
import { searchDetails } from '../searchDetails.ts';
import type { HistoryEntry, HistorySlot, ServiceAnswer } from '../protocol.ts';
import { TermFault } from '../terms.ts';
import { element, escapeXml, textElement } from '../xml.ts';

/** What an ESearch comes to. */
interface Result {
  readonly count: number;
  readonly from: number;
  readonly ids: readonly string[];
  readonly translation: string;
  readonly findings: Findings;
}

/** ESearch (E-utilities In-Depth, "ESearch"), in JSON and XML, for PubMed and for the headings of MeSH. */
export async function esearch(context: Context): Promise<ServiceAnswer> {
  const { parameters, slot } = context;
  const isJson = parameters.text('retmode')?.toLowerCase() === 'json';
  try {
    const db = databaseOf(parameters.text('db'), context.citations.engine.thesaurus !== undefined);
    if (typeof db === 'object') throw new TermFault(db.error);
    const [result, entry] = db === 'mesh' ? searchHeadings(context) : await searchCitations(context);
    const isCount = parameters.text('rettype')?.toLowerCase() === 'count';
    const more = slot === undefined ? {} : { keep: entry };
    if (isCount)
      return isJson
        ? jsonAnswer('esearch', { esearchresult: { count: String(result.count) } }, more)
        : xmlAnswer('eSearchResult', element('Count', String(result.count)), more);
    return isJson ? asJson(result, slot, more) : asXml(result, slot, more);
  } catch (error) {
    const message = wordsOf(error);
    return isJson
      ? jsonAnswer('esearch', { esearchresult: { ERROR: message } })
      : xmlAnswer('eSearchResult', errorElement(message));
  }
}

/** The words of a fault that is an answer; other faults are thrown on. */
function wordsOf(error: unknown): string {
  if (error instanceof TermFault) return error.message;
  if (error instanceof SearchError && error.code !== 'aborted' && error.code !== 'internal')
    return error.message;
  throw error;
}

async function searchCitations(context: Context): Promise<[Result, HistoryEntry]> {
  const { parameters, citations, history, signal, today } = context;
  const field = parameters.text('field');
  const within = parameters.text('query_key');
  const dates = dateLimits(parameters, today);
  const entry: HistoryEntry = {
    ...{ kind: 'search', db: 'pubmed', term: parameters.text('term') ?? '' },
    ...(field === undefined ? {} : { field }),
    ...(dates === undefined ? {} : { dates }),
    ...(within === undefined ? {} : { within }),
  };
  const order = orderOf(parameters.text('sort'));
  const from = parameters.number('retstart', 0);
  if (from >= MOST_LISTED) throw new TermFault(tooFar);
  const found = citations.search(entry, history, signal);
  const asked = parameters.number('retmax', 20);
  const limit = Math.min(asked, MOST_LISTED - from);
  const findings = findingsOf(citations, found.query, found, signal);
  const messages = [
    ...findings.outputMessages,
    ...(order === undefined ? [`Unknown sort schema '${parameters.text('sort') ?? ''}' ignored`] : []),
    ...(asked > limit && found.count > from + limit
      ? [`Restrictions achieved. start and count adjusted to ${from}, ${limit}`]
      : []),
  ];
  const ids =
    limit === 0
      ? []
      : await inOrder(citations, found.docs, {
          order: order ?? 'uid',
          from,
          limit,
          words: wordsIn(entry.term),
        });
  return [
    {
      count: found.count,
      from,
      ids,
      translation: searchDetails(found.translation),
      findings: { ...findings, outputMessages: messages },
    },
    entry,
  ];
}

/** NCBI's words, with its line break. */
const tooFar =
  "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, ESearch can only retrieve the first 9,999 records " +
  'matching the query. To obtain more than 9,999 PubMed records, consider using EDirect that contains additional logic to batch PubMed search ' +
  'results automatically so that an arbitrary number can be retrieved. For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/';

/** The words of a term, for relevance: without tags, operators and signs. */
function wordsIn(term: string): string {
  return term.replace(/\[[^\]]*\]/g, ' ').replace(/\b(?:AND|OR|NOT)\b|[^\p{L}\p{N}\s-]/gu, ' ');
}

function asJson(
  { count, from, ids, translation, findings }: Result,
  slot: HistorySlot | undefined,
  more: Partial<ServiceAnswer>,
): ServiceAnswer {
  const { phrasesNotFound, fieldsNotFound, phrasesIgnored, quotedPhrasesNotFound, outputMessages } = findings;
  const hasErrors = phrasesNotFound.length + fieldsNotFound.length > 0;
  const hasWarnings = phrasesIgnored.length + quotedPhrasesNotFound.length + outputMessages.length > 0;
  return jsonAnswer(
    'esearch',
    {
      esearchresult: {
        count: String(count),
        retmax: String(ids.length),
        retstart: String(from),
        ...(slot === undefined ? {} : { querykey: slot.queryKey, webenv: slot.webEnv }),
        idlist: ids,
        translationset: findings.translations,
        querytranslation: translation,
        ...(hasErrors
          ? { errorlist: { phrasesnotfound: phrasesNotFound, fieldsnotfound: fieldsNotFound } }
          : {}),
        ...(hasErrors || hasWarnings
          ? {
              warninglist: {
                phrasesignored: phrasesIgnored,
                quotedphrasesnotfound: quotedPhrasesNotFound,
                outputmessages: outputMessages,
              },
            }
          : {}),
      },
    },
    more,
  );
}

function asXml(
  { count, from, ids, translation, findings }: Result,
  slot: HistorySlot | undefined,
  more: Partial<ServiceAnswer>,
): ServiceAnswer {
  const each = (name: string, texts: readonly string[]): readonly string[] =>
    texts.map((text) => element(name, escapeXml(text)));
  const errors = [
    ...each('PhraseNotFound', findings.phrasesNotFound),
    ...each('FieldNotFound', findings.fieldsNotFound),
  ];
  const warnings = [
    ...each('PhraseIgnored', findings.phrasesIgnored),
    ...each('QuotedPhraseNotFound', findings.quotedPhrasesNotFound),
    ...each('OutputMessage', findings.outputMessages),
  ];
  return xmlAnswer(
    'eSearchResult',
    [
      element('Count', String(count)),
      element('RetMax', String(ids.length)),
      element('RetStart', String(from)),
      ...(slot === undefined ? [] : [element('QueryKey', slot.queryKey), element('WebEnv', slot.webEnv)]),
      ids.length === 0
        ? '<IdList/>'
        : element('IdList', `\n${ids.map((id) => `${element('Id', id)}\n`).join('')}`),
      findings.translations.length === 0
        ? '<TranslationSet/>'
        : element(
            'TranslationSet',
            findings.translations.map(({ from: term, to }) =>
              element('Translation', [...textElement('From', term), ...textElement('To', to)]),
            ),
          ),
      element('QueryTranslation', escapeXml(translation)),
      ...(errors.length === 0 ? [] : [element('ErrorList', errors)]),
      ...(warnings.length === 0 ? [] : [element('WarningList', warnings)]),
    ],
    more,
  );
}
