import type { SearchWarning, TermMapping } from '../../../search/index.ts';
import { countOf, errorsOf, refuse } from './answer.ts';
import type { EutilsAnswer } from './answer.ts';
import { object, objects, text, texts } from './json.ts';
import { nodesAt, textAt, textsAt } from './xmlTree.ts';

/** What ESearch says. */
export interface EsearchAnswer {
  /** Records found, also beyond the ids that are listed. */
  readonly count: number;
  readonly ids: readonly string[];
  readonly translation: string | undefined;
  readonly mappings: readonly TermMapping[];
  readonly warnings: readonly SearchWarning[];
  /** Where the history server keeps the result, when it was asked to. */
  readonly history: HistoryPlace | undefined;
}

/** A result on the history server. */
export interface HistoryPlace {
  readonly webEnv: string;
  readonly queryKey: string;
}

/** Lists of warnings: in JSON, in XML, what they become, and what is said of each of their pieces. */
const WARNINGS: readonly (readonly [
  json: readonly [list: string, key: string],
  xml: readonly [list: string, name: string],
  code: string,
  message: (piece: string) => string,
])[] = [
  [
    ['errorlist', 'phrasesnotfound'],
    ['ErrorList', 'PhraseNotFound'],
    'phrase-not-found',
    (piece) => `PubMed does not know “${piece}” and left it out.`,
  ],
  [
    ['errorlist', 'fieldsnotfound'],
    ['ErrorList', 'FieldNotFound'],
    'field-not-found',
    (piece) => `PubMed has no field “${piece}”.`,
  ],
  [
    ['warninglist', 'phrasesignored'],
    ['WarningList', 'PhraseIgnored'],
    'ignored',
    (piece) => `PubMed ignored “${piece}”.`,
  ],
  [
    ['warninglist', 'quotedphrasesnotfound'],
    ['WarningList', 'QuotedPhraseNotFound'],
    'phrase-not-found',
    (piece) => `PubMed has no phrase ${piece} in its index and searched its words instead.`,
  ],
  [
    ['warninglist', 'outputmessages'],
    ['WarningList', 'OutputMessage'],
    'message',
    (piece) => `PubMed says: ${piece}`,
  ],
];

/** @throws SearchError for `ERROR` answers and for answers without a count: never a zero. */
export function readEsearch(answer: EutilsAnswer): EsearchAnswer {
  const read = answer.kind === 'json' ? fromJson(answer.value) : fromXml(answer.root);
  const count = countOf(read.count);
  if (errorsOf(answer).length > 0) refuse(answer, 'did not answer the query');
  if (count === undefined) refuse(answer, 'answered without a number of records');
  return {
    count,
    ids: read.ids,
    translation: read.translation === '' ? undefined : read.translation,
    mappings: read.mappings.filter(({ from, to }) => from !== '' && to !== ''),
    warnings: WARNINGS.flatMap(([json, xml, code, message]) =>
      read.pieces(json, xml).map((piece) => ({
        code,
        message: message(piece),
        // What PubMed says of the whole is about no piece.
        ...(code === 'message' ? {} : { subject: piece }),
      })),
    ),
    history:
      read.webEnv === '' || read.queryKey === ''
        ? undefined
        : { webEnv: read.webEnv, queryKey: read.queryKey },
  };
}

interface Raw {
  readonly count: string;
  readonly ids: readonly string[];
  readonly translation: string;
  readonly mappings: readonly TermMapping[];
  readonly webEnv: string;
  readonly queryKey: string;
  readonly pieces: (json: readonly [string, string], xml: readonly [string, string]) => readonly string[];
}

function fromJson(answer: Readonly<Record<string, unknown>>): Raw {
  const result = object(answer['esearchresult']) ?? {};
  return {
    count: text(result['count']),
    ids: texts(result['idlist']),
    translation: text(result['querytranslation']).trim(),
    mappings: objects(result['translationset']).map((item) => ({
      from: text(item['from']),
      to: text(item['to']),
    })),
    webEnv: text(result['webenv']),
    queryKey: text(result['querykey']),
    pieces: ([list, key]) => texts(object(result[list])?.[key]),
  };
}

function fromXml(root: Parameters<typeof nodesAt>[0]): Raw {
  const result = root?.name === 'eSearchResult' ? root : undefined;
  return {
    count: textAt(result, 'Count'),
    ids: textsAt(result, 'IdList', 'Id'),
    translation: textAt(result, 'QueryTranslation'),
    mappings: nodesAt(result, 'TranslationSet', 'Translation').map((node) => ({
      from: textAt(node, 'From'),
      to: textAt(node, 'To'),
    })),
    webEnv: textAt(result, 'WebEnv'),
    queryKey: textAt(result, 'QueryKey'),
    pieces: (_json, path) => textsAt(result, ...path),
  };
}
