import { formatCount } from '../text/index.ts';

/** A model's answer, read. */
export interface Answer {
  readonly query: string;
  /** What the model wrote before its answer, or beside the query; empty when it gave no reason. */
  readonly reasoning: string;
}

/** Why an answer cannot be used, in one sentence for people. */
export interface Unreadable {
  readonly problem: string;
  /** The answer could be read, and its query is empty. */
  readonly isEmpty?: true;
}

/** The key of an answer's JSON: a search query, or a statement of SQL. */
export type AnswerKey = 'query' | 'sql';

const heads: Readonly<Record<AnswerKey, RegExp>> = {
  query: /^\{\s*["“”']query["“”']\s*:\s*(["“”'])/u,
  sql: /^\{\s*["“”']sql["“”']\s*:\s*(["“”'])/u,
};

/** Longer queries are no answer but a runaway model. */
const longestQuery = 10_000;
const longestReasoning = 2_000;

/** The JSON of an answer, for decoders that can be held to a schema. */
export const answerSchema = {
  type: 'object',
  properties: { query: { type: 'string', minLength: 1, maxLength: 2_000 } },
  required: ['query'],
  additionalProperties: false,
} as const;

/**
 * Reads an answer of the form `<think>...</think><answer>{"query": "..."}</answer>`. Of several answers the last counts. Forgiven,
 * since there is one way only to read it: a missing closing tag, Markdown fences, text around the JSON, a missing closing brace, a
 * comma too many, line breaks in the query, and quotes of the query that were not escaped. What was cut off is not guessed at.
 * @param opened what the prompt left opened of the answer (`<think>`)
 */
export function parseAnswer(
  completion: string,
  key: AnswerKey = 'query',
  opened: '' | '<think>' | '<answer>' = '',
): Answer | Unreadable {
  const text = opened + completion;
  const start = lastTag(text, 'answer');
  const body = start === undefined ? jsonOutside(text, key) : upTo(text.slice(start.end), /<\/answer/iu);
  if (body === undefined) return { problem: 'The answer has no <answer> part with a query in it.' };
  const read = readQuery(withoutFences(body), key);
  if ('problem' in read) return read;
  // A comment of SQL ends with its line, so lines are kept there.
  const query = key === 'sql' ? read.query.trim() : read.query.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  if (query === '') return { problem: 'The query in the answer is empty.', isEmpty: true };
  if (query.length > longestQuery)
    return {
      problem: `The query in the answer is longer than ${formatCount(longestQuery)} characters.`,
    };
  // U+FFFD stands where bytes were no UTF-8.
  if (/[\p{Surrogate}\uFFFD]/u.test(query))
    return { problem: 'The query in the answer holds broken characters.' };
  return { query, reasoning: read.reasoning ?? thought(text.slice(0, start?.start ?? 0)) };
}

interface ReadQuery {
  readonly query: string;
  readonly reasoning?: string;
}

function readQuery(body: string, key: AnswerKey): ReadQuery | Unreadable {
  const open = body.indexOf('{');
  if (open < 0) return { problem: `The <answer> part holds no JSON such as {"${key}": "..."}.` };
  for (const candidate of candidates(body.slice(open))) {
    const value = parsed(candidate);
    if (value === undefined) continue;
    if (typeof value !== 'object' || value === null || !(key in value))
      return { problem: `The JSON in the <answer> part has no "${key}".` };
    const { [key]: query, reasoning } = value as Readonly<Record<string, unknown>>;
    if (typeof query !== 'string') return { problem: `The "${key}" in the answer is not a text.` };
    return typeof reasoning === 'string' ? { query, reasoning: clipped(reasoning) } : { query };
  }
  const query = unescapedQuery(body.slice(open), key);
  return query === undefined
    ? { problem: 'The JSON in the <answer> part cannot be read; it may have been cut off.' }
    : { query };
}

/** Readings of broken JSON, the least repaired first. Without patterns of white space, which are slow where there is much of it. */
function* candidates(json: string): Generator<string> {
  const object = upToBalance(json);
  yield object;
  const oneLine = object.replace(/[\r\n\t]+/gu, ' ').trimEnd();
  yield oneLine;
  if (oneLine.endsWith('}')) yield `${withoutComma(oneLine.slice(0, -1))}}`;
  else if (withoutComma(oneLine).endsWith('"')) yield `${withoutComma(oneLine)}}`;
}

function withoutComma(text: string): string {
  const end = text.trimEnd();
  return end.endsWith(',') ? end.slice(0, -1).trimEnd() : end;
}

/** The first object of a text, by braces outside of strings; the whole text when they do not balance. */
function upToBalance(json: string): string {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json.charAt(i);
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return json.slice(0, i + 1);
  }
  return json.trimEnd();
}

/**
 * The query of `{"query": "..."}` whose inner quotes are not escaped. Only when nothing but the query stands in the braces: with a
 * second key nobody can tell where the query ends.
 */
function unescapedQuery(json: string, key: AnswerKey): string | undefined {
  const head = heads[key].exec(json);
  const tail = /(["“”'])\s*,?\s*\}\s*$/u.exec(json.slice(-60));
  if (head === null || tail === null) return undefined;
  const inner = json.slice(head[0].length, json.length - (60 < json.length ? 60 : json.length) + tail.index);
  if (json.length - tail[0].length < head[0].length) return undefined;
  if (/["“”']\s*,\s*["“”'][A-Za-z_]{1,30}["“”']\s*:/u.test(inner) || /[{}]/u.test(inner)) return undefined;
  return inner.replace(/\\(["\\/])/gu, '$1');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function lastTag(text: string, name: string): Place | undefined {
  let last: Place | undefined;
  for (const match of text.matchAll(new RegExp(`<${name}>`, 'giu')))
    last = { start: match.index, end: match.index + match[0].length };
  return last;
}

/** The last `{"query"` (or `{"sql"`) of a text that has no answer tag: small models forget the tag, not the JSON. */
function jsonOutside(text: string, key: AnswerKey): string | undefined {
  const at = Math.max(...['{', '{ ', '{\n'].map((start) => text.lastIndexOf(`${start}"${key}"`)));
  const isThought = text.lastIndexOf('<think>', at) > text.lastIndexOf('</think>', at);
  return at < 0 || isThought ? undefined : text.slice(at);
}

function upTo(text: string, mark: RegExp): string {
  const at = text.search(mark);
  return at < 0 ? text : text.slice(0, at);
}

function withoutFences(text: string): string {
  return text.replace(/```[a-z]*/giu, ' ').trim();
}

function thought(before: string): string {
  const start = lastTag(before, 'think');
  const text = upTo(start === undefined ? before : before.slice(start.end), /<\/think/iu);
  return clipped(text);
}

function clipped(text: string): string {
  const plain = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return plain.length > longestReasoning
    ? `${plain.slice(0, longestReasoning).replace(/\p{Surrogate}/gu, '')}…`
    : plain;
}
