import type { SearchOptions } from '../../../search/index.ts';
import { checkDay } from '../../../search/index.ts';
import { LARGEST } from '../longQuery.ts';

/** Longest text of one question, in characters, and most asterisks in it. */
export const { length: MOST_CHARACTERS, wildcards: MOST_WILDCARDS } = LARGEST;

/** A text whose truth about seeds is asked for. */
export interface Row {
  /** Canonical text, without line references; stands in parentheses wherever it is used. */
  readonly text: string;
  /** Seeds that it is predicted to find. */
  readonly found: ReadonlySet<string>;
}

/** `1[uid] OR 2[uid]`. */
function uids(ids: readonly string[]): string {
  return ids.map((id) => `${id}[uid]`).join(' OR ');
}

/** Room for {@link withWitness} in a question, in characters. */
export const WITNESS_ROOM = 20;

/**
 * `term`, or one record that is none of `ids` and that PubMed has: its first ones are there since the beginning. PubMed searches once more what
 * finds nothing, without term mapping ("it retrieved zero results"), and a question about errors finds nothing where there are none: the
 * second search would find errors of its own, since less is mapped, and NOT takes less away.
 */
export function withWitness(
  term: string,
  ids: readonly string[],
): { readonly term: string; readonly witness: string } {
  const known = new Set(ids);
  let witness = 1;
  while (known.has(String(witness))) witness++;
  return { term: `${term} OR ${witness}[uid]`, witness: String(witness) };
}

/** What the rows are about that have the same prediction. */
interface Group {
  readonly found: readonly string[];
  readonly missed: readonly string[];
  readonly texts: string[];
}

/**
 * The question that finds every error of the predictions: it finds those of `ids` about which at least one row is wrong, and nothing else.
 *
 * Row L is wrong about the seeds that it finds of those predicted missed, M, and about those that it does not find of the others, F. Written so that
 * the shorter of the two lists stands in the text, with all seeds S around it:
 * `S AND ((L NOT F) OR (F NOT L) OR ...)` where F is shorter, `(S AND (L AND M)) OR (S NOT ((L OR M) AND ...))` where M is. Rows
 * with equal predictions share their lists: they are wrong where one of them finds too much, or not all of them find what they should.
 */
export function errorQuestion(rows: readonly Row[], ids: readonly string[]): string {
  const [tooMuch, all]: [string[], string[]] = [[], []];
  for (const { found, missed, texts } of groupsOf(rows, ids)) {
    const any = joined(texts, 'OR');
    const every = joined(texts, 'AND');
    if (found.length === 0) tooMuch.push(any);
    else if (missed.length === 0) all.push(every);
    else if (found.length <= missed.length)
      tooMuch.push(`((${any}) NOT (${uids(found)})) OR ((${uids(found)}) NOT (${every}))`);
    else {
      tooMuch.push(`((${any}) AND (${uids(missed)}))`);
      all.push(`((${every}) OR ${uids(missed)})`);
    }
  }
  const seeds = `(${uids(ids)})`;
  const parts = [
    ...(tooMuch.length === 0 ? [] : [`${seeds} AND (${tooMuch.join(' OR ')})`]),
    ...(all.length === 0 ? [] : [`${seeds} NOT (${all.join(' AND ')})`]),
  ];
  return parts.length === 1 ? parts.join('') : parts.map((part) => `(${part})`).join(' OR ');
}

/** The question that tells the whole truth about one text. */
export function rowQuestion(text: string, ids: readonly string[]): string {
  return `(${text}) AND (${uids(ids)})`;
}

function joined(texts: readonly string[], operator: 'AND' | 'OR'): string {
  return texts.map((text) => `(${text})`).join(` ${operator} `);
}

function groupsOf(rows: readonly Row[], ids: readonly string[]): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const found = ids.filter((id) => row.found.has(id));
    const key = found.join(' ');
    let group = groups.get(key);
    if (group === undefined) {
      group = { found, missed: ids.filter((id) => !row.found.has(id)), texts: [] };
      groups.set(key, group);
    }
    group.texts.push(row.text);
  }
  return groups.values();
}

const dateFields = { pdat: 'dp', edat: 'edat', crdt: 'crdt' } as const;

/**
 * The limit by date as PubMed's own text, `1500/01/01:2016/09/30[dp]`; undefined without one. As parameters of a request it would
 * hide what a question finds beyond it.
 * @throws SearchError `rejected` for what is no day
 */
export function dateLimit({ since, until, dateType = 'pdat' }: SearchOptions): string | undefined {
  if (since === undefined && until === undefined) return undefined;
  for (const day of [since, until]) if (day !== undefined) checkDay(day);
  const day = (text: string): string => text.replaceAll('-', '/');
  return `${day(since ?? '1500-01-01')}:${day(until ?? '3000-12-31')}[${dateFields[dateType]}]`;
}
