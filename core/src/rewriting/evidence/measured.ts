import type { ResolvedQuery } from '../../pubmed/index.ts';
import { measure, SearchError } from '../../search/index.ts';
import type { BlockEvidence, Measurement, SearchEngine, TermEvidence } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { formatCount } from '../../text/index.ts';
import { textOfPart } from '../shape/index.ts';
import type { EvidenceOptions } from './evidence.ts';
import { blockPlaces, isExcluded, nameOfPlace, termPlaces, textOfPlace } from './places.ts';
import type { Place } from './places.ts';

const defaultMeasurements = 60;

/**
 * Evidence of an engine that tells numbers only: each block, the query without it where there are seeds to lose, each term, each block without
 * the term, in this order, until the limit is reached. What was not asked, or had no answer, is named as such.
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
  const blocks = await inTurn(texts, (text) => asker.ask(text));
  const lost = await inTurn(texts, async (_, at) => {
    const others = withoutPlace(places, texts, at);
    if (whole === undefined || whole.missed.length === 0 || others === undefined) return undefined;
    const without = await asker.ask(others);
    if (typeof without === 'string') return undefined;
    return without.found.filter((id) => whole.missed.includes(id));
  });
  const terms = places.map(termPlaces);
  const alone: (Measurement | string)[][] = [];
  for (const block of terms) alone.push(await inTurn(block, (term) => asker.ask(textOfPlace(term))));
  const evidence: BlockEvidence[] = [];
  for (const [i, place] of places.entries()) {
    const block = blocks[i];
    const gone = lost[i];
    const own = terms[i] ?? [];
    const measured = typeof block === 'object' ? block : undefined;
    evidence.push({
      name: nameOfPlace(place),
      query: texts[i] ?? '',
      ...(place.label === undefined ? {} : { label: place.label }),
      ...(isExcluded(place) ? { isExcluded: true as const } : {}),
      ...(measured === undefined ? {} : { count: measured.count, seeds: measured.found.length }),
      ...(gone === undefined ? {} : { seedsLost: gone }),
      terms: await inTurn(own, (term, at) => termEvidence(term, alone[i]?.[at], measured, own.length, asker)),
    });
  }
  return evidence;
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

async function termEvidence(
  term: Place,
  alone: Measurement | string | undefined,
  block: Measurement | undefined,
  siblings: number,
  asker: Asker,
): Promise<TermEvidence> {
  const text = textOfPlace(term);
  if (typeof alone !== 'object') return { text, ...(alone === undefined ? {} : { problem: alone }) };
  const own = { text, count: alone.count, seeds: alone.found.length };
  if (siblings === 1) return { ...own, adds: alone.count, seedsAdded: alone.found.length };
  const parent = term.parts[term.at]?.parent ?? -1;
  const around = term.parts[parent];
  if (around?.kind !== 'block' || around.operator !== 'OR' || block === undefined) return own;
  if (around.children.length !== siblings)
    return { ...own, problem: 'What it adds was not asked for: it stands deeper in the block.' };
  const others = around.children
    .filter((child) => child !== term.at)
    .map((child) => `(${textOfPart(term.parts, child)})`);
  const without = await asker.ask(others.join(' OR '));
  if (typeof without === 'string') return { ...own, problem: `What it adds is not known. ${without}` };
  return {
    ...own,
    adds: Math.max(0, block.count - without.count),
    seedsAdded: Math.max(0, block.found.length - without.found.length),
  };
}

/** One after the other: a service is asked politely. */
async function inTurn<T, R>(
  items: readonly T[],
  ask: (item: T, at: number) => Promise<R>,
): Promise<readonly R[] & R[]> {
  const answers: R[] = [];
  for (const [at, item] of items.entries()) answers.push(await ask(item, at));
  return answers;
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
    return this.#measure(query);
  }

  /** The measurement, or why there is none, as a sentence. */
  async ask(text: string): Promise<Measurement | string> {
    this.#options.signal?.throwIfAborted();
    const resolved = resolveText(text);
    if (isUnresolvable(resolved)) return resolved.problem;
    if (this.#left <= 0)
      return `It was not asked for: at most ${formatCount(this.#most)} searches are made for one explanation.`;
    this.#left--;
    try {
      return await this.#measure(resolved);
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (error instanceof SearchError) return error.message;
      throw error;
    }
  }

  #measure(query: ResolvedQuery): Promise<Measurement> {
    const { signal, until } = this.#options;
    return measure(this.#engine, query, this.#seeds, {
      ...(signal === undefined ? {} : { signal }),
      ...(until === undefined ? {} : { until }),
    });
  }
}
