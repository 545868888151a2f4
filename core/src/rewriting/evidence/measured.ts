import type { ResolvedQuery } from '../../pubmed/index.ts';
import { measure, measureAll, SearchError } from '../../search/index.ts';
import type {
  BlockEvidence,
  Measurement,
  SearchEngine,
  SearchOptions,
  TermEvidence,
} from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { formatCount } from '../../text/index.ts';
import { textOfPart } from '../shape/index.ts';
import type { EvidenceOptions } from './evidence.ts';
import { blockPlaces, isExcluded, nameOfPlace, termPlaces, textOfPlace } from './places.ts';
import type { Place } from './places.ts';

const defaultMeasurements = 60;

/**
 * Evidence of an engine that tells numbers only: each block, the query without it where there are seeds to lose, each term, each block without
 * the term, in this order, until the limit is reached. What was not asked, or had no answer, is named as such. Questions of a kind are asked
 * together, since services find the seeds of many queries in one request.
 */
export async function measuredEvidence(
  query: ResolvedQuery,
  engine: SearchEngine,
  seeds: readonly string[],
  options: EvidenceOptions,
): Promise<readonly BlockEvidence[]> {
  const asker = new Asker(engine, seeds, options);
  const places = blockPlaces(query);
  const whole = seeds.length > 0 ? await asker.askFirst(query) : undefined;
  const texts = places.map(textOfPlace);
  const blocks = await asker.askAll(texts);
  const areAnyMissed = whole !== undefined && whole.missed.length > 0;
  const others = await asker.askAll(
    texts.map((_, at) => (areAnyMissed ? withoutPlace(places, texts, at) : undefined)),
  );
  const terms = places.map((place, at) => termsOf(place, blocks[at]));
  const alone = await asker.askAll(terms.flat().map(({ text }) => text));
  const without = await asker.askAll(
    terms.flat().map(({ siblings }, at) => (typeof alone[at] === 'object' ? siblings : undefined)),
  );
  let at = 0;
  return places.map((place, i) => {
    const block = blocks[i];
    const rest = others[i];
    const measured = typeof block === 'object' ? block : undefined;
    return {
      name: nameOfPlace(place),
      query: texts[i] ?? '',
      ...(place.label === undefined ? {} : { label: place.label }),
      ...(isExcluded(place) ? { isExcluded: true as const } : {}),
      ...(measured === undefined ? {} : { count: measured.count, seeds: measured.found.length }),
      ...(typeof rest !== 'object'
        ? {}
        : { seedsLost: rest.found.filter((id) => whole?.missed.includes(id)) }),
      terms: (terms[i] ?? []).map((term) => {
        const evidence = termEvidence(term, alone[at], without[at], measured);
        at++;
        return evidence;
      }),
    };
  });
}

/** The query without one of its blocks; undefined where nothing would be left to search for. */
function withoutPlace(places: readonly Place[], texts: readonly string[], at: number): string | undefined {
  const others = places
    .map((place, i) => ({ text: `(${texts[i] ?? ''})`, place }))
    .filter((_, i) => i !== at);
  const joined = others.filter(({ place }) => !isExcluded(place)).map(({ text }) => text);
  if (joined.length === 0) return undefined;
  return [
    joined.join(' AND '),
    ...others.filter(({ place }) => isExcluded(place)).map(({ text }) => text),
  ].join(' NOT ');
}

/** A term of a block, and how it is found out what it adds. */
interface Term {
  readonly text: string;
  /** It is all of its block. */
  readonly isAlone: boolean;
  /** The block without it, where it is an alternative of the block itself. */
  readonly siblings: string | undefined;
  /** It is an alternative, but deeper in the block. */
  readonly isDeep: boolean;
}

function termsOf(block: Place, measured: Measurement | string | undefined): readonly Term[] {
  const places = termPlaces(block);
  return places.map((term) => {
    const own = { text: textOfPlace(term), isAlone: places.length === 1, siblings: undefined, isDeep: false };
    const around = term.parts[term.parts[term.at]?.parent ?? -1];
    if (own.isAlone || around?.kind !== 'block' || around.operator !== 'OR' || typeof measured !== 'object')
      return own;
    if (around.children.length !== places.length) return { ...own, isDeep: true };
    const others = around.children
      .filter((child) => child !== term.at)
      .map((child) => `(${textOfPart(term.parts, child)})`);
    return { ...own, siblings: others.join(' OR ') };
  });
}

function termEvidence(
  { text, isAlone, isDeep, siblings }: Term,
  alone: Measurement | string | undefined,
  without: Measurement | string | undefined,
  block: Measurement | undefined,
): TermEvidence {
  if (typeof alone !== 'object') return { text, ...(alone === undefined ? {} : { problem: alone }) };
  const own = { text, count: alone.count, seeds: alone.found.length };
  if (isAlone) return { ...own, adds: alone.count, seedsAdded: alone.found.length };
  if (isDeep) return { ...own, problem: 'What it adds was not asked for: it stands deeper in the block.' };
  if (siblings === undefined || block === undefined) return own;
  if (typeof without !== 'object')
    return { ...own, problem: `What it adds is not known. ${without ?? ''}`.trim() };
  return {
    ...own,
    adds: Math.max(0, block.count - without.count),
    seedsAdded: Math.max(0, block.found.length - without.found.length),
  };
}

class Asker {
  readonly #engine: SearchEngine;
  readonly #seeds: readonly string[];
  readonly #options: EvidenceOptions;
  readonly #most: number;
  #left: number;

  constructor(engine: SearchEngine, seeds: readonly string[], options: EvidenceOptions) {
    this.#engine = engine;
    this.#seeds = seeds;
    this.#options = options;
    this.#most = this.#left = Math.max(1, options.mostMeasurements ?? defaultMeasurements);
  }

  /** @throws SearchError: without the whole there is nothing to explain. */
  askFirst(query: ResolvedQuery): Promise<Measurement> {
    this.#left--;
    return measure(this.#engine, query, this.#seeds, this.#limits);
  }

  /** In the order of `texts`: the measurement, or why there is none, as a sentence; undefined where there is no text. */
  async askAll(
    texts: readonly (string | undefined)[],
  ): Promise<readonly (Measurement | string | undefined)[]> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    const queries: ResolvedQuery[] = [];
    const plan = texts.map((text): string | number | undefined => {
      if (text === undefined) return undefined;
      const resolved = resolveText(text);
      if (isUnresolvable(resolved)) return resolved.problem;
      if (this.#left <= 0)
        return `It was not asked for: at most ${formatCount(this.#most)} searches are made for one explanation.`;
      this.#left--;
      return queries.push(resolved) - 1;
    });
    const answers = await this.#measureAll(queries);
    return plan.map((one) => {
      if (typeof one !== 'number') return one;
      const answer = answers[one];
      return answer instanceof SearchError ? answer.message : answer;
    });
  }

  async #measureAll(queries: readonly ResolvedQuery[]): Promise<readonly (Measurement | SearchError)[]> {
    try {
      return await measureAll(this.#engine, queries, this.#seeds, this.#limits);
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      throw error;
    }
  }

  get #limits(): SearchOptions {
    const { signal, until } = this.#options;
    return {
      ...(signal === undefined ? {} : { signal }),
      ...(until === undefined ? {} : { until }),
    };
  }
}
