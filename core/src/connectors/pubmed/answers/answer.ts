import { SearchError } from '../../../search/index.ts';
import { PassingFault } from '../../retrying.ts';
import { object, text, texts } from './json.ts';
import type { Json } from './json.ts';
import { readXmlTree, textsAt } from './xmlTree.ts';
import type { XmlNode } from './xmlTree.ts';

/**
 * An answer of the E-utilities. Some utilities answer in XML only (ESpell, EPost), others in the form that they are asked for; every
 * reader takes both where the service has both.
 */
export type EutilsAnswer =
  { readonly kind: 'json'; readonly value: Json } | { readonly kind: 'xml'; readonly root: XmlNode };

/** @throws PassingFault for what is neither: a page of HTML from something in between, or an answer that was cut off. */
export function parseAnswer(body: string): EutilsAnswer {
  if (/^\s*</.test(body)) {
    const root = readXmlTree(body.trim());
    if (root !== undefined && root.name.toLowerCase() !== 'html') return { kind: 'xml', root };
  } else {
    const value = parseObject(body);
    if (value !== undefined) return { kind: 'json', value };
  }
  const start = body.replace(/\s+/g, ' ').slice(0, 60);
  throw new PassingFault(
    'network',
    start.trim() === ''
      ? 'PubMed gave an empty answer. Try again later.'
      : `PubMed answered with something that is neither JSON nor XML: "${start}". Try again later.`,
  );
}

/** What NCBI puts into texts as it is, such as the line break in the ERROR about the first 9,999 records; strict JSON has none. */
const RAW_CONTROL = /[\u0000-\u001f]+/g;

function parseObject(body: string): Json | undefined {
  for (const text of [body, body.replace(RAW_CONTROL, ' ')])
    try {
      return object(JSON.parse(text));
    } catch {
      continue;
    }
  return undefined;
}

/** Results whose `ERROR` says why there is none. */
const RESULTS = ['esearchresult', 'einforesult', 'epostresult', 'espellresult', 'elinkresult'];

/** What an answer says went wrong, in the service's words; some of it may concern a part only, such as one id of many. */
export function errorsOf(answer: EutilsAnswer): readonly string[] {
  if (answer.kind === 'xml')
    return [...textsAt(answer.root, 'ERROR'), ...textsAt(answer.root, 'LinkSet', 'ERROR')];
  const { value } = answer;
  return [
    text(value['error']),
    text(value['ERROR']),
    ...RESULTS.map((name) => text(object(value[name])?.['ERROR'])),
    ...texts(value['esummaryresult']),
  ].filter((said) => said.trim() !== '');
}

/** What passes: "Search Backend failed: Status: 500", a service behind that cannot be reached. */
const PASSING =
  /status: ?(?:5\d\d|timeout)|unable to open connection|timed? ?out|temporar|can't run executor|try again|empty response/i;

/** Whether what the service says went wrong is worth asking again. "Invalid query" is not, nor is an exception about the request. */
export function isPassing(said: string): boolean {
  return PASSING.test(said) || (/search backend failed/i.test(said) && !/exception/i.test(said));
}

/**
 * Refuses an answer that has no result.
 * @param what continues "PubMed ...": `did not answer the query`
 * @throws SearchError with what the service says; without a word of it the answer is no answer, which may pass
 */
export function refuse(answer: EutilsAnswer, what: string): never {
  const [said] = errorsOf(answer);
  if (said === undefined) throw new PassingFault('network', `PubMed ${what}. Try again later.`);
  if (isPassing(said))
    throw new PassingFault(
      'network',
      `PubMed ${what}: ${said}. Try again later; if that does not help, PubMed cannot read the query.`,
    );
  throw new SearchError('rejected', `PubMed ${what}: ${said}`);
}

/** A number of records: digits, as all numbers of the E-utilities are texts. */
export function countOf(value: string): number | undefined {
  return /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
