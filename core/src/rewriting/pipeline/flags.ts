import type { Thesaurus } from '../../mesh/index.ts';
import { printTerm } from '../../pubmed/index.ts';
import type { QueryNode, TermNode } from '../../pubmed/index.ts';
import { canDescribe, SearchError } from '../../search/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { formatCount } from '../../text/index.ts';
import { termsOf } from '../loopholes.ts';
import type { Flag } from '../proposal.ts';
import { namedTermsIn } from '../remembered.ts';
import type { Repair } from './repair.ts';

/** Fields of which a term is a word of the topic. */
const topicFields = new Set([undefined, ...'all tiab ti ab tw mh majr ot nm rn ps'.split(' ')]);
/** More flags of one kind help nobody. */
const mostOfKind = 12;
/** Terms that are looked up one by one in a rewrite: in records at hand, and in a service over a network. */
const mostAtHand = 3_000;
const mostAsked = 20;

/** What is said of names and of what was mended. */
export function plainFlags(root: QueryNode, repairs: readonly Repair[]): readonly Flag[] {
  const named = namedTermsIn(root).map(
    ({ kind, text }): Flag =>
    kind === 'people'
      ? { kind: 'names-people', text, message: `${text} names a person or a group instead of a topic.` }
      : { kind: 'names-records', text, message: `${text} names a record or a place in a journal instead of a topic.` }, // prettier-ignore
  );
  const mended = repairs.map(({ text, done }): Flag => ({
    kind: 'repaired',
    text,
    message: `It could not be searched as it was written, and was mended: ${done}.`,
  }));
  return [...named.slice(0, mostOfKind), ...mended.slice(0, mostOfKind)];
}

/** Finds terms that nobody uses. One for a rewrite: proposals share most of their terms. */
export class UnknownTerms {
  readonly #engine: SearchEngine;
  readonly #thesaurus: Thesaurus | undefined;
  readonly #signal: AbortSignal;
  readonly #counts = new Map<string, Promise<number | undefined>>();
  #left: number;

  constructor(engine: SearchEngine, thesaurus: Thesaurus | undefined, signal: AbortSignal) {
    this.#engine = engine;
    const own = (engine as { readonly thesaurus?: Thesaurus }).thesaurus;
    this.#thesaurus = thesaurus ?? (typeof own?.byTerm === 'function' ? own : undefined);
    this.#signal = signal;
    this.#left = canDescribe(engine) ? mostAtHand : mostAsked;
  }

  /** A flag for each term that no record has and no thesaurus knows, and one for those that could not be looked up. */
  async flagsOf(root: QueryNode): Promise<readonly Flag[]> {
    const flags: Flag[] = [];
    const unasked: string[] = [];
    const terms = new Map(
      termsOf(root)
        .filter(isOfTopic)
        .map((term) => [printTerm(term), term]),
    );
    for (const [text, term] of terms) {
      if (this.#thesaurus?.byTerm(term.text) !== undefined) continue;
      const count = await this.#countOf(text);
      if (count === undefined) unasked.push(text);
      else if (count === 0) flags.push(this.#unknown(text));
    }
    const shown = flags.slice(0, mostOfKind);
    if (unasked.length === 0) return shown;
    const message = `Whether any record has ${unasked.length === 1 ? 'this term' : `these ${formatCount(unasked.length)} terms`} was not found out.`; // prettier-ignore
    return [...shown, { kind: 'unmeasured', text: unasked.slice(0, 5).join(', '), message }];
  }

  #unknown(text: string): Flag {
    const elsewhere = this.#thesaurus === undefined ? '' : ' and MeSH does not know it';
    return {
      kind: 'unknown-term',
      text,
      message: `${text} is in no record of ${this.#engine.label}${elsewhere}.`,
    };
  }

  #countOf(text: string): Promise<number | undefined> {
    const known = this.#counts.get(text);
    if (known !== undefined) return known;
    if (this.#left <= 0) return Promise.resolve(undefined);
    this.#left--;
    const count = this.#ask(text);
    this.#counts.set(text, count);
    return count;
  }

  async #ask(text: string): Promise<number | undefined> {
    const query = resolveText(text);
    if (isUnresolvable(query)) return undefined;
    try {
      return (await this.#engine.count(query, { signal: this.#signal })).count;
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof SearchError) return undefined;
      throw error;
    }
  }
}

function isOfTopic({ tag, text }: TermNode): boolean {
  return topicFields.has(tag?.field) && (tag === undefined || tag.field !== undefined) && /\p{L}/u.test(text);
}
